"""A message to one citizen about one event, and how it moves: only forward, at most once to the phone.

queued --claim--> sending --the gateway's word--> accepted --receipt--> delivered
  |  ^              |  |                     \\-----> failed
  |  |---refused----|  v
  |  |   for now     unknown --asked and there--> accepted, delivered
  |  |                |  | nobody can say: it stays there, in doubt, and is never sent again
  v  |---not there----|
 held
queued, held: suppressed, when there is nobody to tell or nothing left to say; expired, when it came too late
sending: suppressed by its own sender, when its person was erased before anything left
A receipt moves whatever was sent once, also what is in doubt; it never moves anything back.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Self

from services.notifications import rules
from services.notifications.domain.asked import Asked
from services.notifications.domain.lane import Lane
from services.notifications.domain.outcome import NOT_REACHED, Outcome, Verdict
from services.notifications.domain.status import FINAL, NOBODY_TO_TELL, OPEN, WAITING, Reason, Status
from services.notifications.domain.templates import Template
from services.notifications.domain.wishes import WishKind
from services.notifications.domain.words import Source, Words
from shared.events.complaints import ComplaintEvent, ComplaintFiled
from shared.events.notifications import MessageDelivered, MessageEvent, MessageFailed

SMS, EMAIL = "sms", "email"
HELD_FIRST, LOOKS_AGAIN_MAX = timedelta(seconds=5), timedelta(minutes=10)
DOUBLINGS_MAX = 10
CONTACT_COMES_WITHIN = timedelta(seconds=3)
REFUSED_FIRST, REFUSALS_MAX = timedelta(seconds=1), 12
"""After a passing refusal the next try comes a second later, then two, four ...: twelve take half an hour."""
LOOKS_FOR_RECEIPT_MAX = 12
FOR_A_GATEWAY = frozenset({Reason.NO_GATEWAY.value, NOT_REACHED.code})
"""Why it waits where nothing but a gateway is lacking."""
DOORS_WITH_A_SCREEN = frozenset({"web", "open311"})
"""Anybody files by them with any number, and is answered with the tracking code."""
Facts = list[MessageEvent]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """The event that is told: which, about what, its place there, when, and in which trace."""

    event_id: str
    subject: str
    sequence: int
    at: datetime
    traceparent: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """`send_at` is when to try next (business time), `ask_at` when to doubt the sender (real time).

    `wording` is the text with its variables in braces, as it was when the message was queued; None for
    the release's own. `template_version` counts the words of `template_source`. `sealed` is a text of another
    system's instead, sealed under the contact's key for the message's id: nobody but its receiver reads it.
    `wish` is of which kind it is to its receiver, where neither template nor lane tells (`kinds.py`).
    `broadcast_id` names the broadcast it is part of, `asked` says which systems asked for it, `line` from
    which line it is to go instead of the agency's own. `on_screen`: it is a receipt that whoever filed saw.

    `parts` and `cost` (rials) are those of the last gateway that was handed it; `counted`: it was taken from
    what its agency may send.

    `text` is set with the first claim: whatever is sent again has the same words. `gateway` is the one that
    has or had it, `gateway_id` what that one calls it, `handed_at` (real time) since when. `refused_by` has
    the gateways of the last tries, that wouldn't or weren't reached; `refusals` counts those of whoever was
    reached. `passing` is set where it failed: another time it might have gone.
    """

    id: str
    agency_id: str
    cause: Cause
    kind: str = SMS
    lane: Lane = Lane.STATUS
    clause: str = rules.TOLD.clause
    template: str
    template_version: int
    template_source: Source = Source.RELEASE
    variables: Mapping[str, str]
    wording: str | None = None
    sealed: str | None = None
    wish: WishKind | None = None
    broadcast_id: str | None = None
    asked: Asked | None = None
    line: str | None = None
    on_screen: bool = False
    contact_id: str | None
    queued_at: datetime
    status: Status = Status.QUEUED
    status_at: datetime
    reason: str | None = None
    send_at: datetime | None = None
    ask_at: datetime | None = None
    claim: str | None = None
    claims: int = 0
    looks: int = 0
    text: str | None = None
    gateway: str | None = None
    gateway_id: str | None = None
    handed_at: datetime | None = None
    parts: int | None = None
    cost: int | None = None
    counted: bool = False
    refused_by: tuple[str, ...] = ()
    refusals: int = 0
    passing: bool | None = None
    expires_at: datetime | None = None
    """From this moment (business time) on it is of no use to anybody."""
    has_words: bool = True
    """False once what it says and to whom was erased."""

    @classmethod
    def about(
        cls,
        event: ComplaintEvent,
        *,
        id_: str,
        cause: Cause,
        template: Template,
        pushed: tuple[str, ...],
        told_before: bool,
        now: datetime,
    ) -> Self:
        """Queue what is to be told. What is not told is kept too, with the reason, and never sent."""
        message = cls(
            id=id_,
            agency_id=event.agency_id,
            cause=cause,
            template=template.name,
            template_version=template.version,
            variables=template.variables(event),
            on_screen=isinstance(event, ComplaintFiled) and event.door in DOORS_WITH_A_SCREEN,
            contact_id=event.contact_id,
            queued_at=now,
            status_at=now,
            send_at=now,
        )
        if event.contact_id is None:
            return message.suppress(Reason.NO_CONTACT, now)
        if template.name not in pushed:
            return message.suppress(Reason.NOT_PUSHED, now)
        return message.suppress(Reason.TOLD_BEFORE, now) if told_before else message

    def in_words(self, words: Words | None) -> Self:
        """The same in the agency's or the province's own words, which stay whatever holds when it is sent."""
        if words is None:
            return self
        return replace(self, wording=words.text, template_version=words.version, template_source=words.source)

    def wait(self, for_: timedelta) -> Self:
        """What comes meanwhile may tell it as well."""
        return self if self.send_at is None else replace(self, send_at=self.send_at + for_)

    def asked_by(self, client_id: str, localids: Sequence[str | None]) -> Self:
        """Another system wants the same, or the same one under other ids: it is theirs as well."""
        asked = self.asked
        if asked is None:
            return self
        for localid in localids:
            asked = asked.by(client_id, localid)
        return replace(self, asked=asked)

    def suppress(self, reason: Reason, now: datetime, *, claims: int | None = None) -> Self:
        """It will not be sent. Nothing happens to one that somebody is sending or has sent; nor, where
        `claims` is as the caller saw it, to one that was tried since.
        """
        if not self._may_go(self.claims if claims is None else claims):
            return self
        return self._now(Status.SUPPRESSED, now, reason)

    def hold(self, reason: Reason, now: datetime, *, claims: int) -> Self:
        """What it takes to send it is not there yet; looked for again after a growing pause.

        `claims` is as the caller saw it: between looking and holding another may have sent it.
        """
        if not self._may_go(claims):
            return self
        if reason is Reason.NO_CONTACT_YET and now < self.queued_at + CONTACT_COMES_WITHIN:
            return self  # it was sent before the event, over another topic: no need to note each small lag
        if reason in NOBODY_TO_TELL:
            return self._now(Status.SUPPRESSED, now, reason)
        again = now + _growing(HELD_FIRST, self.looks)
        return replace(self._now(Status.HELD, now, reason), send_at=again, looks=self.looks + 1)

    @property
    def is_of_own_case(self) -> bool:
        """It tells somebody of their own case: that neither quiet hours nor a quota hold back."""
        return self.lane is Lane.STATUS and self.sealed is None and self.broadcast_id is None

    def postpone(self, reason: Reason, until: datetime, now: datetime, *, claims: int) -> Self:
        """It may not go before then. `claims` is as the caller saw it."""
        if not self._may_go(claims):
            return self
        return replace(self._now(Status.QUEUED, now, reason), send_at=until)

    def forget_words(self, now: datetime) -> Self:
        """What it says and to whom is erased; what became of it stays. Nobody waits for so old a message."""
        message = self.suppress(Reason.OVER, now)
        if message.is_open or not message.has_words:
            return self  # a gateway's word is waited for
        return replace(
            message,
            variables={},
            contact_id=None,
            wording=None,
            sealed=None,
            text=None,
            has_words=False,
        )

    def release(self, now: datetime) -> Self:
        """What it was held for may be there, or the gateway that was not reached."""
        if self.status not in WAITING or (self.status is Status.QUEUED and self.reason not in FOR_A_GATEWAY):
            return self
        return replace(self._now(Status.QUEUED, now), send_at=now)

    def expire(self, now: datetime) -> tuple[Self, Facts]:
        """It waited for too long to be of use. What somebody is sending, or has sent, is left alone."""
        if self.status not in WAITING or self.expires_at is None or now < self.expires_at:
            return self, []
        expired = self._now(Status.EXPIRED, now, Reason.TOO_LATE)
        return expired, [self._failed(Reason.TOO_LATE, now)]

    def claimed(
        self,
        claim: str,
        text: str,
        *,
        claims: int,
        gateway: str,
        kind: str = SMS,
        parts: int = 1,
        cost: int = 0,
        until: datetime,
        now: datetime,
        real_now: datetime,
    ) -> Self:
        """One sender takes it for a gateway; the intent is saved before anything leaves. Others see it.

        `until` (real time) it has time to tell the outcome, else the gateway is asked.
        """
        if not self._may_go(claims):
            return self
        return replace(
            self._now(Status.SENDING, now),
            claim=claim,
            claims=claims + 1,
            ask_at=until,
            text=None if self.sealed else self.text or text,
            gateway=gateway,
            kind=kind,
            parts=parts,
            cost=cost,
            counted=True,
            gateway_id=None,
            handed_at=real_now,
        )

    def withdrawn(self, reason: Reason, now: datetime, *, claim: str) -> Self:
        """Its own sender takes it back: nothing has left under this claim, and nothing may any more."""
        if self.status is not Status.SENDING or self.claim != claim:
            return self
        return self._now(Status.SUPPRESSED, now, reason)

    def doubt(self, real_now: datetime, now: datetime, *, pause: timedelta) -> Self:
        """The sender fell silent, or the gateway could not be asked, or sent no receipt yet: asked now, and
        again after a pause. For a receipt it is not asked for ever.
        """
        if self.ask_at is None or real_now < self.ask_at:
            return self
        again = real_now + _growing(pause, self.looks)
        if self.status is Status.ACCEPTED:
            more = self.looks + 1 < LOOKS_FOR_RECEIPT_MAX
            return replace(self, ask_at=again if more else None, looks=self.looks + 1)
        unknown = self if self.status is Status.UNKNOWN else self._now(Status.UNKNOWN, now, Reason.NO_WORD)
        return replace(unknown, ask_at=again, looks=self.looks + 1)

    def leave_in_doubt(self, now: datetime) -> Self:
        """The gateway can't say what became of it: it is held and marked, and nobody sends it again."""
        if self.status is not Status.UNKNOWN:
            return self
        return self._now(Status.UNKNOWN, now, Reason.IN_DOUBT)

    def wait_again(self, now: datetime, *, claims: int) -> Self:
        """It surely never arrived, and won't: it goes, or ends, as any other that waits.

        `claims` is as who asked saw it: between asking and saving another may have sent it.
        """
        if self.status is not Status.UNKNOWN or self.reason == Reason.IN_DOUBT or self.claims != claims:
            return self
        return replace(self._now(Status.QUEUED, now), send_at=now)

    @property
    def is_open(self) -> bool:
        """It may still go out."""
        return self.status in OPEN and self.reason != Reason.IN_DOUBT

    def settle(
        self,
        outcome: Outcome,
        *,
        claim: str | None,
        now: datetime,
        ask_at: datetime,
        receipt_at: datetime | None = None,
    ) -> tuple[Self, Facts]:
        """The gateway's word. Good news holds whoever brings it; other news only from the sender in charge.

        A word that comes late or twice changes nothing: a receipt may come before the acceptance.
        `receipt_at` is when to ask for one that didn't come, where the gateway can be asked.
        """
        if self.status in FINAL or self.claims == 0:
            return self, []
        in_charge = claim is not None and claim == self.claim
        match outcome.verdict:
            case Verdict.DELIVERED:
                return self._delivered(outcome, now)
            case Verdict.ACCEPTED if self.status is not Status.ACCEPTED:
                taken = replace(self._now(Status.ACCEPTED, now), ask_at=receipt_at, looks=0)
                return replace(taken, gateway_id=outcome.gateway_id or self.gateway_id), []
            case Verdict.REFUSED if in_charge and outcome.passing and self.status is Status.SENDING:
                return self._refused_for_now(outcome, now)
            case Verdict.NOT_REACHED if in_charge and self.status is Status.SENDING:
                return self._try_again(outcome, now), []
            case Verdict.REFUSED if in_charge:
                return self._refused(outcome, now)
            case Verdict.UNKNOWN if in_charge and self.status is Status.SENDING:
                return replace(self._now(Status.UNKNOWN, now, Reason.NO_WORD), ask_at=ask_at), []
            case _:
                return self, []

    def receive(self, outcome: Outcome, *, gateway: str, now: datetime) -> tuple[Self, Facts]:
        """A receipt, at any time, any number of times. Bad news counts only of who has it."""
        if self.status in FINAL or self.claims == 0:
            return self, []
        match outcome.verdict:
            case Verdict.DELIVERED:
                return self._delivered(outcome, now)
            case Verdict.ACCEPTED if self.status is not Status.ACCEPTED and gateway == self.gateway:
                taken = replace(self._now(Status.ACCEPTED, now), looks=0)
                return replace(taken, gateway_id=outcome.gateway_id or self.gateway_id), []
            case Verdict.REFUSED if gateway == self.gateway and self.status not in WAITING:
                return self._refused(outcome, now)
            case _:
                return self, []

    def _delivered(self, outcome: Outcome, now: datetime) -> tuple[Self, Facts]:
        event = MessageDelivered(
            agency_id=self.agency_id,
            clause=self.clause,
            kind=self.kind,
            template=self.template,
            cause=self.cause.subject,
            queued_at=self.queued_at,
            delivered_at=now,
        )
        known = replace(self, gateway_id=outcome.gateway_id or self.gateway_id)
        return known._now(Status.DELIVERED, now), [event]

    def _refused_for_now(self, outcome: Outcome, now: datetime) -> tuple[Self, Facts]:
        """It is tried again, but not for ever: whoever was reached and won't may never do."""
        tried = replace(self._try_again(outcome, now), refusals=self.refusals + 1)
        return tried._refused(outcome, now) if tried.refusals >= REFUSALS_MAX else (tried, [])

    def _try_again(self, outcome: Outcome, now: datetime) -> Self:
        """Nothing has left: after a pause it may go, perhaps by another gateway."""
        again = now + _growing(REFUSED_FIRST, len(self.refused_by))
        refused_by = (*self.refused_by, self.gateway or "")[-REFUSALS_MAX:]
        waiting = replace(self._now(Status.QUEUED, now, outcome.code), send_at=again)
        return replace(waiting, refused_by=refused_by, gateway_id=None)

    def _refused(self, outcome: Outcome, now: datetime) -> tuple[Self, Facts]:
        failed = replace(self._now(Status.FAILED, now, outcome.code), passing=outcome.passing)
        return failed, [self._failed(outcome.code, now)]

    def _failed(self, reason: str, now: datetime) -> MessageFailed:
        return MessageFailed(
            agency_id=self.agency_id,
            clause=self.clause,
            kind=self.kind,
            template=self.template,
            cause=self.cause.subject,
            reason=reason,
            failed_at=now,
        )

    def _may_go(self, claims: int) -> bool:
        return self.claims == claims and self.status in WAITING

    def _now(self, status: Status, now: datetime, reason: str | None = None) -> Self:
        return replace(self, status=status, status_at=now, reason=reason, send_at=None, ask_at=None)


def _growing(first: timedelta, looks: int) -> timedelta:
    return min(first * 2 ** min(looks, DOUBLINGS_MAX), LOOKS_AGAIN_MAX)
