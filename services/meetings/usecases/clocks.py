"""What the clock does by itself: it convenes, moves, ends and counts the hours."""

from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import datetime

from services.meetings.domain import moving
from services.meetings.domain.meeting import Meeting
from services.meetings.domain.schedule import Schedule
from services.meetings.usecases.use import CLOCK, Use, days_of
from shared.calendar.jalali import JalaliMonth
from shared.directory.measured import calendar_names
from shared.identity import derived_id
from shared.store.history import Act
from shared.store.store import DuplicateId


async def convene_if_due(use: Use, id_: str, now: datetime) -> None:
    """The clock's own act: convene the month's meeting, once, then look on to the next month."""
    committee = (await use.committees.load(id_)).state
    if committee.convenes_at is None or now < committee.convenes_at:
        return
    schedule = Schedule(
        calendar=await use.directory.calendar(committee.agency_id),
        figures=await use.directory.figures(committee.agency_id),
    )
    month = committee.month
    slot = schedule.slot(JalaliMonth.parse(month))
    if committee.owes(slot) and slot.convenes_at <= now:
        meeting_id = derived_id("meeting", committee.id, month)
        decision = Meeting.convene(committee, slot, id_=meeting_id, now=now)
        with suppress(DuplicateId):  # convened before, by a sweep that broke off here, or by another's
            await use.meetings.add(Act(name="convene", by=CLOCK, at=now), decision)
    await use.committees.change(
        None,
        id_,
        Act(name="plan", by=CLOCK, at=now),
        lambda current: current.plan(month, schedule, now),
    )


async def behind_calendar(use: Use) -> AsyncIterator[str]:
    """Which convened meeting goes by a calendar that was changed since."""
    async for id_ in use.meetings_by_calendar.measured_otherwise(await calendar_names(use.directory)):
        yield id_


async def follow_calendar(use: Use, id_: str, now: datetime) -> None:
    """The clock's own act: a meeting whose day was closed before it began is on another.

    Of a called one the committee keeps the time first, so that no two are at the same.
    """
    meeting = (await use.meetings.load(id_)).state
    days = await days_of(use, meeting.agency_id, now)
    if not moving.is_behind(meeting, days):
        return
    note = f"calendar {days.calendar.name}"
    act = Act(name="follow-calendar", by=CLOCK, at=now, clause=meeting.clause, note=note)
    committee = await use.committees.change(
        None,
        meeting.committee_id,
        act,
        lambda one: one.retake(id_, lambda taken: moving.place(meeting, days, taken, now)),
    )
    await use.meetings.change(None, id_, act, lambda one: moving.follow(one, days, committee.state, now))


async def check_clock(use: Use, id_: str, now: datetime) -> None:
    """The clock's own act: what lapsed, ended with its day, or is overdue; on a closed day nothing lapses."""
    await follow_calendar(use, id_, now)
    act = Act(name="clock", by=CLOCK, at=now)
    await use.meetings.change(None, id_, act, lambda meeting: meeting.check_clock(now))
