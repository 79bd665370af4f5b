"""What all workers know of a gateway together: who of them may send how fast, and whether it is left alone.

A worker may send at its share until its lease ends. Together the leases never allow more than the gateway
does: who comes gets what is free, and the others give up their part when they renew.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Self

from services.notifications.domain.breaker import Breaker

LASTS = timedelta(seconds=10)
"""What a worker that died had is the others' after it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """Of the messages a second that a gateway allows."""

    worker: str
    per_s: float
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedGateway:
    """By the database's clock, but for the breaker, which is in the workers' real time."""

    shares: tuple[Share, ...] = ()
    breaker: Breaker = field(default_factory=Breaker)

    def leased(self, worker: str, per_s: float, now: datetime) -> Self:
        """A worker comes or renews: an equal part of `per_s`, or what the others leave of it for now."""
        others = self._without(worker, now)
        free = max(0.0, per_s - sum(one.per_s for one in others))
        own = Share(worker=worker, per_s=min(per_s / (len(others) + 1), free), until=now + LASTS)
        return replace(self, shares=(*others, own))

    def given_back(self, worker: str, now: datetime) -> Self:
        """A worker ends: the others need not wait for its lease to end."""
        return replace(self, shares=self._without(worker, now))

    def share_of(self, worker: str) -> float:
        """Messages a second; none where it has no lease."""
        return sum(one.per_s for one in self.shares if one.worker == worker)

    def _without(self, worker: str, now: datetime) -> tuple[Share, ...]:
        return tuple(one for one in self.shares if one.worker != worker and now < one.until)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One as it stood in its `version`, and the database's clock then: no worker's clock matters."""

    name: str
    state: SharedGateway
    version: int
    now: datetime
