"""What goes out of a meeting to its members: its decisions, the agenda and time of the one that follows."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from services.meetings import rules
from services.meetings.domain import refusals
from services.meetings.domain.meeting import Meeting
from services.meetings.domain.next_meeting import NextMeeting
from services.meetings.domain.sending import Sending
from services.meetings.domain.status import Status
from shared.events.event import Event
from shared.events.meetings import DecisionsSent, MinutesSent
from shared.rule import Refused


def set_next(meeting: Meeting, said: NextMeeting) -> tuple[Meeting, Sequence[Event]]:
    """The secretary says what the next meeting deals with, in place of what was said before."""
    checked, facts = meeting.check_clock(said.set_at)
    if said.set_by != checked.seats.secretary:
        raise Refused(rules.NEXT_MEETING, refusals.AGENDA_IS_THE_SECRETARYS)
    checked.must_be(Status.OPEN, Status.CLOSED, rule=rules.NEXT_MEETING)
    if checked.next_meeting is not None and _is_the_same(checked.next_meeting, said, sent=checked.is_sent):
        return checked, facts
    if checked.is_sent:
        raise Refused(rules.NEXT_MEETING, refusals.MINUTES_ARE_SENT)
    said.must_be_told()
    return replace(checked, next_meeting=said), facts


def send(
    meeting: Meeting, by: str, next_starts_at: datetime | None, now: datetime
) -> tuple[Meeting, Sequence[Event]]:
    """The secretary sends the minutes, once, with what is known by now of the next meeting's time.

    Late is still possible, and stays late.
    """
    checked, facts = meeting.check_clock(now)
    if by != checked.seats.secretary:
        raise Refused(rules.SENDING_TIME, refusals.NOT_THE_SECRETARY)
    checked.must_be(Status.CLOSED, rule=rules.SENDING_TIME)
    if checked.is_sent:
        return checked, facts
    if checked.next_meeting is None:
        raise Refused(rules.NEXT_MEETING, refusals.NO_AGENDA)
    following = replace(checked.next_meeting, starts_at=next_starts_at)
    following.must_be_told()
    sending = replace(
        checked.sending or Sending(), sent_at=now, sent_by=by, to_posts=checked.seats.addressees()
    )
    sent = replace(checked, sending=sending, next_meeting=following, clock_at=None)
    return sent, [*facts, _told(sent, sending, following, now)]


def take_over(meeting: Meeting, held: Meeting) -> tuple[Meeting, Sequence[Event]]:
    """A meeting still to come deals with what the minutes sent of the one held before it said."""
    if meeting.status is not Status.CONVENED or held.next_meeting is None or not held.is_sent:
        return meeting, []
    return replace(meeting, agenda=held.next_meeting.agenda, agenda_from=held.id), []


def _is_the_same(known: NextMeeting, said: NextMeeting, *, sent: bool) -> bool:
    """Whether it was said before. Its time is the calendar's, and stays as it was told."""
    starts_at = known.starts_at if sent else said.starts_at
    return known == replace(said, starts_at=starts_at, set_by=known.set_by, set_at=known.set_at)


def _told(
    meeting: Meeting, sending: Sending, following: NextMeeting, now: datetime
) -> DecisionsSent | MinutesSent:
    if sending.due_at is None:
        return MinutesSent(
            **meeting.named(rules.NEXT_MEETING.clause),
            to_posts=sending.to_posts,
            sent_at=now,
            agenda_items=len(following.agenda),
            next_starts_at=following.starts_at,
        )
    return DecisionsSent(
        **meeting.named(rules.SENDING_TIME.clause),
        decisions=len(meeting.decisions),
        to_posts=sending.to_posts,
        sent_at=now,
        due_at=sending.due_at,
        in_time=sending.in_time,
        late_by_s=round(max(timedelta(0), now - sending.due_at).total_seconds()),
        agenda_items=len(following.agenda),
        next_starts_at=following.starts_at,
    )
