"""What digests cost where there are many documents: `python -m tests.bench.digests 100000 1000000`.

For each size, the smallest first: as many documents of one entry are put into a database, then all of them
are named in digests, signed, written to a folder, and checked. Times and this process's memory so far.
"""

import asyncio
import logging
import resource
import sys
import time
from collections.abc import Awaitable
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from pymongo import AsyncMongoClient
from pymongo.asynchronous.database import AsyncDatabase

from shared.audit.verify import Seen
from shared.store.history import Act
from shared.store.repository import Repository
from tests.real import real_mongodb
from tests.shared.audit.auditing import Audit
from tests.shared.errands import WATER, Errand

Document = dict[str, Any]
AT_ONCE = 5_000
WORDS = "برای صدور پروانه سه بار مراجعه کردم و هر بار بدون دلیل به روز دیگری موکول شد. " * 5


async def measure(database: AsyncDatabase[Document], folder: Path, documents: int) -> None:
    """One size, from nothing to checked."""
    repository = Repository(database, "errands", Errand)
    await repository.make_indexes()
    audit = Audit(database=database, folder=folder, documents=[repository.collection])
    put = await _timed(_put(repository, documents))
    made = await _timed(audit.strike())
    idle = await _timed(audit.strike())
    after_digest, seen = _memory_mb(), Seen()
    found: list[Any] = []

    async def check() -> None:
        found.extend(await audit.findings(seen))

    checked = await _timed(check())
    if found or (seen.documents, seen.not_yet) != (documents, 0):
        raise RuntimeError(f"{len(found)} findings in {seen.documents} documents, {seen.not_yet} not yet")
    outside_mb = sum(len(line) for line in audit.lines()) / 1e6
    sys.stdout.write(
        f"{documents}: put {put:.0f} s, digests {made:.1f} s, an hour without change {idle * 1000:.0f} ms, "
        f"verify {checked:.1f} s, outside {outside_mb:.0f} MB, "
        f"memory {after_digest:.0f} MB after the digests, {_memory_mb():.0f} MB after verify\n"
    )
    sys.stdout.flush()


async def _put(repository: Repository[Errand], documents: int) -> None:
    """One is made as the service makes it; the others are it under ids of their own, waiting for a digest."""
    act = Act(name="add", by="citizen", at=datetime.now(UTC))  # noqa: TID251 - a real instant is meant
    await repository.add(act, (Errand(id="first", agency_id=WATER, what=WORDS), []))
    [first] = await repository.collection.find({}).to_list()
    for start in range(1, documents, AT_ONCE):
        some = range(start, min(start + AT_ONCE, documents))
        copies = [{**first, "_id": f"0190a3c4-7b1e-7cc0-8000-{number:012}"} for number in some]
        await repository.collection.insert_many(copies, ordered=False)


async def _timed(work: Awaitable[object]) -> float:
    began = time.perf_counter()
    await work
    return time.perf_counter() - began


def _memory_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


async def _measure_all(mongodb: str, sizes: list[int]) -> None:
    async with AsyncMongoClient[Document](mongodb, tz_aware=True, w="majority") as client:
        for size in sizes:
            with TemporaryDirectory() as folder:
                await measure(client[f"digests_{size}"], Path(folder), size)
            await client.drop_database(f"digests_{size}")


def main() -> None:
    """The sizes are the words of the command."""
    logging.disable(logging.WARNING)
    sizes = sorted(int(word) for word in sys.argv[1:]) or [100_000]
    with real_mongodb() as mongodb:
        asyncio.run(_measure_all(mongodb, sizes))


if __name__ == "__main__":
    main()
