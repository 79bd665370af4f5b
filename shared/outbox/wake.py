"""What the change streams tell the relay: where something new may wait."""

import asyncio
import contextlib

EVERYWHERE = ""
PAUSE_S_MAX = 1.0


class Wake:
    """Set for each collection written to; taken by the relay just before it looks."""

    def __init__(self) -> None:
        self._woken, self._taken = asyncio.Event(), asyncio.Event()
        self._places: set[str] = set()

    def set(self, place: str = EVERYWHERE) -> None:
        """There may be something in this collection; without a name, anywhere."""
        self._places.add(place)
        self._taken.clear()
        self._woken.set()

    def is_set(self) -> bool:
        """Whether something was told that nobody took yet."""
        return self._woken.is_set()

    async def wait(self) -> None:
        """Until something is told."""
        await self._woken.wait()

    def take(self) -> frozenset[str]:
        """What was told so far: whoever takes it looks there now. What comes later is told anew."""
        places, self._places = frozenset(self._places), set()
        self._woken.clear()
        self._taken.set()
        return places

    async def taken(self) -> None:
        """Until the relay takes what it was told: it will find what comes before that, untold.

        Not for long: in a replica whose relay has no lease nobody takes anything.
        """
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(PAUSE_S_MAX):
                await self._taken.wait()
