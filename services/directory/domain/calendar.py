"""The working calendar of the province, or of one agency that has its own."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Self

from services.directory.domain.forms import Form
from shared.calendar.calendar_data import OVERRIDES_MAX, CalendarData, Day, Override, Why
from shared.events.directory import CalendarSet
from shared.events.event import Event
from shared.language import Text
from shared.rule import Invalid

NO_ROOM = Text(fa="تقویم جای روز دیگری ندارد.", en="The calendar has no room for another such day.")


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
    """A calendar in its plain form, as events carry it.

    An agency's that `follows` the province's is the province's of that version with `own_days` closed on
    top, and goes on with it whenever it changes. Any other stands by itself.
    """

    id: str
    agency_id: str
    calendar: dict[str, Any]
    follows: int | None = None
    own_days: tuple[Override, ...] = ()

    @classmethod
    def set(cls, agency_id: str, data: CalendarData) -> tuple[Self, list[Event]]:
        """The first one of its owner."""
        made = cls(id=id_of(agency_id), agency_id=agency_id, calendar=data.model_dump(mode="json"))
        return made, [made._told()]

    @classmethod
    def closing(
        cls, agency_id: str, form: ClosedDayForm, today: date, province: CalendarData
    ) -> tuple[Self, list[Event]]:
        """The first one of an agency that had the province's: the same from now on, but for this day."""
        plain = {**province.model_dump(mode="json"), "id": agency_id, "version": 0}
        made = cls(id=id_of(agency_id), agency_id=agency_id, calendar=plain, follows=province.version)
        return made.close(form, today, province)

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
        changed = replace(self, calendar=plain, follows=None, own_days=())
        return changed, [changed._told()]

    @property
    def data(self) -> CalendarData:
        """As it is reckoned with."""
        return CalendarData.model_validate(self.calendar)

    def close(self, form: ClosedDayForm, today: date, province: CalendarData) -> tuple[Self, list[Event]]:
        """A day is closed, whatever it was; today's too, for snow is not announced the day before."""
        if form.day < today:
            raise Invalid(
                "/day", Text(fa="آن روز گذشته است و بسته نمی‌شود.", en="That day is over: it can't be closed.")
            )
        closed = Override(day=form.day, hours=(), why=form.why)
        after, told = self._with(closed, form.day, province)
        if closed not in after.data.overrides:
            raise Invalid("/day", NO_ROOM)
        return after, told

    def reopen(self, day: date, today: date, province: CalendarData) -> tuple[Self, list[Event]]:
        """A closed day is as it would be again, as long as it has not begun; one with hours stays so.

        What the province closed is not opened in an agency's that follows it.
        """
        if day <= today:
            raise HasBegun(day)
        closed = any(one.day == day and not one.hours for one in self._own())
        return self._with(None, day, province) if closed else (self, [])

    def keep_up(self, province: CalendarData) -> tuple[Self, list[Event]]:
        """As the province's is by now, its own days closed still; nothing where it stands by itself."""
        if self.follows is None or province.version <= self.follows:
            return self, []
        return self._laid_over(province, self.own_days)

    def _own(self) -> tuple[Override, ...]:
        return self.data.overrides if self.follows is None else self.own_days

    def _with(self, override: Override | None, day: date, province: CalendarData) -> tuple[Self, list[Event]]:
        own = tuple(one for one in self._own() if one.day != day)
        own = own if override is None else (*own, override)
        if self.follows is not None:
            return self._laid_over(province, own)
        if len(own) > OVERRIDES_MAX:
            raise Invalid("/day", NO_ROOM)
        return self._changed({**self.calendar, "overrides": _plain(own)})

    def _laid_over(self, province: CalendarData, own: tuple[Override, ...]) -> tuple[Self, list[Event]]:
        days = {one.day for one in own}
        overrides = [*(one for one in province.overrides if one.day not in days), *own]
        whole = {**province.model_dump(mode="json"), "id": self.agency_id, "overrides": _plain(overrides)}
        return replace(self, follows=province.version, own_days=own)._changed(whole)

    def _changed(self, plain: dict[str, Any]) -> tuple[Self, list[Event]]:
        version: int = self.calendar["version"]
        if {**plain, "version": version} == {**self.calendar, "overrides": _plain(self.data.overrides)}:
            return self, []
        data = CalendarData.model_validate({**plain, "version": version + 1})
        changed = replace(self, calendar=data.model_dump(mode="json"))
        return changed, [changed._told()]

    def _told(self) -> CalendarSet:
        return CalendarSet(agency_id=self.agency_id, calendar=self.calendar)


def _plain(overrides: Iterable[Override]) -> list[dict[str, Any]]:
    """In the order of their days; where there is no room for all, the oldest go."""
    latest = sorted(overrides, key=lambda one: one.day)[-OVERRIDES_MAX:]
    return [one.model_dump(mode="json") for one in latest]
