"""The catalogue of services (FOAD-4): one service, what it was called before, and how it comes and goes."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Self

from services.directory import rules
from services.directory.domain.forms import ServiceForm
from shared.events.directory import Name, ServiceListed, ServiceWithdrawn
from shared.events.event import Event
from shared.persian import fold


def id_of(code: str) -> str:
    """A service's id, by its code."""
    return f"service:{code}"


@dataclass(frozen=True, slots=True, kw_only=True)
class FormerTitle:
    """What a service was called, from a local day on until another: people still ask for it by that."""

    title: str
    words: tuple[str, ...]
    from_day: date | None
    until_day: date


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogueService:
    """A service that an agency gives. `words` are what it is searched by, folded."""

    id: str
    agency_id: str
    form: ServiceForm
    words: tuple[str, ...]
    withdrawn: bool = False
    titled_on: date | None = None
    withdrawn_on: date | None = None
    former: tuple[FormerTitle, ...] = ()

    @classmethod
    def list_(cls, form: ServiceForm, today: date) -> tuple[Self, list[Event]]:
        """It comes into the catalogue."""
        listed = cls(
            id=id_of(form.code),
            agency_id=form.agency_id,
            form=form,
            words=words_of(form.title_fa),
            titled_on=today,
        )
        return listed, [listed._told()]

    def relist(self, form: ServiceForm, today: date) -> tuple[Self, list[Event]]:
        """As it stands now; nothing where nothing changed. A withdrawn one is given again."""
        if form == self.form and not self.withdrawn:
            return self, []
        again = replace(self, form=form, withdrawn=False, withdrawn_on=None)
        listed = again._renamed(self, today) if self.is_renamed_by(form) else again
        return listed, [listed._told()]

    def withdraw(self, today: date) -> tuple[Self, list[Event]]:
        """It is no longer given; a second time changes nothing."""
        if self.withdrawn:
            return self, []
        gone = ServiceWithdrawn(agency_id=self.agency_id, clause=rules.CATALOGUE.clause, code=self.form.code)
        return replace(self, withdrawn=True, withdrawn_on=today), [gone]

    def is_renamed_by(self, form: ServiceForm) -> bool:
        """Whether the form has another title: its code says that it is the same service."""
        return form.title_fa != self.form.title_fa

    def found_as(self, words: Iterable[str]) -> str | None:
        """The former title by which a search finds it, the latest; None where today's title does."""
        wanted = tuple(words)
        if _begin(wanted, self.words):
            return None
        return next((one.title for one in reversed(self.former) if _begin(wanted, one.words)), None)

    def _renamed(self, before: Self, today: date) -> Self:
        title = FormerTitle(
            title=before.form.title_fa, words=before.words, from_day=before.titled_on, until_day=today
        )
        words = words_of(self.form.title_fa)
        return replace(self, words=words, titled_on=today, former=(*self.former, title))

    def _told(self) -> ServiceListed:
        return ServiceListed(
            agency_id=self.agency_id,
            clause=rules.CATALOGUE.clause,
            code=self.form.code,
            title=Name(fa=self.form.title_fa),
            unit_id=self.form.unit_id,
            online=self.form.online,
        )


def words_of(text: str) -> tuple[str, ...]:
    """The folded words of a title or of a search, each once."""
    return tuple(sorted(set(fold(text).split())))


def _begin(wanted: Iterable[str], words: Iterable[str]) -> bool:
    """Whether each is the beginning of one of the words."""
    known = tuple(words)
    return all(any(word.startswith(one) for word in known) for one in wanted)
