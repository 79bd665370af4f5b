"""Waiting for what tells nobody that it has happened: ports, processes, servers."""

import asyncio
from collections.abc import Callable


async def until(happened: Callable[[], bool], *, every_s: float = 0.1) -> None:
    """Ask again and again; the caller sets the limit."""
    while not happened():  # noqa: ASYNC110  ports and processes of others set no event
        await asyncio.sleep(every_s)
