"""What goes to many gives way to what somebody waits for, within a process."""

import asyncio
from collections.abc import Generator
from contextlib import contextmanager, suppress

from services.notifications.domain.lane import Lane

WAITS_MAX_S = 0.1
"""At each step, for somebody always waits for something."""


class Precedence:
    """At how much work the process is for messages that somebody waits for."""

    def __init__(self) -> None:
        self._waited_for = 0
        self._none = asyncio.Event()
        self._none.set()

    @contextmanager
    def of(self, lane: Lane) -> Generator[None]:
        """While something is done for a message of this lane."""
        self._count(lane, 1)
        try:
            yield
        finally:
            self._count(lane, -1)

    @contextmanager
    def aside(self, lane: Lane) -> Generator[None]:
        """Meanwhile not: a gateway has it, and takes no less time if all wait for it. Within `of` only."""
        self._count(lane, -1)
        try:
            yield
        finally:
            self._count(lane, 1)

    async def give_way(self, lane: Lane) -> None:
        """A broadcast's message lets the others go first."""
        if lane is Lane.BROADCAST and self._waited_for:
            with suppress(TimeoutError):
                async with asyncio.timeout(WAITS_MAX_S):
                    while self._waited_for:
                        await self._none.wait()
                        await asyncio.sleep(0)  # who goes on at this very moment goes first

    def _count(self, lane: Lane, change: int) -> None:
        if lane is Lane.BROADCAST:
            return
        self._waited_for += change
        if self._waited_for:
            self._none.clear()
        else:
            self._none.set()
