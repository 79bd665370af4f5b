"""The working calendar of the province, or of one agency that has its own."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Self

from services.directory.domain.forms import Form
from shared.calendar.calendar_data import OVERRIDES_MAX, CalendarData, Day, Override, Why
from shared.events.directory import CalendarSet
from shared.events.event import Event
from shared.language import Text
from shared.rule import Invalid


class ClosedDayForm(Form):
    """A day on which nothing is open, and why, as people read it."""

    day: Day
    why: Why


class HasBegun(Exception):
    """It is too late to say how that day is."""


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

    @property
    def data(self) -> CalendarData:
        """As it is reckoned with."""
        return CalendarData.model_validate(self.calendar)

    def close(self, form: ClosedDayForm, today: date) -> tuple[Self, list[Event]]:
        """A day is closed, whatever it was; today's too, for snow is not announced the day before."""
        if form.day < today:
            raise Invalid(
                "/day", Text(fa="آن روز گذشته است و بسته نمی‌شود.", en="That day is over: it can't be closed.")
            )
        return self._with(Override(day=form.day, hours=(), why=form.why), form.day)

    def reopen(self, day: date, today: date) -> tuple[Self, list[Event]]:
        """A closed day is as it would be again, as long as it has not begun; one with hours stays so."""
        if day <= today:
            raise HasBegun(day)
        closed = any(one.day == day and not one.hours for one in self.data.overrides)
        return self._with(None, day) if closed else (self, [])

    def _with(self, override: Override | None, day: date) -> tuple[Self, list[Event]]:
        before = sorted(self.data.overrides, key=_day)
        kept = [one for one in before if one.day != day]
        fresh = sorted(kept if override is None else [*kept, override], key=_day)
        if fresh == before:
            return self, []
        if len(fresh) > OVERRIDES_MAX:
            raise Invalid(
                "/day",
                Text(fa="تقویم جای روز دیگری ندارد.", en="The calendar has no room for another such day."),
            )
        plain = [one.model_dump(mode="json") for one in fresh]
        changed = {**self.calendar, "version": self.calendar["version"] + 1, "overrides": plain}
        return self.reset(CalendarData.model_validate(changed))

    def _told(self) -> CalendarSet:
        return CalendarSet(agency_id=self.agency_id, calendar=self.calendar)


def _day(override: Override) -> date:
    return override.day
