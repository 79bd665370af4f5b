"""Runs the relay as a service does: in this process, or in one of its own that a test may kill."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from typing import Any

from pymongo.asynchronous.collection import AsyncCollection
from pymongo.asynchronous.database import AsyncDatabase

from shared.identity import new_id
from shared.mongo import connect
from shared.outbox.kafka import kafka_publisher
from shared.outbox.lease import MongoLease
from shared.outbox.pending import PendingInMongo, watch
from shared.outbox.relay import Relay
from shared.outbox.wake import Wake
from shared.service import end
from tests.shared.outbox.topic import until

Document = dict[str, Any]
COLLECTION = "errands"


def relay_for(
    database: AsyncDatabase[Document],
    servers: Sequence[str],
    wake: Wake,
    *,
    scan_every_s: float = 0.5,
    ttl_ms: int = 1500,
) -> Relay:
    lease = MongoLease(database["leases"], "relay:test", new_id(), ttl_ms=ttl_ms)
    sources = [PendingInMongo(database[COLLECTION])]
    return Relay(
        sources, lease, lambda: kafka_publisher(servers), wake, scan_every_s=scan_every_s, renew_every_s=0.3
    )


@asynccontextmanager
async def running_relay(
    database: AsyncDatabase[Document], servers: Sequence[str], *, watching: bool = True
) -> AsyncGenerator[Wake]:
    """In this process. Yields what wakes it."""
    wake = Wake()
    tasks = [asyncio.create_task(relay_for(database, servers, wake).run())]
    if watching:
        tasks.append(asyncio.create_task(watch(database, [COLLECTION], wake)))
    try:
        yield wake
    finally:
        await end(tasks)


class RelayProcess:
    """In a process of its own."""

    def __init__(self, mongodb: str, database: str, servers: Sequence[str]) -> None:
        self._words = [mongodb, database, ",".join(servers)]
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        command = [sys.executable, "-m", "tests.shared.outbox.running", *self._words]
        self._process = await asyncio.create_subprocess_exec(*command, stderr=asyncio.subprocess.DEVNULL)

    async def kill(self) -> None:
        """As a power cut does."""
        if self._process is not None:
            os.kill(self._process.pid, signal.SIGKILL)
            await self._process.wait()
            self._process = None


async def until_none_waits(collection: AsyncCollection[Document], *, patience_s: float = 60) -> None:
    async def none_waits() -> bool:
        return await collection.find_one({"pending.0": {"$exists": True}}, {"_id": 1}) is None

    await until(none_waits, patience_s=patience_s)


async def _main(mongodb: str, name: str, servers: str) -> None:
    async with connect(mongodb) as client, running_relay(client[name], servers.split(",")):
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(_main(*sys.argv[1:]))
