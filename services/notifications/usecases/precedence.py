"""What goes to many gives way to what somebody waits for, within a process."""

import asyncio
from collections.abc import Generator
from contextlib import contextmanager, suppress

from services.notifications.domain.message import Lane

WAITS_MAX_S = 0.5
"""No longer, for somebody always waits for something."""


class Precedence:
    """How many messages that somebody waits for are under way."""

    def __init__(self) -> None:
        self._waited_for = 0
        self._none = asyncio.Event()
        self._none.set()

    @contextmanager
    def of(self, lane: Lane) -> Generator[None]:
        """While a message of this lane is under way."""
        if lane is Lane.BROADCAST:
            yield
            return
        self._waited_for += 1
        self._none.clear()
        try:
            yield
        finally:
            self._waited_for -= 1
            if not self._waited_for:
                self._none.set()

    async def give_way(self, lane: Lane) -> None:
        """A broadcast's message lets the others go first."""
        if lane is Lane.BROADCAST and self._waited_for:
            with suppress(TimeoutError):
                async with asyncio.timeout(WAITS_MAX_S):
                    await self._none.wait()
