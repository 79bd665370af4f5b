"""The province: its counties, and the agencies that own services but haven't joined."""

from dataclasses import dataclass, replace
from typing import Self

from services.directory.domain.forms import Listed, ProvinceForm
from shared.events.directory import PROVINCE
from shared.events.event import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class Province:
    """There is one. Nothing is told about it: what others need of it comes with its agencies."""

    id: str = PROVINCE
    agency_id: str = PROVINCE
    form: ProvinceForm

    @classmethod
    def found(cls, form: ProvinceForm) -> tuple[Self, list[Event]]:
        """Begin it."""
        return cls(form=form), []

    def restate(self, form: ProvinceForm) -> tuple[Self, list[Event]]:
        """Say it anew, whole."""
        return replace(self, form=form), []

    @property
    def counties(self) -> frozenset[str]:
        """Their ids."""
        return frozenset(county.id for county in self.form.counties)

    @property
    def listed(self) -> tuple[Listed, ...]:
        """Agencies known by name only."""
        return self.form.listed
