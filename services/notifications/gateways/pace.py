"""How fast a gateway may be sent to."""

import asyncio
import time

KEPT_FREE = 0.25
"""Of what may go at once broadcasts leave so much: a code or a status always finds room."""
WAITS_MAX_S = 1.0


class Pace:
    """As many messages a second as its operator allows, with a second's worth at once."""

    def __init__(self, per_s: float | None) -> None:
        self._per_s = per_s
        self._most = max(1.0, per_s or 0.0)
        self._room, self._seen_at = self._most, time.monotonic()

    async def room(self, *, urgent: bool) -> bool:
        """Take room for one, waiting a moment for it; False where there is none."""
        if self._per_s is None:
            return True
        needed = 1.0 if urgent else min(self._most, 1.0 + self._most * KEPT_FREE)
        until = time.monotonic() + WAITS_MAX_S
        while True:
            now = time.monotonic()
            self._room = min(self._most, self._room + (now - self._seen_at) * self._per_s)
            self._seen_at = now
            if self._room >= needed:
                self._room -= 1.0
                return True
            wait_s = (needed - self._room) / self._per_s
            if now + wait_s > until:
                return False
            await asyncio.sleep(wait_s)
