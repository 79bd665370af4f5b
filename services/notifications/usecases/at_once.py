"""Many things at once, and what each gave."""

import asyncio
from collections.abc import Coroutine, Iterable
from typing import Any, TypeVar

T = TypeVar("T")


async def all_of(waiting: Iterable[Coroutine[Any, Any, T]]) -> list[T]:
    """What each gave, in their order. Where one fails the others are broken off, and its fault is raised."""
    try:
        async with asyncio.TaskGroup() as tasks:
            made = [tasks.create_task(one) for one in waiting]
    except ExceptionGroup as failed:
        raise failed.exceptions[0] from None
    return [one.result() for one in made]
