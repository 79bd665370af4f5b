"""Whatever the servers do, what a caller was told of its write is true."""

import asyncio
import random
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest
from pymongo import AsyncMongoClient
from pymongo.asynchronous.collection import AsyncCollection
from pymongo.errors import PyMongoError

from shared.mongo import connect
from shared.store.store import Store, Write, make_indexes
from tests.real import Trio
from tests.shared.store.oracle import ANSWERED_BEFORE, GONE, MADE, REFUSED, Document, Oracle, everything

pytestmark = pytest.mark.real
TIMEOUT_MS = 1500
ROUNDS_MAX = 6  # a busy machine needs more than one to meet every case
MET = {MADE, REFUSED + "Conflict"}
"""What a run must have met to tell anything."""
FAULTS: list[Document] = [
    {"closeConnection": True},
    {"errorCode": 11600, "errorLabels": ["RetryableWriteError"]},
    {"writeConcernError": {"code": 91, "errmsg": "the primary goes away"}},
    {"writeConcernError": {"code": 64, "errmsg": "not on most members in time"}},
    {"blockConnection": True, "blockTimeMS": TIMEOUT_MS + 400},  # made after its caller gave up waiting
    {"errorCode": 11602},
]


def seeded(seed: int) -> random.Random:
    return random.Random(seed)  # noqa: S311 - to be repeatable


@asynccontextmanager
async def things(uri: str) -> AsyncGenerator[AsyncCollection[Document]]:
    """An empty collection, dropped after the test."""
    async with connect(uri, timeout_ms=TIMEOUT_MS) as client:
        collection = client["test_oracle"]["things"]
        await collection.drop()
        await make_indexes(collection)
        yield collection
        await collection.drop()


async def judged(collection: AsyncCollection[Document], oracle: Oracle) -> list[Document]:
    """All that is kept, after it was found to agree with what callers were told."""
    documents = await everything(collection)
    assert oracle.wrong(documents) == []
    return documents


async def fail_at_random(uri: str, rng: random.Random, *, for_s: float) -> None:
    """One fault after another, on the commands that write."""
    loop = asyncio.get_running_loop()
    until = loop.time() + for_s
    async with AsyncMongoClient[Document](uri) as client:
        turn = 0
        while loop.time() < until:
            fault = {"failCommands": ["insert", "update"], **FAULTS[turn % len(FAULTS)]}
            mode = {"times": rng.choice([1, 1, 2])}
            await client.admin.command({"configureFailPoint": "failCommand", "mode": mode, "data": fault})
            turn += 1
            await asyncio.sleep(rng.uniform(0.3, 0.6))
        await client.admin.command({"configureFailPoint": "failCommand", "mode": "off"})


async def test_in_calm_every_caller_is_told_the_truth(mongodb: str) -> None:
    async with things(mongodb) as collection:
        oracle = Oracle(Store(collection), seeded(1))
        await oracle.run(for_s=4)
        await judged(collection, oracle)

        assert oracle.tally().keys() >= MET
        refusals = {REFUSED + name for name in ("DuplicateId", "KeyReused", "Missing", "InvalidDocument")}
        assert {ANSWERED_BEFORE, GONE, *refusals} <= oracle.tally().keys()


@pytest.mark.parametrize("driver_retries", ["true", "false"])
async def test_while_a_server_fails_in_every_way_every_caller_is_told_the_truth(
    fallible_mongodb: str, driver_retries: str
) -> None:
    rng = seeded(2)
    async with things(f"{fallible_mongodb}&retryWrites={driver_retries}") as collection:
        oracle = Oracle(Store(collection, patience_s=6), rng)
        for _ in range(ROUNDS_MAX):
            await asyncio.gather(oracle.run(for_s=10), fail_at_random(fallible_mongodb, rng, for_s=9))
            documents = await judged(collection, oracle)
            if oracle.doubtful_but_made(documents) > 0 and oracle.tally().keys() >= MET:
                return
        raise AssertionError("no conflict was met, or nobody was left in doubt of a write that had been made")


async def test_a_batch_whose_first_try_finds_no_connection_is_sent_whole(fallible_mongodb: str) -> None:
    async with things(fallible_mongodb) as collection:
        await collection.insert_one({"_id": "old", "version": 1, "history": [], "pending": []})
        async with (
            AsyncMongoClient[Document](fallible_mongodb) as other,
            connect(fallible_mongodb, name="unlucky") as unlucky,
        ):
            fault = {"failCommands": ["hello", "isMaster"], "closeConnection": True, "appName": "unlucky"}
            await unlucky.admin.command("ping")
            [server] = (await unlucky._get_topology())._servers.values()  # pyright: ignore[reportPrivateUsage]
            await server.pool.reset()  # its next command needs a new connection
            failing = {"configureFailPoint": "failCommand", "mode": {"times": 1}, "data": fault}
            await other.admin.command(failing)
            store = Store(unlucky["test_oracle"]["things"])
            made = await asyncio.gather(
                store.save(Write(id="new", version=1, write_id="w1", fields={})),
                store.save(Write(id="old", version=2, write_id="w2", fields={})),
            )

        kept = {document["_id"]: document["version"] for document in await everything(collection)}
        assert made == ["new", "old"]
        assert kept == {"new": 1, "old": 2}


async def kill(trio: Trio) -> None:
    """The primary dies as in a power cut, and comes back."""
    primary = await trio.primary()
    await trio.kill(primary)
    await asyncio.sleep(5)
    await trio.revive(primary)


async def step_down(trio: Trio) -> None:
    """The primary is told to make way, twice."""
    for _ in range(2):
        address = f"mongodb://127.0.0.1:{await trio.primary()}/?directConnection=true"
        async with AsyncMongoClient[Document](address) as client:
            try:
                await client.admin.command({"replSetStepDown": 5, "secondaryCatchUpPeriodSecs": 2})
            except PyMongoError:
                await asyncio.sleep(0)  # it may well hang up on us
        await asyncio.sleep(4)


async def freeze(trio: Trio) -> None:
    """The primary stands still with its connections open, and wakes up believing it still is the primary."""
    primary = await trio.primary()
    trio.freeze(primary)
    try:
        await asyncio.sleep(6)
    finally:
        trio.thaw(primary)


@pytest.mark.parametrize("fault", [kill, step_down, freeze])
async def test_while_a_primary_goes_every_caller_is_told_the_truth(
    mongodb_trio: Trio, fault: Callable[[Trio], Awaitable[None]]
) -> None:
    await mongodb_trio.primary()
    async with things(mongodb_trio.uri) as collection:
        oracle = Oracle(Store(collection, patience_s=8), seeded(3))

        async def later() -> None:
            await asyncio.sleep(2)
            await fault(mongodb_trio)

        await asyncio.gather(oracle.run(for_s=13), later())
        await judged(collection, oracle)
        assert oracle.tally().keys() >= MET
