"""An answer in time, whatever the database does: who waits at a desk isn't left waiting."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

from shared.store.store import OutcomeUnknown

ANSWERS_WITHIN_S = 4.0
T = TypeVar("T")


async def within(work: Coroutine[Any, Any, T], *, most_s: float = ANSWERS_WITHIN_S) -> T:
    """What the work gives; OutcomeUnknown once so many seconds are over.

    The work itself goes on: broken off in the middle of a call it would cost the driver its connection.
    Nobody awaits it then; the same request sent again finds what it made.
    """
    task = asyncio.create_task(work)
    done, _ = await asyncio.wait({task}, timeout=most_s)
    if done:
        return task.result()
    _LEFT.add(task)
    task.add_done_callback(_let_go)
    raise OutcomeUnknown("no answer in time")


_LEFT: set[asyncio.Task[Any]] = set()


def _let_go(task: asyncio.Task[Any]) -> None:
    """Its fault was told when it was given up."""
    _LEFT.discard(task)
    if not task.cancelled():
        task.exception()
