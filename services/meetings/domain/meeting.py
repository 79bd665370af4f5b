"""What a meeting is and how it moves.

convened --open, with a quorum--> open --close--> closed --send--> decisions sent
  |   +--not official (no quorum)                   +--48 hours, unsent: overdue, and sent late at last
  +--its end passes: lapsed       open at midnight: closes itself
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from fractions import Fraction
from typing import Any, Self

from services.meetings import rules
from services.meetings.domain import refusals
from services.meetings.domain.calling import Call
from services.meetings.domain.committee import Committee
from services.meetings.domain.motion import Choice, Motion
from services.meetings.domain.next_meeting import NextMeeting
from services.meetings.domain.schedule import Slot
from services.meetings.domain.seats import Seats
from services.meetings.domain.sending import Sending
from services.meetings.domain.status import Status
from services.meetings.domain.terms import Terms
from shared.calendar.jalali import ONE_DAY, local_day, midnight
from shared.events.event import Event
from shared.events.meetings import (
    DecisionAdopted,
    DecisionsOverdue,
    MeetingConvened,
    MeetingHeld,
    MeetingLapsed,
    MeetingNotOfficial,
)
from shared.language import Text
from shared.rule import Figures, Invalid, Refused, Rule

MOTIONS_MAX = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Meeting:
    """A committee's meeting of one Jalali month, with its minutes: who came, what was voted, what holds.

    `clause` is the one by which it is convened: the month's, or the committee's own where it was `called`.
    `attendees` are posts; those without a seat are guests, who neither vote nor count. `clock_at` is when
    the clock must look at it next, None where nothing is due. `calendar` is the name of the one that its day
    was found by; `first_starts_at` is when it was to be before it moved, None for one that never did.
    Its `agenda` is what was said in the minutes of the meeting `agenda_from`, held before it; what its own
    minutes say of the one after it is `next_meeting`.
    """

    id: str
    agency_id: str
    committee_id: str
    month: str
    starts_at: datetime
    ends_at: datetime
    place_unit: str | None
    seats: Seats
    presiding: str
    status: Status = Status.CONVENED
    convened_at: datetime | None = None
    attendees: tuple[str, ...] = ()
    present_at_opening: int | None = None
    opened_at: datetime | None = None
    closed_at: datetime | None = None
    motions: tuple[Motion, ...] = ()
    terms: Terms | None = None
    sending: Sending | None = None
    clock_at: datetime | None = None
    clause: str | None = rules.WEEK.clause
    called: Call | None = None
    calendar: str = ""
    first_starts_at: datetime | None = None
    agenda: tuple[str, ...] = ()
    agenda_from: str | None = None
    next_meeting: NextMeeting | None = None

    @classmethod
    def convene(
        cls, committee: Committee, slot: Slot, *, id_: str, now: datetime, called: Call | None = None
    ) -> tuple[Self, Sequence[Event]]:
        """Convene the month's meeting, or one called by hand; too late, it is on record as lapsed."""
        meeting = cls(
            id=id_,
            agency_id=committee.agency_id,
            committee_id=committee.id,
            month=str(slot.month),
            starts_at=slot.starts_at,
            ends_at=slot.ends_at,
            place_unit=committee.place_unit,
            seats=Seats.of(committee),
            presiding=committee.chair,
            clause=rules.WEEK.clause if called is None else committee.clause,
            called=called,
            calendar=slot.calendar,
        )
        if now >= slot.starts_at:
            return meeting._lapse(now)
        convened = replace(meeting, convened_at=now, clock_at=slot.ends_at)
        return convened, [
            MeetingConvened(
                **convened.named(convened.clause),
                convened_at=now,
                starts_at=slot.starts_at,
                ends_at=slot.ends_at,
                place_unit=committee.place_unit,
                to_posts=convened.seats.invited(),
                called_by=None if called is None else called.by,
            )
        ]

    @property
    def present(self) -> tuple[str, ...]:
        """The members who are here: guests don't count."""
        return tuple(post for post in self.seats.members if post in self.attendees)

    @property
    def decisions(self) -> tuple[Motion, ...]:
        """What was adopted, by number."""
        adopted = [motion for motion in self.motions if motion.decision is not None]
        return tuple(sorted(adopted, key=lambda motion: motion.decision or 0))

    @property
    def is_sent(self) -> bool:
        """Whether its minutes went out: from then on they stay as they are."""
        return self.sending is not None and self.sending.sent_at is not None

    def seated(self, committee: Committee) -> Self:
        """With the committee as it stands now; once opened, a meeting's members stay as they were."""
        if self.status is not Status.CONVENED:
            return self
        seats = Seats.of(committee)
        handed_over = self.presiding != self.seats.chair and self.presiding in seats.members
        return replace(self, seats=seats, presiding=self.presiding if handed_over else seats.chair)

    def hand_over(self, by: str, to: str, now: datetime) -> tuple[Self, Sequence[Event]]:
        """The chair gives the chair to another member, for this meeting. Given back the same way."""
        meeting, facts = self.check_clock(now)
        if by != meeting.seats.chair:
            raise Refused(rules.HANDING_OVER, refusals.NOT_THE_HEAD)
        if to not in (*meeting.seats.members, meeting.seats.chair):
            raise Refused(rules.HANDING_OVER, refusals.NOT_TO_A_MEMBER)
        meeting.must_be(Status.CONVENED, Status.OPEN, rule=rules.HANDING_OVER)
        return replace(meeting, presiding=to), facts

    def record(self, attendees: Sequence[str], now: datetime) -> tuple[Self, Sequence[Event]]:
        """Who is here now, in place of what was recorded before. From the meeting's hour until its end."""
        meeting, facts = self.check_clock(now)
        meeting.must_be(Status.CONVENED, Status.OPEN, rule=rules.QUORUM)
        meeting._must_have_begun(now)
        return replace(meeting, attendees=tuple(dict.fromkeys(attendees))), facts

    def open(self, by: str, figures: Figures, now: datetime) -> tuple[Self, Sequence[Event]]:
        """Whoever presides declares it official: with two thirds of the members present, never with less."""
        meeting, facts = self.check_clock(now)
        meeting._must_preside(by)
        if meeting.status is Status.OPEN:
            return meeting, facts
        meeting.must_be(Status.CONVENED, rule=rules.CHAIR)
        meeting._must_have_begun(now)
        if by not in meeting.attendees:
            raise Refused(rules.CHAIR, refusals.CHAIR_AWAY)
        terms = Terms.of(figures, now)
        if not meeting._has_quorum(terms.quorum):
            raise Refused(rules.QUORUM, meeting._too_few())
        opened = replace(
            meeting,
            status=Status.OPEN,
            opened_at=now,
            present_at_opening=len(meeting.present),
            terms=terms,
            clock_at=midnight(local_day(now) + ONE_DAY),
        )
        return opened, facts

    def record_not_official(self, by: str, figures: Figures, now: datetime) -> tuple[Self, Sequence[Event]]:
        """Too few came: whoever presides records that it is none. With a quorum it can't be said."""
        meeting, facts = self.check_clock(now)
        meeting._must_preside(by)
        if meeting.status is Status.NOT_OFFICIAL:
            return meeting, facts
        meeting.must_be(Status.CONVENED, rule=rules.QUORUM)
        meeting._must_have_begun(now)
        if meeting._has_quorum(figures.of(rules.QUORUM, local_day(now))):
            raise Refused(rules.QUORUM, refusals.QUORUM_IS_THERE)
        ended = replace(meeting, status=Status.NOT_OFFICIAL, closed_at=now, clock_at=None)
        fact = MeetingNotOfficial(
            **ended.named(rules.QUORUM.clause),
            recorded_at=now,
            present=len(ended.present),
            members=len(ended.seats.members),
            overseen_by=ended.seats.chair,
        )
        return ended, [*facts, fact]

    def put(self, by: str, id_: str, text: str, now: datetime) -> tuple[Self, Sequence[Event]]:
        """Put a motion to the vote of those present now. Its id makes the same request put it once."""
        meeting, facts = self.check_clock(now)
        meeting._must_preside(by)
        if meeting.motion(id_) is not None:
            return meeting, facts
        meeting.must_be(Status.OPEN, rule=rules.CHAIR)
        if not meeting._has_quorum(meeting._terms().quorum):
            raise Refused(rules.QUORUM, meeting._too_few())
        if len(meeting.motions) >= MOTIONS_MAX:
            raise Invalid("/text", refusals.too_many(MOTIONS_MAX))
        motion = Motion(id=id_, text=text, put_at=now, voters=meeting.present)
        return replace(meeting, motions=(*meeting.motions, motion)), facts

    def vote(
        self, post_id: str, motion_id: str, choice: Choice, now: datetime
    ) -> tuple[Self, Sequence[Event]]:
        """One member's vote on one motion."""
        meeting, facts = self.check_clock(now)
        meeting.must_be(Status.OPEN, rule=rules.MAJORITY)
        return meeting._with(meeting._of(motion_id).vote(post_id, choice, now)), facts

    def count(self, by: str, motion_id: str, now: datetime) -> tuple[Self, Sequence[Event]]:
        """Whoever presides has the votes counted: adopted with a majority of those present."""
        meeting, facts = self.check_clock(now)
        meeting._must_preside(by)
        motion = meeting._of(motion_id)
        if motion.counted_at is not None:
            return meeting, facts
        meeting.must_be(Status.OPEN, rule=rules.CHAIR)
        counted, adopted = meeting._count(motion, now)
        return counted, [*facts, *adopted]

    def close(self, by: str, now: datetime) -> tuple[Self, Sequence[Event]]:
        """Whoever presides ends it. What was put and not counted is counted now; the 48 hours begin."""
        meeting, facts = self.check_clock(now)
        meeting._must_preside(by)
        if meeting.status is Status.CLOSED:
            return meeting, facts
        meeting.must_be(Status.OPEN, rule=rules.CHAIR)
        closed, held = meeting._close(now)
        return closed, [*facts, *held]

    def check_clock(self, now: datetime) -> tuple[Self, Sequence[Event]]:
        """What is due by now: it lapses, ends with its day, is overdue. Safe to ask any number of times."""
        if self.clock_at is None or now < self.clock_at:
            return self, []
        match self.status:
            case Status.CONVENED:
                return self._lapse(now)
            case Status.OPEN:
                closed, held = self._close(self.clock_at)
                checked, more = closed.check_clock(now)
                return checked, [*held, *more]
            case _:
                return self._be_overdue(now)

    def motion(self, motion_id: str) -> Motion | None:
        """One of its motions; None for an unknown one."""
        return next((motion for motion in self.motions if motion.id == motion_id), None)

    def _lapse(self, now: datetime) -> tuple[Self, Sequence[Event]]:
        lapsed = replace(self, status=Status.LAPSED, closed_at=now, clock_at=None)
        return lapsed, [
            MeetingLapsed(
                **self.named(self.clause),
                starts_at=self.starts_at,
                ends_at=self.ends_at,
                lapsed_at=now,
                convened=self.convened_at is not None,
                overseen_by=self.seats.chair,
            )
        ]

    def _count(self, motion: Motion, at: datetime) -> tuple[Self, Sequence[Event]]:
        counted = motion.count(self._terms().majority, len(self.decisions) + 1, at)
        meeting = self._with(counted)
        if counted.decision is None:
            return meeting, []
        return meeting, [
            DecisionAdopted(
                **self.named(rules.MAJORITY.clause),
                number=counted.decision,
                motion_id=counted.id,
                adopted_at=at,
                present=len(counted.voters),
                votes_for=counted.votes(Choice.FOR),
                votes_against=counted.votes(Choice.AGAINST),
                abstained=counted.votes(Choice.ABSTAIN),
            )
        ]

    def _close(self, at: datetime) -> tuple[Self, Sequence[Event]]:
        meeting, facts = self, list[Event]()
        for motion in self.motions:
            if motion.counted_at is None:
                meeting, adopted = meeting._count(motion, at)
                facts += adopted
        due_at = at + self._terms().sending_time if meeting.decisions else None
        closed = replace(
            meeting,
            status=Status.CLOSED,
            closed_at=at,
            sending=None if due_at is None else Sending(due_at=due_at),
            clock_at=due_at,
        )
        held = MeetingHeld(
            **closed.named(rules.QUORUM.clause),
            opened_at=closed.opened_at or at,
            closed_at=at,
            present=closed.present_at_opening or 0,
            members=len(closed.seats.members),
            decisions=len(closed.decisions),
            send_by_at=due_at,
        )
        return closed, [*facts, held]

    def _be_overdue(self, now: datetime) -> tuple[Self, Sequence[Event]]:
        if self.sending is None or self.sending.due_at is None:
            return self, []
        overdue = DecisionsOverdue(
            **self.named(rules.SENDING_TIME.clause),
            decisions=len(self.decisions),
            post_id=self.seats.secretary,
            head_post=self.seats.head_post,
            due_at=self.sending.due_at,
            overdue_at=now,
            overseen_by=self.seats.chair,
        )
        return replace(self, sending=replace(self.sending, overdue_at=now), clock_at=None), [overdue]

    def _with(self, changed: Motion) -> Self:
        motions = tuple(changed if motion.id == changed.id else motion for motion in self.motions)
        return replace(self, motions=motions)

    def _of(self, motion_id: str) -> Motion:
        motion = self.motion(motion_id)
        if motion is None:
            raise LookupError(motion_id)
        return motion

    def _terms(self) -> Terms:
        if self.terms is None:
            raise ValueError(f"meeting {self.id} was never opened")
        return self.terms

    def _has_quorum(self, quorum: Fraction) -> bool:
        return rules.has_quorum(present=len(self.present), members=len(self.seats.members), quorum=quorum)

    def _too_few(self) -> Text:
        return refusals.no_quorum(present=len(self.present), members=len(self.seats.members))

    def named(self, clause: str | None) -> dict[str, Any]:
        """What each of its events begins with."""
        return {
            "agency_id": self.agency_id,
            "meeting_id": self.id,
            "committee_id": self.committee_id,
            "month": self.month,
            "clause": clause,
        }

    def _must_preside(self, by: str) -> None:
        if by != self.presiding:
            raise Refused(rules.CHAIR, refusals.NOT_PRESIDING)

    def _must_have_begun(self, now: datetime) -> None:
        if now < self.starts_at:
            rule = rules.WEEK if self.called is None else rules.CHAIR
            raise Refused(rule, refusals.not_begun(self.starts_at))

    def must_be(self, *statuses: Status, rule: Rule[Any]) -> None:
        """Raises Refused, by that rule, in any other status."""
        if self.status not in statuses:
            raise Refused(rule, refusals.NOT_NOW[self.status])
