"""A real sweep over a great many due complaints: `python -m tests.bench.sweeping 100000`.

Put into a database in bulk, all of them due for their first step up, then swept as the service sweeps:
each is loaded, judged and saved with its event. Fails where one went up twice or not at all.
"""

import asyncio
import logging
import resource
import sys
import time

from pymongo import AsyncMongoClient

from services.complaints.app import assemble
from services.complaints.settings import Settings
from tests.bench.digests import Document
from tests.complaints.due import SWEPT_AT, levels, put_unanswered
from tests.real import real_mongodb
from tests.serving import serving


async def _sweep(mongodb: str, many: int) -> None:
    async with AsyncMongoClient[Document](mongodb, tz_aware=True, w="majority") as client:
        async with serving("complaints", Settings(), assemble, client["sweeping"]) as service:
            await put_unanswered(service, many)
            service.clock.set(SWEPT_AT)
            began = time.perf_counter()
            swept = await service.sweep()
            took_s, found = time.perf_counter() - began, await levels(service)
        if found != {(1, 1): many}:
            raise RuntimeError(f"levels and steps told: {found}")
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    sys.stdout.write(f"{many} due, {swept} handled in {took_s:.0f} s, memory {memory:.0f} MB\n")


def main() -> None:
    """How many, as the word of the command."""
    logging.disable(logging.WARNING)
    with real_mongodb() as mongodb:
        asyncio.run(_sweep(mongodb, int(sys.argv[1]) if len(sys.argv) > 1 else 100_000))


if __name__ == "__main__":
    main()
