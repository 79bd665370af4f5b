"""A message to one citizen about one event, and how it moves: only forward, at most once to the phone.

queued --claim--> sending --the gateway's word--> accepted --receipt--> delivered
  |  ^             |    ^                   \\----> failed
  v  |             v    | asked and not there: claimed again
 held              unknown --asked and there--> accepted, delivered
queued, held: suppressed, when there is nobody to tell or nothing left to say
sending: suppressed by its own sender, when its person was erased before anything left
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Self

from services.notifications import rules
from services.notifications.domain.templates import Template
from shared.events.complaints import ComplaintEvent
from shared.events.notifications import MessageDelivered, MessageEvent, MessageFailed

SMS = "sms"
HELD_FIRST, LOOKS_AGAIN_MAX = timedelta(seconds=5), timedelta(minutes=10)
DOUBLINGS_MAX = 10
CONTACT_COMES_WITHIN = timedelta(seconds=3)
UNNAMED = "refused-without-a-code"
_CODE, _LONG_NUMBER = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,59}"), re.compile(r"[0-9]([._-]?[0-9]){5}")
Facts = list[MessageEvent]


class Status(StrEnum):
    """Where a message stands."""

    QUEUED = "queued"
    HELD = "held"
    SENDING = "sending"
    UNKNOWN = "unknown"
    ACCEPTED = "accepted"
    DELIVERED = "delivered"
    FAILED = "failed"
    SUPPRESSED = "suppressed"


OPEN = frozenset({Status.QUEUED, Status.HELD, Status.SENDING, Status.UNKNOWN})
"""It may still go out: the case's later messages wait for it."""
WAITING = frozenset({Status.QUEUED, Status.HELD})
"""Nobody has tried to send it."""
FINAL = frozenset({Status.DELIVERED, Status.FAILED, Status.SUPPRESSED})


class Reason(StrEnum):
    """Why a message stands where it stands, where that needs saying."""

    NO_CONTACT_YET = "no-contact-yet"
    CANNOT_BE_OPENED = "contact-cannot-be-opened"
    AGENCY_NOT_KNOWN_YET = "agency-not-known-yet"
    NO_WAY_BY_EMAIL = "no-gateway-for-email"
    NO_CONTACT = "no-contact"
    CONTACT_FORGOTTEN = "contact-forgotten"
    NOT_PUSHED = "change-is-not-pushed"
    TOLD_BEFORE = "told-before"
    OVER = "retention-is-over"
    SAME_ACT = "told-with-a-later-event-of-the-same-act"
    NO_WORD = "no-word-from-the-gateway"


