"""What a complaint is and how it moves. No clock, no database, no bus.

filed --take--> taken --answer--> answered --satisfied, or silent--> closed
  |                ^  |               |
  +----answer------|--+               +--not satisfied--> taken by a higher level
unanswered at the deadline, filed or taken: escalated to a named post, then to the next above it
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Self

from services.complaints import rules
from services.complaints.domain.clock import Measure, Round
from services.complaints.domain.contact import Contact
from services.complaints.domain.identity import Identity, Look, Seen
from services.complaints.domain.line import post_at
from shared.calendar.jalali import local_day
from shared.events.complaints import (
    ComplaintAnswered,
    ComplaintClosed,
    ComplaintDeadlineMoved,
    ComplaintEscalated,
    ComplaintFiled,
    ComplaintReopened,
    ComplaintTaken,
)
from shared.events.contacts import SealedContact
from shared.events.directory import Post, Role
from shared.events.event import Event
from shared.language import Text
from shared.rule import Refused

Facts = list[Event | SealedContact]


class Status(StrEnum):
    """Where a complaint stands."""

    FILED = "filed"
    TAKEN = "taken"
    ANSWERED = "answered"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Escalation:
    """To whom it went, when it should have gone and when it did."""

    level: int
    post_id: str
    due_at: datetime
    escalated_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Complaint:
    """A citizen's complaint about how a service was given."""

    id: str
    agency_id: str
    tracking_code: str
    service_code: str
    unit_id: str
    ground: str
    text: str
    door: str
    contact: Contact
    identity: Identity | None = None
    looks: tuple[Look, ...] = ()
    filed_at: datetime
    status: Status = Status.FILED
    rounds: tuple[Round, ...]
    taken_by: str | None = None
    level: int = 0
    level_post: str | None = None
    escalations: tuple[Escalation, ...] = ()
    escalates_at: datetime | None = None
    measured_by: str | None = None
    """The calendar that its clock was last set by; None while none runs."""
    rate_by_at: datetime | None = None
    satisfied: bool | None = None
    reason: str | None = None
    closed_at: datetime | None = None

    @classmethod
    def file(
        cls,
        *,
        id_: str,
        tracking_code: str,
        agency_id: str,
        service_code: str,
        unit_id: str,
        ground: str,
        text: str,
        door: str,
        contact: Contact,
        identity: Identity | None = None,
        now: datetime,
        measure: Measure,
    ) -> tuple[Self, Facts]:
        """Open it. Its deadline is set here, by the calendar and figures of this moment."""
        grounds = measure.figures.of(rules.GROUNDS, local_day(now))
        if not rules.is_ground(ground, grounds=grounds):
            raise Refused(
                rules.GROUNDS,
                Text(
                    fa=f"«{ground[:60]}» از موارد هفتگانهٔ نحوهٔ ارائهٔ خدمت نیست.",
                    en=f"{ground[:60]!r} is no ground on how a service is given: {', '.join(grounds)}.",
                ),
            )
        first = Round.begin(now, measure)
        complaint = cls(
            id=id_,
            agency_id=agency_id,
            tracking_code=tracking_code,
            service_code=service_code,
            unit_id=unit_id,
            ground=ground,
            text=text,
            door=door,
            contact=contact,
            identity=identity,
            filed_at=now,
            rounds=(first,),
            escalates_at=measure.escalates_at(first.due_at, 1, now),
            measured_by=measure.name,
        )
        filed = ComplaintFiled(
            agency_id=agency_id,
            tracking_code=tracking_code,
            contact_id=contact.id,
            clause=rules.REPLY_TIME.clause,
            service_code=service_code,
            unit_id=unit_id,
            ground=ground,
            door=door,
            filed_at=now,
            reply_due_at=first.due_at,
        )
        sealed = SealedContact(contact_id=contact.id, agency_id=agency_id, sealed=contact.sealed)
        return complaint, [sealed, filed]

    @property
    def round(self) -> Round:
        """The one that runs, or the last."""
        return self.rounds[-1]

    @property
    def is_open(self) -> bool:
        """Somebody owes an answer."""
        return self.status in (Status.FILED, Status.TAKEN)

    def may_be_worked_by(self, post: Post) -> bool:
        """Its unit's desk, the post it was escalated to, and the agency's head and inspector."""
        above = post.role in (Role.HEAD, Role.INSPECTOR)
        return above or post.unit_id == self.unit_id or post.id == self.level_post

    def take(self, post: Post, now: datetime) -> tuple[Self, Facts]:
        """A case officer has it from now on. The clock doesn't notice."""
        self._must_be_open()
        if self.taken_by == post.id:
            return self, []
        taken = replace(self, status=Status.TAKEN, taken_by=post.id)
        return taken, [
            ComplaintTaken(
                agency_id=self.agency_id,
                tracking_code=self.tracking_code,
                contact_id=self.contact.id,
                post_id=post.id,
                taken_at=now,
            )
        ]

    def follow(self, measure: Measure, now: datetime) -> tuple[Self, Facts]:
        """By a newer calendar, what had not passed when it was set moves: safe to ask any number of times."""
        before = self.round
        is_over = bool(self.escalations) and self.escalations[-1].escalated_at >= before.started_at
        fresh = before.under(measure, is_over=is_over)
        if not self.is_open or fresh == before:
            return self, []
        step = measure.escalates_at(fresh.due_at, self.level + 1, fresh.started_at)
        moved = replace(
            self,
            rounds=(*self.rounds[:-1], fresh),
            escalates_at=self.escalates_at and step and measure.moved(self.escalates_at, step),
            measured_by=measure.name,
        )
        told = ComplaintDeadlineMoved(
            agency_id=self.agency_id,
            tracking_code=self.tracking_code,
            contact_id=self.contact.id,
            clause=rules.REPLY_TIME.clause,
            was_due_at=before.due_at,
            reply_due_at=fresh.due_at,
            calendar_version=fresh.calendar_version,
            moved_at=now,
        )
        return moved, [told] if fresh.due_at != before.due_at else []

    def check_clock(self, now: datetime, line: Sequence[Post], measure: Measure) -> tuple[Self, Facts]:
        """Escalate as often as is due: safe to ask at any time, any number of times.

        `line` is the posts above the desk, lowest first, never empty (`escalation_line`).
        """
        complaint, facts = self.follow(measure, now)
        while complaint.is_open and complaint.escalates_at is not None and now >= complaint.escalates_at:
            level = complaint.level + 1
            post = post_at(level, line)
            escalation = Escalation(
                level=level, post_id=post.id, due_at=complaint.escalates_at, escalated_at=now
            )
            started_at, due_at = complaint.round.started_at, complaint.round.due_at
            complaint = replace(
                complaint,
                level=level,
                level_post=post.id,
                escalations=(*complaint.escalations, escalation),
                escalates_at=measure.escalates_at(due_at, level + 1, started_at),
            )
            facts.append(
                ComplaintEscalated(
                    agency_id=self.agency_id,
                    tracking_code=self.tracking_code,
                    contact_id=self.contact.id,
                    clause=rules.LADDER.clause,
                    level=level,
                    post_id=post.id,
                    due_at=escalation.due_at,
                    escalated_at=now,
                )
            )
        return complaint, facts

    def answer(
        self, text: str, post: Post, now: datetime, line: Sequence[Post], measure: Measure
    ) -> tuple[Self, Facts]:
        """Answer it. A late answer escalates first, whether or not a sweep has come by."""
        self._must_be_open()
        checked, facts = self.check_clock(now, line, measure)
        late_by = max(timedelta(0), measure.calendar.between(checked.round.due_at, now))
        answered = replace(checked.round, answered_at=now, answered_by=post.id, answer=text, late_by=late_by)
        rate_by_at = now + measure.figures.of(rules.VERDICT, local_day(now))
        complaint = replace(
            checked,
            status=Status.ANSWERED,
            rounds=(*checked.rounds[:-1], answered),
            escalates_at=None,
            measured_by=None,
            rate_by_at=rate_by_at,
        )
        facts.append(
            ComplaintAnswered(
                agency_id=self.agency_id,
                tracking_code=self.tracking_code,
                contact_id=self.contact.id,
                clause=rules.REPLY_TIME.clause,
                post_id=post.id,
                answered_at=now,
                in_time=answered.in_time,
                late_by_s=round(late_by.total_seconds()),
                level=complaint.level,
                rate_by_at=rate_by_at,
            )
        )
        return complaint, facts

    def rate(
        self,
        *,
        satisfied: bool,
        reason: str | None,
        now: datetime,
        line: Sequence[Post],
        measure: Measure,
    ) -> tuple[Self, Facts]:
        """The citizen's verdict: it closes, or opens one level higher. The same said twice is nothing new."""
        if self.status is Status.CLOSED and self.satisfied is satisfied:
            return self, []
        if self.status is not Status.ANSWERED or self.rate_by_at is None or now >= self.rate_by_at:
            raise Refused(
                rules.VERDICT,
                Text(
                    fa="اکنون زمان اعلام رضایت این شکایت نیست.",
                    en="This complaint does not wait for a verdict now.",
                ),
            )
        if satisfied:
            return self._close(now, satisfied=True, reason=reason)
        level = self.level + 1
        post = post_at(level, line)
        fresh = Round.begin(now, measure)
        reopened = replace(
            self,
            status=Status.TAKEN,
            taken_by=post.id,
            rounds=(*self.rounds, fresh),
            level=level,
            level_post=post.id,
            escalates_at=measure.escalates_at(fresh.due_at, level + 1, now),
            measured_by=measure.name,
            rate_by_at=None,
            satisfied=False,
            reason=reason,
        )
        return reopened, [
            ComplaintReopened(
                agency_id=self.agency_id,
                tracking_code=self.tracking_code,
                contact_id=self.contact.id,
                clause=rules.VERDICT.clause,
                level=level,
                post_id=post.id,
                reopened_at=now,
                reply_due_at=fresh.due_at,
            )
        ]

    def look(self, what: Seen, post: Post, now: datetime) -> tuple[Self, Facts]:
        """Somebody sees what is masked: noted each time, for the citizen too."""
        if what is Seen.IDENTITY and not (self.identity and self.identity.consent):
            # The same words whether there is an identity or none: even that is the citizen's to tell.
            raise Refused(
                rules.CONSENT,
                Text(
                    fa="شهروند اجازه نداده است هویتش به دستگاه گفته شود.",
                    en="The citizen has not agreed that the agency is told who they are.",
                ),
            )
        return replace(self, looks=(*self.looks, Look(what=what, post_id=post.id, at=now))), []

    def set_consent(self, *, consent: bool) -> tuple[Self, Facts]:
        """The citizen lets the agency know who they are, or no longer."""
        if self.identity is None:
            if not consent:
                return self, []
            raise Refused(
                rules.CONSENT,
                Text(
                    fa="در این شکایت هویتی ثبت نشده است که بتوان گفت.",
                    en="No identity was given with this complaint that could be told.",
                ),
            )
        return replace(self, identity=replace(self.identity, consent=consent)), []

    def close_unrated(self, now: datetime) -> tuple[Self, Facts]:
        """Closed as not rated when the time for a verdict is over. Safe to ask at any time."""
        if self.status is not Status.ANSWERED or self.rate_by_at is None or now < self.rate_by_at:
            return self, []
        return self._close(now, satisfied=None, reason=None)

    def _close(self, now: datetime, *, satisfied: bool | None, reason: str | None) -> tuple[Self, Facts]:
        closed = replace(
            self,
            status=Status.CLOSED,
            closed_at=now,
            satisfied=satisfied,
            reason=reason,
            rate_by_at=None,
        )
        return closed, [
            ComplaintClosed(
                agency_id=self.agency_id,
                tracking_code=self.tracking_code,
                contact_id=self.contact.id,
                clause=rules.VERDICT.clause,
                closed_at=now,
                satisfied=satisfied,
                in_time=all(one.in_time for one in self.rounds),
                late_by_s=round(max(one.late_by for one in self.rounds).total_seconds()),
                level=self.level,
                rounds=len(self.rounds),
            )
        ]

    def _must_be_open(self) -> None:
        if not self.is_open:
            raise Refused(
                rules.PROCESS,
                Text(
                    fa="این شکایت پاسخ گرفته یا بسته شده است.",
                    en="This complaint is answered or closed already.",
                ),
            )
