"""How fast a gateway may be sent to."""

import asyncio
import math
import time
from datetime import timedelta

KEPT_FREE = 0.25
"""Of what may go at once broadcasts leave so much: a code or a status always finds room."""
WAITS_MAX_S = 1.0
WITHOUT_A_LEASE = 0.1
"""So much of the limit a worker keeps to that can't learn its share: the database is away, or never was."""


class Pace:
    """This worker's share of what a gateway's operator allows, with a second's worth at once."""

    def __init__(self, limit_per_s: float | None) -> None:
        self._limit_per_s = limit_per_s
        self._leased_per_s, self._until = 0.0, 0.0
        self._room, self._seen_at = 1.0, time.monotonic()
        self._urgent = 0

    @property
    def per_s(self) -> float:
        """Messages a second at this moment."""
        if time.monotonic() < self._until:
            return self._leased_per_s
        return WITHOUT_A_LEASE * (self._limit_per_s or 0.0)

    def lease(self, per_s: float, *, asked_at: float, lasts: timedelta) -> None:
        """From now on so many a second; counted from before it was asked for (`time.monotonic`)."""
        self._fill()
        self._leased_per_s, self._until = per_s, asked_at + lasts.total_seconds()

    def lower(self, per_s: float) -> None:
        """No more than that: before others are told that they may have the rest."""
        self._fill()
        self._leased_per_s = min(self._leased_per_s, per_s)

    async def room(self, *, urgent: bool) -> bool:
        """Take room for one, waiting a moment for it; False where there is none."""
        if self._limit_per_s is None:
            return True
        self._urgent += urgent
        try:
            return await self._taken(urgent=urgent)
        finally:
            self._urgent -= urgent

    def unused(self) -> None:
        """What was taken last is another's: nothing was sent."""
        self._room += 1.0

    async def _taken(self, *, urgent: bool) -> bool:
        until = time.monotonic() + WAITS_MAX_S
        while True:
            per_s, now = self._fill(), time.monotonic()
            most = max(1.0, per_s)
            # Where a second has room for one only nothing can be kept free: then who waits goes first.
            needed = 1.0 if urgent else min(most, 1.0 + most * KEPT_FREE) + self._urgent
            if self._room >= needed:
                self._room -= 1.0
                return True
            wait_s = (needed - self._room) / per_s if per_s else math.inf
            if now + wait_s > until:
                return False
            await asyncio.sleep(wait_s)

    def _fill(self) -> float:
        """What came free since it was last looked at, and how much does in a second."""
        per_s, now = self.per_s, time.monotonic()
        self._room = min(max(1.0, per_s), self._room + (now - self._seen_at) * per_s)
        self._seen_at = now
        return per_s
