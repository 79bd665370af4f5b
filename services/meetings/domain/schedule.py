"""When a month's meeting is, and when it must be convened (docs/decisions/what-second-week-means.md)."""

from dataclasses import dataclass
from datetime import UTC, datetime

from services.meetings import rules
from shared.calendar.jalali import TEHRAN, JalaliHalfYear, JalaliMonth
from shared.calendar.working_time import WorkingCalendar
from shared.rule import Figures


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """A month's meeting, before there is one. Convening it is due from `convenes_at` on.

    `calendar` is the name of the one that its day was found by.
    """

    month: JalaliMonth
    convenes_at: datetime
    starts_at: datetime
    ends_at: datetime
    calendar: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """What a committee's days are found by: its agency's calendar and figures."""

    calendar: WorkingCalendar
    figures: Figures

    def slot(self, month: JalaliMonth) -> Slot:
        """By the figures that hold on the month's first day: no change in mid-month moves its meeting."""
        on = month.first_day
        week, weekday = self.figures.of(rules.WEEK, on), self.figures.of(rules.WEEKDAY, on)
        day = self.calendar.next_working_day(month.nth_weekday(week, weekday))
        first_half = JalaliHalfYear.of(day).number == 1
        hours = rules.HOURS_FIRST_HALF if first_half else rules.HOURS_SECOND_HALF
        starts_at, ends_at = (
            datetime.combine(day, hour, TEHRAN).astimezone(UTC) for hour in self.figures.of(hours, on)
        )
        return Slot(
            month=month,
            convenes_at=starts_at - self.figures.of(rules.NOTICE, on),
            starts_at=starts_at,
            ends_at=ends_at,
            calendar=self.calendar.name,
        )

    def following(self, month: JalaliMonth, now: datetime) -> Slot:
        """The meeting after that month's, or the first after it that is still to come."""
        slot = self.slot(month.next())
        while slot.starts_at <= now:
            slot = self.slot(slot.month.next())
        return slot
