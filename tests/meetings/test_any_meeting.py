"""Random meetings, step by step, against what the directive says of every meeting."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import settings, strategies
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from services.meetings.domain.meeting import Meeting
from services.meetings.domain.motion import Choice
from services.meetings.domain.status import Status
from shared.events.event import Event
from shared.events.meetings import (
    DecisionAdopted,
    DecisionsOverdue,
    DecisionsSent,
    MeetingHeld,
    MeetingLapsed,
    MeetingNotOfficial,
    MinutesSent,
)
from shared.rule import PRESETS, Refused
from tests.meetings.groups import CHAIR, GUEST, MEMBERS, NEXT, SECRETARY, STARTS, convened, next_set, send

ANYBODY = strategies.sampled_from([*MEMBERS, GUEST, SECRETARY])
AGENDAS = strategies.sampled_from([(), ("یک",), ("یک", "دو")])
MOTIONS = strategies.sampled_from(["a", "a", "b"])
OFTEN_THE_CHAIR = strategies.sampled_from([CHAIR, CHAIR, CHAIR, *MEMBERS, SECRETARY])
ENDINGS = (MeetingHeld, MeetingLapsed, MeetingNotOfficial)


class AnyMeeting(RuleBasedStateMachine):
    """Anybody tries anything at any time; what is refused changes nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.meeting = convened()
        self.now = STARTS
        self.events: list[Event] = []
        self.here: set[str] = set()
        self.voters: dict[str, set[str]] = {}
        self.said: dict[str, dict[str, Choice]] = {}

    def attempt(self, act: Callable[..., Any], *arguments: Any) -> bool:
        """Whether it was allowed."""
        before = self.meeting
        try:
            self.meeting, events = act(self.meeting, *arguments, self.now)
        except Refused:
            assert self.meeting is before
            return False
        self.check(before, events)
        self.events += events
        return True

    def check(self, before: Meeting, events: list[Event]) -> None:
        if before.sending is not None and before.sending.sent_at is not None:
            assert (self.meeting, events) == (before, [])
        assert self.meeting.decisions[: len(before.decisions)] == before.decisions

    @initialize(come=strategies.sampled_from([4, 6, 5, 3]))
    def the_hour_has_come(self, come: int) -> None:
        """Most often the way to the votes is free, so that the steps below get there."""
        self.somebody_is_recorded(list(MEMBERS[:come]), all_come=False)
        self.it_is_opened(CHAIR)
        self.a_motion_is_put(CHAIR, "a")

    @rule(minutes=strategies.sampled_from([1, 7]))
    def minutes_pass(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)

    @precondition(lambda self: self.meeting.status is Status.CLOSED)
    @rule(hours=strategies.sampled_from([1, 47, 48]))
    def hours_pass(self, hours: int) -> None:
        self.now += timedelta(hours=hours)

    @rule(nights=strategies.sampled_from([0, 0, 0, 1]))
    def a_night_may_pass(self, nights: int) -> None:
        self.now += timedelta(hours=13 * nights)

    @rule()
    def the_sweep_comes_by(self) -> None:
        self.attempt(Meeting.check_clock)
        assert self.meeting.check_clock(self.now) == (self.meeting, [])

    @rule(posts=strategies.lists(ANYBODY, max_size=8), all_come=strategies.booleans())
    def somebody_is_recorded(self, posts: list[str], all_come: bool) -> None:
        attendees = [*MEMBERS[: 3 + len(posts) % 4], *posts] if all_come else posts
        if self.attempt(Meeting.record, attendees):
            self.here = set(attendees) & set(MEMBERS)

    @rule(by=OFTEN_THE_CHAIR)
    def it_is_opened(self, by: str) -> None:
        was_convened = self.meeting.status is Status.CONVENED
        if self.attempt(Meeting.open, by, PRESETS) and was_convened:
            assert len(self.here) >= 4  # of six
            assert by == self.meeting.presiding

    @rule(by=OFTEN_THE_CHAIR)
    def it_is_recorded_as_not_official(self, by: str) -> None:
        self.attempt(Meeting.record_not_official, by, PRESETS)

    @rule(by=OFTEN_THE_CHAIR, to=ANYBODY)
    def the_chair_is_handed_over(self, by: str, to: str) -> None:
        self.attempt(Meeting.hand_over, by, to)

    @rule(by=OFTEN_THE_CHAIR, motion=MOTIONS)
    def a_motion_is_put(self, by: str, motion: str) -> None:
        known = motion in self.voters
        if self.attempt(Meeting.put, by, motion, "…") and not known:
            assert len(self.here) >= 4
            assert by == self.meeting.presiding
            self.voters[motion], self.said[motion] = set(self.here), {}

    @rule(post=ANYBODY, motion=MOTIONS, choice=strategies.sampled_from(Choice))
    def somebody_votes(self, post: str, motion: str, choice: Choice) -> None:
        if motion in self.voters and self.attempt(Meeting.vote, post, motion, choice):
            assert post in self.voters[motion]
            assert self.said[motion].setdefault(post, choice) is choice

    @rule(motion=MOTIONS, votes_for=strategies.sampled_from([2, 3, 4]), counted=strategies.booleans())
    def so_many_are_for_it(self, motion: str, votes_for: int, counted: bool) -> None:
        for post in MEMBERS[:votes_for]:
            self.somebody_votes(post, motion, Choice.FOR)
        if counted:
            self.the_votes_are_counted(self.meeting.presiding, motion)

    @rule(by=OFTEN_THE_CHAIR, motion=MOTIONS)
    def the_votes_are_counted(self, by: str, motion: str) -> None:
        if motion in self.voters and self.attempt(Meeting.count, by, motion):
            assert by == self.meeting.presiding

    @rule(by=OFTEN_THE_CHAIR)
    def it_is_closed(self, by: str) -> None:
        if self.attempt(Meeting.close, by):
            assert by == self.meeting.presiding

    @rule(by=strategies.sampled_from([SECRETARY, SECRETARY, CHAIR]), at_the_last=strategies.booleans())
    def the_decisions_are_sent(self, by: str, at_the_last: bool) -> None:
        """Sometimes at the very instant at which the 48 hours are over."""
        if at_the_last and self.meeting.sending is not None:
            self.now = max(self.now, self.meeting.sending.due_at or self.now)
        if self.attempt(send, by):
            assert by == SECRETARY

    @rule(by=strategies.sampled_from([SECRETARY, SECRETARY, CHAIR]), agenda=AGENDAS)
    def the_next_agenda_is_set(self, by: str, agenda: tuple[str, ...]) -> None:
        def set_by(meeting: Meeting, now: datetime) -> Any:
            return next_set(meeting, *agenda, by=by, now=now)

        if self.attempt(set_by):
            assert by == SECRETARY
            assert self.meeting.next_meeting is not None
            assert self.meeting.next_meeting.agenda == agenda

    @invariant()
    def nothing_is_adopted_without_a_majority_of_those_present(self) -> None:
        for motion in self.meeting.motions:
            votes_for = sum(choice is Choice.FOR for choice in self.said[motion.id].values())
            lawful = 2 * votes_for > len(self.voters[motion.id])
            assert motion.counted_at is None or (motion.decision is not None) is lawful

    @invariant()
    def nobody_votes_twice_or_while_absent(self) -> None:
        for motion in self.meeting.motions:
            posts = [ballot.post_id for ballot in motion.ballots]
            assert len(posts) == len(set(posts))
            assert set(posts) <= self.voters[motion.id] == set(motion.voters)

    @invariant()
    def each_thing_is_told_once_and_every_end_is_told(self) -> None:
        told = [type(event) for event in self.events]
        ended = self.meeting.status not in (Status.CONVENED, Status.OPEN)
        assert sum(kind in ENDINGS for kind in told) == ended
        assert told.count(DecisionsSent) <= 1
        assert told.count(DecisionsOverdue) <= 1
        numbers = [event.number for event in self.events if isinstance(event, DecisionAdopted)]
        assert numbers == [one.decision for one in self.meeting.decisions]
        assert numbers == list(range(1, len(numbers) + 1))

    @invariant()
    def nothing_is_sent_without_the_next_meeting(self) -> None:
        told = [event for event in self.events if isinstance(event, DecisionsSent | MinutesSent)]
        following = self.meeting.next_meeting
        assert len(told) == self.meeting.is_sent
        for event in told:
            assert following is not None
            assert (event.agenda_items, event.next_starts_at) == (len(following.agenda), NEXT)

    @invariant()
    def what_is_late_is_known_as_late(self) -> None:
        sending = self.meeting.sending
        closed_at = self.meeting.closed_at
        if sending is None or closed_at is None or sending.due_at is None:
            assert sending is None or (closed_at is not None and not self.meeting.decisions)
            return
        assert sending.due_at - closed_at == timedelta(hours=48)
        if sending.sent_at is not None:
            assert (sending.overdue_at is None) is sending.in_time is (sending.sent_at < sending.due_at)


@pytest.mark.clause("PORTAL-10-3")
class TestAnyMeeting(AnyMeeting.TestCase):
    """Run as pytest runs any class of tests."""

    settings = settings(max_examples=300, stateful_step_count=40, deadline=None)
