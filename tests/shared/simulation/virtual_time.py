"""An event loop whose time is made up: while all wait, it jumps to the end of the shortest wait."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

from typing_extensions import override

T = TypeVar("T")


class Standstill(RuntimeError):
    """All wait, and for nothing that will ever come."""


class VirtualTime(asyncio.BaseEventLoop):
    """No threads, no sockets, no clock: the same run every time, and an hour costs nothing."""

    def __init__(self) -> None:
        super().__init__()
        self._now_s = 0.0
        self._selector = self  # what BaseEventLoop asks for the time to wait and for news from outside

    @override
    def time(self) -> float:
        return self._now_s

    def select(self, timeout_s: float | None) -> list[Any]:
        """Nothing ever comes from outside."""
        if timeout_s is None:
            raise Standstill
        self._now_s += timeout_s
        return []

    def _process_events(self, _: list[Any]) -> None:
        return None

    def _write_to_self(self) -> None:
        """Nobody needs to be woken: there is only this thread."""


def run(work: Coroutine[Any, Any, T]) -> T:
    """To its end, in virtual time."""
    loop = VirtualTime()
    try:
        return loop.run_until_complete(work)
    finally:
        loop.run_until_complete(_end_others())
        loop.run_until_complete(loop.shutdown_asyncgens())
        loop.close()


async def _end_others() -> None:
    others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)
