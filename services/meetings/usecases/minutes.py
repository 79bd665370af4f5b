"""What the secretary does with a meeting's minutes, and what the next meeting has of them."""

from collections.abc import Sequence
from datetime import datetime

from services.meetings import access
from services.meetings.domain import minutes
from services.meetings.domain.committee import Committee
from services.meetings.domain.meeting import Meeting
from services.meetings.domain.next_meeting import NextMeeting
from services.meetings.domain.schedule import Schedule
from services.meetings.usecases.use import Use, own_meeting
from shared.access.who import Who
from shared.calendar.jalali import JalaliMonth
from shared.cloudevents import Envelope
from shared.events.meetings import (
    DecisionsSent,
    MeetingConvened,
    MeetingLapsed,
    MeetingMoved,
    MeetingNotOfficial,
    MinutesSent,
)
from shared.store.history import Act
from shared.store.repository import Saved

Succession = MeetingConvened | MeetingMoved | DecisionsSent | MinutesSent | MeetingLapsed | MeetingNotOfficial
"""What makes another meeting the next one, or tells what it deals with."""


async def set_next(
    use: Use, who: Who, id_: str, agenda: Sequence[str], if_match: int | None, *, time_is_open: bool
) -> Saved[Meeting]:
    """The secretary sets what the next meeting deals with; its time follows from the committee."""
    meeting, committee = await own_meeting(use, who, id_)
    post = who.acting(access.SEND, lambda post: post.id == meeting.seats.secretary)
    now = use.clock.now()
    said = NextMeeting(
        agenda=tuple(agenda),
        starts_at=await _next_starts_at(use, meeting, committee, now),
        time_is_open=time_is_open,
        set_by=post.id,
        set_at=now,
    )
    act = Act(name="set-next-meeting", by=who.named(post), at=now)
    return await use.meetings.change(
        who.agency_id, id_, act, lambda meeting: minutes.set_next(meeting, said), if_match=if_match
    )


async def send(use: Use, who: Who, id_: str, if_match: int | None) -> Saved[Meeting]:
    """The secretary sends the minutes: the decisions, and the next meeting's agenda and time."""
    meeting, committee = await own_meeting(use, who, id_)
    post = who.acting(access.SEND, lambda post: post.id == meeting.seats.secretary)
    now = use.clock.now()
    next_starts_at = await _next_starts_at(use, meeting, committee, now)
    act = Act(name="send-decisions", by=who.named(post), at=now)
    return await use.meetings.change(
        who.agency_id,
        id_,
        act,
        lambda meeting: minutes.send(meeting, post.id, next_starts_at, now),
        if_match=if_match,
    )


async def carry_over(use: Use, envelope: Envelope) -> None:
    """The committee's next meeting deals with what the minutes of its last one said. Safe to repeat.

    Of the sending and the convening whichever is told last finds the other done.
    """
    event = envelope.event()
    if not isinstance(event, Succession):
        return
    held = await use.meetings_in_order.last_held(event.agency_id, event.committee_id)
    if held is None:
        return
    coming = await use.meetings_in_order.next_convened(event.agency_id, event.committee_id, held.starts_at)
    if coming is not None:
        act = Act(name="take-over-agenda", by=f"event:{envelope.id}", at=use.clock.now())
        await use.meetings.change(None, coming.id, act, lambda meeting: minutes.take_over(meeting, held))


async def _next_starts_at(use: Use, meeting: Meeting, committee: Committee, now: datetime) -> datetime | None:
    """When the committee meets next: as convened, else by the days and hours by which it convenes itself."""
    after = max(meeting.starts_at, now)
    convened = await use.meetings_in_order.next_convened(meeting.agency_id, committee.id, after)
    if convened is not None:
        return convened.starts_at
    if committee.convenes_at is None:
        return None
    schedule = Schedule(
        calendar=await use.directory.calendar(meeting.agency_id),
        figures=await use.directory.figures(meeting.agency_id),
    )
    return schedule.following(JalaliMonth.parse(meeting.month), now).starts_at