class Verdict(StrEnum):
    """A gateway's word on a message."""

    ACCEPTED = "accepted"
    DELIVERED = "delivered"
    REFUSED = "refused"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a gateway said; `reason` is its word for a refusal, which may quote the number."""

    verdict: Verdict
    reason: str = ""

    @property
    def code(self) -> str:
        """The reason where it is a code; it goes to the public topics, so any other text stays here."""
        is_code = _CODE.fullmatch(self.reason) and not _LONG_NUMBER.search(self.reason)
        return self.reason if is_code else UNNAMED


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

    `text` is set with the first claim: whatever is sent again has the same words.
    """

    id: str
    agency_id: str
    cause: Cause
    kind: str = SMS
    template: str
    template_version: int
    variables: Mapping[str, str]
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
            contact_id=event.contact_id,
            queued_at=now,
            status_at=now,
            send_at=now + timedelta(seconds=template.waits_s),
        )
        if event.contact_id is None:
            return message.suppress(Reason.NO_CONTACT, now)
        if template.name not in pushed:
            return message.suppress(Reason.NOT_PUSHED, now)
        return message.suppress(Reason.TOLD_BEFORE, now) if told_before else message

    def suppress(self, reason: Reason, now: datetime) -> Self:
        """It will not be sent. Nothing happens to one that somebody is sending or has sent."""
        if self.status not in WAITING:
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
        if reason is Reason.CONTACT_FORGOTTEN:
            return self._now(Status.SUPPRESSED, now, reason)
        again = now + _growing(HELD_FIRST, self.looks)
        return replace(self._now(Status.HELD, now, reason), send_at=again, looks=self.looks + 1)

    def forget_words(self, now: datetime) -> Self:
        """What it says and to whom is erased; what became of it stays. Nobody waits for so old a message."""
        message = self.suppress(Reason.OVER, now)
        if message.status in OPEN or not message.has_words:
            return self  # a gateway's word is waited for
        return replace(message, variables={}, contact_id=None, text=None, has_words=False)

    def release(self, now: datetime) -> Self:
        """What it was held for may be there."""
        if self.status is not Status.HELD:
            return self
        return replace(self._now(Status.QUEUED, now), send_at=now)

    def claimed(self, claim: str, text: str, *, claims: int, until: datetime, now: datetime) -> Self:
        """One sender takes it; its intent is saved before anything leaves. Others find it taken.

        `until` (real time) it has time to tell the outcome, else the gateway is asked.
        """
        if not self._may_go(claims):
            return self
        sending = self._now(Status.SENDING, now)
        return replace(sending, claim=claim, claims=claims + 1, ask_at=until, text=self.text or text)

    def withdrawn(self, reason: Reason, now: datetime, *, claim: str) -> Self:
        """Its own sender takes it back: nothing has left under this claim, and nothing may any more."""
        if self.status is not Status.SENDING or self.claim != claim:
            return self
        return self._now(Status.SUPPRESSED, now, reason)

    def doubt(self, real_now: datetime, now: datetime, *, pause: timedelta) -> Self:
        """The sender fell silent, or the gateway could not be asked: asked now, and again after a pause."""
        if self.ask_at is None or real_now < self.ask_at:
            return self
        again = real_now + _growing(pause, self.looks)
        unknown = self if self.status is Status.UNKNOWN else self._now(Status.UNKNOWN, now, Reason.NO_WORD)
        return replace(unknown, ask_at=again, looks=self.looks + 1)

    def settle(
        self, outcome: Outcome, *, claim: str | None, now: datetime, ask_at: datetime
    ) -> tuple[Self, Facts]:
        """The gateway's word. Good news holds whoever brings it; other news only from the sender in charge.

        A word that comes late or twice changes nothing: a receipt may come before the acceptance.
        """
        if self.status in FINAL or self.claims == 0:
            return self, []
        match outcome.verdict:
            case Verdict.DELIVERED:
                return self._now(Status.DELIVERED, now), [
                    MessageDelivered(
                        agency_id=self.agency_id,
                        clause=rules.TOLD.clause,
                        kind=self.kind,
                        template=self.template,
                        cause=self.cause.subject,
                        queued_at=self.queued_at,
                        delivered_at=now,
                    )
                ]
            case Verdict.ACCEPTED if self.status is not Status.ACCEPTED:
                return self._now(Status.ACCEPTED, now), []
            case Verdict.REFUSED if claim == self.claim:
                return self._now(Status.FAILED, now, outcome.code), [
                    MessageFailed(
                        agency_id=self.agency_id,
                        clause=rules.TOLD.clause,
                        kind=self.kind,
                        template=self.template,
                        cause=self.cause.subject,
                        reason=outcome.code,
                        failed_at=now,
                    )
                ]
            case Verdict.UNKNOWN if claim == self.claim and self.status is Status.SENDING:
                return replace(self._now(Status.UNKNOWN, now, Reason.NO_WORD), ask_at=ask_at), []
            case _:
                return self, []

    def _may_go(self, claims: int) -> bool:
        return self.claims == claims and (self.status in WAITING or self.status is Status.UNKNOWN)

    def _now(self, status: Status, now: datetime, reason: str | None = None) -> Self:
        return replace(self, status=status, status_at=now, reason=reason, send_at=None, ask_at=None)


def _growing(first: timedelta, looks: int) -> timedelta:
    return min(first * 2 ** min(looks, DOUBLINGS_MAX), LOOKS_AGAIN_MAX)
