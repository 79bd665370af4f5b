"""A meeting that is called by hand: who wants it when, and what refuses it."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Self

from services.meetings.domain import refusals
from services.meetings.domain.schedule import Slot
from shared.calendar.calendar_data import minutes
from shared.calendar.jalali import TEHRAN, JalaliMonth, local_day
from shared.calendar.working_time import WorkingCalendar
from shared.rule import Invalid

AHEAD_MAX = timedelta(days=366)


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """What was asked for: a meeting of this id, by this post, from one instant to another of a day."""

    meeting_id: str
    by: str
    starts_at: datetime
    ends_at: datetime

    @classmethod
    def of(cls, meeting_id: str, by: str, day: date, hours: str) -> Self:
        """From local hours such as `09:00-11:00`."""
        starts_at, ends_at = (_instant(day, minute) for minute in minutes(hours))
        return cls(meeting_id=meeting_id, by=by, starts_at=starts_at, ends_at=ends_at)

    def must_be_held(self, calendar: WorkingCalendar, now: datetime) -> None:
        """Raises Invalid for a time that is over or too far away, and for a closed day."""
        day = local_day(self.starts_at)
        if day < local_day(now):
            raise Invalid("/day", refusals.IS_OVER)
        if self.starts_at <= now:
            raise Invalid("/hours", refusals.IS_OVER)
        if self.starts_at > now + AHEAD_MAX:
            raise Invalid("/day", refusals.TOO_FAR_AHEAD)
        if calendar.next_working_day(day) != day:
            raise Invalid("/day", refusals.closed_on(day))

    def meets(self, other: Self) -> bool:
        """Whether the two would be held at the same time. One may begin as the other ends."""
        return self.starts_at < other.ends_at and other.starts_at < self.ends_at

    def moved(self, starts_at: datetime) -> Self:
        """As long, at another time."""
        return replace(self, starts_at=starts_at, ends_at=starts_at + (self.ends_at - self.starts_at))

    def slot(self, calendar: WorkingCalendar, now: datetime) -> Slot:
        """When it is: it is convened as it is called."""
        return Slot(
            month=JalaliMonth.at(self.starts_at),
            convenes_at=now,
            starts_at=self.starts_at,
            ends_at=self.ends_at,
            calendar=calendar.name,
        )


def _instant(day: date, minute: int) -> datetime:
    return (datetime.combine(day, time.min, TEHRAN) + timedelta(minutes=minute)).astimezone(UTC)
