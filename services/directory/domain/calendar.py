"""The working calendar of the province, or of one agency that has its own."""

from dataclasses import dataclass, replace
from typing import Any, Self

from shared.calendar.calendar_data import CalendarData
from shared.events.directory import CalendarSet
from shared.events.event import Event
from shared.language import Text
from shared.rule import Invalid


def id_of(agency_id: str) -> str:
    """A calendar's id, by its owner."""
    return f"calendar:{agency_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """A calendar in its plain form, as events carry it."""

    id: str
    agency_id: str
    calendar: dict[str, Any]

    @classmethod
    def set(cls, agency_id: str, data: CalendarData) -> tuple[Self, list[Event]]:
        """The first one of its owner."""
        made = cls(id=id_of(agency_id), agency_id=agency_id, calendar=data.model_dump(mode="json"))
        return made, [made._told()]

    def reset(self, data: CalendarData) -> tuple[Self, list[Event]]:
        """Another in its place. Deadlines name the version they come from, so a change needs a higher one."""
        plain = data.model_dump(mode="json")
        if plain == self.calendar:
            return self, []
        if data.version <= self.calendar["version"]:
            raise Invalid(
                "/version",
                Text(
                    fa=f"تقویم تغییریافته به نسخه‌ای بالاتر از {self.calendar['version']} نیاز دارد.",
                    en=f"A changed calendar needs a version above {self.calendar['version']}.",
                ),
            )
        changed = replace(self, calendar=plain)
        return changed, [changed._told()]

    def _told(self) -> CalendarSet:
        return CalendarSet(agency_id=self.agency_id, calendar=self.calendar)
