"""How tests kill: processes beside the service's own database, one life after the other."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress

from tests.serving import Serving


@asynccontextmanager
async def lives(running: Serving, module: str, *words: str) -> AsyncGenerator[asyncio.subprocess.Process]:
    """What makes one process after the other: a line to it is a life. Where the test fails all end."""
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
        start_new_session=True,
    )
    assert process.stdin is not None
    try:
        yield process
        process.stdin.close()
    except BaseException:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        raise
    finally:
        await process.wait()


async def line(process: asyncio.subprocess.Process) -> str:
    """The next one that it prints."""
    assert process.stdout is not None
    return (await process.stdout.readline()).decode().strip()
