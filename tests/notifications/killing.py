"""How tests kill: processes beside the service's own database, one life after the other."""

import asyncio
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from tests.serving import Serving


@asynccontextmanager
async def lives(running: Serving, module: str, *words: str) -> AsyncGenerator[asyncio.subprocess.Process]:
    """What makes one process after the other: a line to it is a life."""
    address = next(iter(running.database.client.nodes))
    uri = f"mongodb://{address[0]}:{address[1]}/?directConnection=true"
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        module,
        uri,
        running.database.name,
        *words,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        yield process
    finally:
        assert process.stdin is not None
        process.stdin.close()
        await process.wait()


async def line(process: asyncio.subprocess.Process) -> str:
    """The next one that it prints."""
    assert process.stdout is not None
    return (await process.stdout.readline()).decode().strip()
