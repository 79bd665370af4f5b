"""A convened meeting whose day is closed, or opened again (docs/decisions/what-second-week-means.md)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from services.meetings import rules
from services.meetings.domain import refusals
from services.meetings.domain.calling import Call
from services.meetings.domain.committee import Committee
from services.meetings.domain.meeting import Meeting
from services.meetings.domain.status import Status
from shared.calendar.jalali import ONE_DAY, TEHRAN, local_day
from shared.calendar.working_time import WorkingCalendar
from shared.events.directory import PROVINCE
from shared.events.event import Event
from shared.events.meetings import MeetingMoved
from shared.rule import Refused


@dataclass(frozen=True, slots=True, kw_only=True)
class Days:
    """The days an agency works, by the calendar it has now, and how long before a meeting members know."""

    calendar: WorkingCalendar
    set_at: datetime | None
    notice: timedelta

    def known_before(self, at: datetime) -> bool:
        """Whether the calendar was set before that: what was set later moves nothing that had begun."""
        return self.set_at is not None and self.set_at < at

    def overtake(self, name: str) -> bool:
        """Whether what goes by the calendar of that name goes by this one from now on.

        A newer version does, and an agency's own does from the province's, never the other way round: the
        copy of another process may be seconds behind.
        """
        owner, _, version = name.rpartition("/")
        if owner == self.calendar.id:
            return int(version) < self.calendar.version
        return owner == "" or self.calendar.id != PROVINCE


def follow(meeting: Meeting, days: Days, committee: Committee, now: datetime) -> tuple[Meeting, list[Event]]:
    """By a newer calendar, on another day where its own is closed. Safe to ask any number of times."""
    if not is_behind(meeting, days):
        return meeting, []
    starts_at = place(meeting, days, committee.others(meeting.id), now)
    if starts_at == meeting.starts_at:
        return replace(meeting, calendar=days.calendar.name), []
    ends_at = starts_at + (meeting.ends_at - meeting.starts_at)
    moved = replace(
        meeting.seated(committee),
        starts_at=starts_at,
        ends_at=ends_at,
        clock_at=ends_at,
        first_starts_at=_first(meeting),
        calendar=days.calendar.name,
        attendees=(),
    )
    return moved, [
        MeetingMoved(
            **moved.named(moved.clause),
            was_starts_at=meeting.starts_at,
            starts_at=starts_at,
            ends_at=ends_at,
            place_unit=moved.place_unit,
            to_posts=moved.seats.invited(),
            moved_at=now,
            calendar=moved.calendar,
        )
    ]


def is_behind(meeting: Meeting, days: Days) -> bool:
    """Whether it is still to come and goes by an older calendar."""
    return meeting.status is Status.CONVENED and days.overtake(meeting.calendar)


def place(meeting: Meeting, days: Days, taken: Sequence[Call], now: datetime) -> datetime:
    """When it begins: at its hour, on the first day worked from the one it was convened for.

    It comes to lie earlier than members were told last only with the whole notice, and never at a time that
    is over or `taken`. NeverOpens for a calendar that is closed for good.
    """
    if not days.known_before(meeting.starts_at):
        return meeting.starts_at
    hour = meeting.starts_at.astimezone(TEHRAN).timetz()
    lasts, day = meeting.ends_at - meeting.starts_at, local_day(_first(meeting))
    while True:
        day = days.calendar.next_working_day(day)
        starts_at = datetime.combine(day, hour).astimezone(meeting.starts_at.tzinfo)
        if starts_at == meeting.starts_at:
            return starts_at
        earliest = now + days.notice if starts_at < meeting.starts_at else now
        free = not any(one.starts_at < starts_at + lasts and starts_at < one.ends_at for one in taken)
        if free and earliest < starts_at:
            return starts_at
        day += ONE_DAY


def must_be_its_day(meeting: Meeting, days: Days, now: datetime) -> None:
    """Raises Refused for a meeting whose hour has come on a day that was closed before."""
    awaited = meeting.status is Status.CONVENED and meeting.starts_at <= now
    day = local_day(meeting.starts_at)
    if awaited and days.known_before(meeting.starts_at) and days.calendar.next_working_day(day) != day:
        raise Refused(rules.WEEKDAY if meeting.called is None else rules.CHAIR, refusals.closed_on(day))


def _first(meeting: Meeting) -> datetime:
    return meeting.first_starts_at or meeting.starts_at
