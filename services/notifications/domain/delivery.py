"""One event on its way to one other system: sent until it is taken, with growing pauses, over three days.

waiting --claim--> sending --2xx--> delivered --replay--> waiting
                   sending --anything else--> waiting; after three days, or at 410, failed
failed is still to be sent: its subscription is disabled, and goes on with it when its owner says so.

All times but `at` and `kept_until` are real ones: the receiver doesn't know a demo's fast clock.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from http import HTTPStatus
from typing import Self

FIRST_PAUSE, PAUSE_GROWS, PAUSE_MAX = timedelta(seconds=5), 3, timedelta(hours=8)
GIVES_UP_AFTER = timedelta(days=3)
JITTER = 0.2
"""So far a pause may be shorter or longer: receivers that fell together are not all tried together."""
GROWTHS_MAX = 10
RETRY_AFTER_MAX = timedelta(hours=24)
TRIES_KEPT = 50
CONTENT_TYPE = "application/cloudevents+json"


class Status(StrEnum):
    """Where it stands."""

    WAITING = "waiting"
    SENDING = "sending"
    DELIVERED = "delivered"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What became of one try: the HTTP status, or a word of ours where none came."""

    code: str
    took_ms: int
    retry_after: timedelta | None = None

    @property
    def is_taken(self) -> bool:
        """A 2xx."""
        return self.code.isdecimal() and HTTPStatus.OK <= int(self.code) < HTTPStatus.MULTIPLE_CHOICES

    @property
    def is_gone(self) -> bool:
        """The receiver wants no more, ever."""
        return self.code == str(HTTPStatus.GONE.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Try:
    """A line of the delivery log."""

    at: datetime
    code: str
    took_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """`body` is what is sent, the same bytes each time. `send_at` is None once it was taken.

    `tried` counts since it was queued, replayed or gone on with; `began_at` is the first of these.
    """

    id: str
    agency_id: str
    subscription_id: str
    type: str
    subject: str
    sequence: int
    at: datetime
    body: str
    kept_until: datetime
    status: Status = Status.WAITING
    send_at: datetime | None
    opened_at: datetime
    began_at: datetime | None = None
    tried: int = 0
    claim: str | None = None
    tries: tuple[Try, ...] = ()

    def claimed(self, claim: str, *, until: datetime, real_now: datetime) -> Self:
        """One sender takes it. Does it fall silent, the time of its claim is that of the next try."""
        if self.send_at is None or real_now < self.send_at:
            return self
        return replace(
            self,
            status=Status.SENDING,
            claim=claim,
            send_at=until,
            began_at=self.began_at or real_now,
            tried=self.tried + 1,
        )

    def gives_up(self, answer: Answer, real_now: datetime) -> bool:
        """Whether this answer was the last that is waited for."""
        if answer.is_taken:
            return False
        return answer.is_gone or real_now >= (self.began_at or real_now) + GIVES_UP_AFTER

    def settled(self, answer: Answer, *, claim: str, real_now: datetime, jitter: float) -> Self:
        """What became of a try. `jitter` is anything from 0 to 1. Another sender's claim stands."""
        if self.claim != claim:
            return self
        line = Try(at=real_now, code=answer.code, took_ms=answer.took_ms)
        noted = replace(self, claim=None, tries=(*self.tries, line)[-TRIES_KEPT:])
        if answer.is_taken:
            return replace(noted, status=Status.DELIVERED, send_at=None)
        if self.gives_up(answer, real_now):
            return replace(noted, status=Status.FAILED, send_at=real_now, began_at=None, tried=0)
        last = (self.began_at or real_now) + GIVES_UP_AFTER
        again = min(real_now + pause(self.tried, answer.retry_after, jitter), last)
        return replace(noted, status=Status.WAITING, send_at=again)


def pause(tried: int, retry_after: timedelta | None, jitter: float) -> timedelta:
    """How long until the next try: what the receiver asks for, if that is longer."""
    growing = min(FIRST_PAUSE * PAUSE_GROWS ** min(max(tried - 1, 0), GROWTHS_MAX), PAUSE_MAX)
    own = growing * (1 - JITTER + 2 * JITTER * jitter)
    return max(own, min(retry_after or timedelta(), RETRY_AFTER_MAX))
