"""Waiting for what tells nobody that it has happened: ports, processes, servers."""

import asyncio
from collections.abc import Awaitable, Callable


async def until(happened: Callable[[], bool], *, every_s: float = 0.1) -> None:
    """Ask again and again; the caller sets the limit."""
    while not happened():  # noqa: ASYNC110  ports and processes of others set no event
        await asyncio.sleep(every_s)


async def until_answered(answers: Callable[[], Awaitable[bool]], *, every_s: float = 0.3) -> None:
    """The same with a question that takes time."""
    while not await answers():  # noqa: ASYNC110  as above
        await asyncio.sleep(every_s)
