"""Everything saved is published, each aggregate's events in their order, whatever dies meanwhile."""

import asyncio
import random
import secrets
from collections.abc import Sequence
from typing import Any

import orjson
import pytest
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import WriteError

from shared.outbox.pending import PendingInMongo, watch
from shared.outbox.wake import Wake
from shared.service import end
from shared.store.replay import replay
from tests.real import Broker
from tests.shared.errands import NOW, Errand, act, add, errands, pending_of, step, told
from tests.shared.outbox import topic
from tests.shared.outbox.running import (
    COLLECTION,
    RelayProcess,
    relay_for,
    running_relay,
    until_none_waits,
)

pytestmark = pytest.mark.real
Database = AsyncDatabase[dict[str, Any]]


def ids(count: int) -> list[str]:
    """The topic is every test's, so the aggregates are this test's alone."""
    run = secrets.token_hex(4)
    return [f"{run}-{n}" for n in range(count)]


async def test_events_are_published_in_order_and_wait_no_longer(
    database: Database, kafka: Sequence[str]
) -> None:
    await topic.make(kafka, topic.EVENTS)
    repository, mine = await errands(database), ids(5)
    for id_ in mine:
        await add(repository, id_)
        await step(repository, id_, 20)  # more than a page takes of one document

    async with running_relay(database, kafka, watching=False):
        await until_none_waits(repository.collection)

    assert await topic.sequences(kafka, mine) == {id_: [*range(1, 21)] for id_ in mine}


async def test_what_is_saved_while_the_relay_runs_is_published_too(
    database: Database, kafka: Sequence[str]
) -> None:
    await topic.make(kafka, topic.EVENTS)
    repository, mine = await errands(database), ids(6)

    async with running_relay(database, kafka):
        for id_ in mine:
            await add(repository, id_)
        await asyncio.gather(*[step(repository, id_, 15) for id_ in mine])
        await until_none_waits(repository.collection)

    assert await topic.sequences(kafka, mine) == {id_: [*range(1, 16)] for id_ in mine}


async def test_a_relay_killed_again_and_again_loses_nothing_and_keeps_the_order(
    database: Database, mongodb: str, kafka: Sequence[str]
) -> None:
    await topic.make(kafka, topic.EVENTS)
    repository, mine = await errands(database), ids(12)
    for id_ in mine:
        await add(repository, id_)
        await step(repository, id_, 10)
    relay = RelayProcess(mongodb, database.name, kafka)
    lives = random.Random(4)  # noqa: S311 - to be repeatable
    owners: set[str] = set()

    async def has_a_new_owner() -> bool:
        lease = await database["leases"].find_one({"_id": "relay:test"})
        owner: str | None = None if lease is None else lease["owner"]
        if owner is None or owner in owners:
            return False
        owners.add(owner)
        return True

    async def live_and_die() -> None:
        for _ in range(4):
            await relay.start()
            await topic.until(has_a_new_owner)
            await asyncio.sleep(lives.uniform(0, 0.4))
            await relay.kill()

    dying = asyncio.create_task(live_and_die())
    while not dying.done():
        await asyncio.gather(*[step(repository, id_, 2) for id_ in mine])
        await asyncio.sleep(0.02)
    await dying
    assert await waiting(database) > 0  # nobody was left to publish it
    try:
        await relay.start()
        await until_none_waits(repository.collection)
    finally:
        await relay.kill()

    published = topic.first_occurrences(await topic.sequences(kafka, mine))
    saved = {id_: (await repository.load(id_)).sequence for id_ in mine}
    assert published == {id_: [*range(1, saved[id_] + 1)] for id_ in mine}


async def waiting(database: Database) -> int:
    """How many records wait for the bus."""
    sizes = database[COLLECTION].aggregate([{"$group": {"_id": 0, "n": {"$sum": {"$size": "$pending"}}}}])
    return sum([found["n"] async for found in await sizes])


async def test_of_two_relays_one_works_and_the_other_takes_over(
    database: Database, kafka: Sequence[str]
) -> None:
    await topic.make(kafka, topic.EVENTS)
    repository, mine = await errands(database), ids(6)
    for id_ in mine:
        await add(repository, id_)
    both = [asyncio.create_task(relay_for(database, kafka, Wake()).run()) for _ in range(2)]
    try:
        await asyncio.gather(*[step(repository, id_, 10) for id_ in mine])
        await until_none_waits(repository.collection)
        both[0].cancel()
        await asyncio.gather(*[step(repository, id_, 5) for id_ in mine])
        await until_none_waits(repository.collection)
        lease = await database["leases"].find_one({"_id": "relay:test"})
    finally:
        await end(both)

    assert lease is not None
    assert lease["owner"] is not None
    published = topic.first_occurrences(await topic.sequences(kafka, mine))
    assert published == {id_: [*range(1, 16)] for id_ in mine}


async def test_while_kafka_is_down_all_is_saved_and_afterwards_published(
    database: Database, own_kafka: Broker
) -> None:
    servers = own_kafka.bootstrap
    await topic.make(servers, topic.EVENTS)
    repository, mine = await errands(database), ids(5)
    for id_ in mine:
        await add(repository, id_)

    async with running_relay(database, servers):
        await asyncio.gather(*[step(repository, id_, 5) for id_ in mine])
        await own_kafka.kill()
        for _ in range(10):
            await asyncio.gather(*[step(repository, id_, 2) for id_ in mine])
            await asyncio.sleep(1)
        assert await waiting(database) >= 5 * 20
        await own_kafka.start()
        await until_none_waits(repository.collection, patience_s=120)

    published = topic.first_occurrences(await topic.sequences(servers, mine))
    assert published == {id_: [*range(1, 26)] for id_ in mine}


async def test_without_any_wake_up_the_scan_finds_what_waits(
    database: Database, kafka: Sequence[str]
) -> None:
    await topic.make(kafka, topic.EVENTS)
    repository, [id_] = await errands(database), ids(1)
    await add(repository, id_)

    async with running_relay(database, kafka, watching=False) as wake:
        for _ in range(3):
            await step(repository, id_)
            await until_none_waits(repository.collection)

    assert not wake.is_set()
    assert await topic.sequences(kafka, [id_]) == {id_: [1, 2, 3]}


async def test_a_killed_change_stream_comes_back_by_itself(database: Database) -> None:
    repository = await errands(database)
    await add(repository, "e1")
    wake = Wake()
    watching = asyncio.create_task(watch(database, [COLLECTION], wake))
    try:
        killed = 0
        for _ in range(3):
            killed += await kill_change_streams(database)
            async with asyncio.timeout(30):
                await wake.wait()  # it wakes whoever sleeps when it starts over
                wake.take()
                while not wake.is_set():  # a write before the new stream stands isn't seen by it
                    await step(repository, "e1")
                    await asyncio.sleep(0.1)
                wake.take()
    finally:
        await end([watching])

    assert killed == 3


async def test_each_write_tells_where_it_was_once_the_last_word_was_taken(database: Database) -> None:
    repository, wake = await errands(database), Wake()
    await add(repository, "e1")
    watching = asyncio.create_task(watch(database, [COLLECTION, "other"], wake))
    told = set[str]()
    try:
        async with asyncio.timeout(30):
            while not told:  # a write before the stream stands isn't seen by it
                await step(repository, "e1", 5)
                await asyncio.sleep(0.1)
                told |= wake.take()
            for _ in range(3):
                await step(repository, "e1", 5)
                await wake.wait()
                await asyncio.sleep(0.05)
                told |= wake.take()
    finally:
        await end([watching])

    assert told == {f"{database.name}.{COLLECTION}"}


async def kill_change_streams(database: Database) -> int:
    """Kill this database's, once there are some."""
    async with asyncio.timeout(30):
        while True:
            idle = [{"$currentOp": {"idleCursors": True, "allUsers": True}}]
            found = await database.client.admin.aggregate(idle)
            cursors = [
                operation["cursor"]["cursorId"]
                async for operation in found
                if operation.get("ns", "").startswith(f"{database.name}.") and "cursor" in operation
            ]
            if cursors:
                namespace = "$cmd.aggregate"
                killed = await database.command({"killCursors": namespace, "cursors": cursors})
                return len(killed["cursorsKilled"])
            await asyncio.sleep(0.02)


async def test_a_record_that_kafka_will_never_take_stops_only_its_aggregate(
    database: Database, kafka: Sequence[str]
) -> None:
    await topic.make(kafka, topic.EVENTS)
    repository, mine = await errands(database), ids(4)
    for id_ in mine:
        await add(repository, id_)
        await step(repository, id_, 3)
    huge = {"$set": {"pending.1.value": b"x" * 1_200_000, "pending.1.at": NOW}}
    await repository.collection.update_one({"_id": mine[0]}, huge)

    async with running_relay(database, kafka):
        await asyncio.gather(*[step(repository, id_, 10) for id_ in mine])

        async def one_waits() -> bool:
            return await repository.collection.count_documents({"pending.0": {"$exists": True}}) == 1

        await topic.until(one_waits)

    published = await topic.sequences(kafka, mine)
    assert published.pop(mine[0]) == [1]
    assert published == {id_: [*range(1, 14)] for id_ in mine[1:]}
    stopped = await pending_of(repository, mine[0])
    assert [record["id"] for record in stopped] == [f"{mine[0]}:{n}" for n in range(2, 14)]


async def test_what_was_not_sent_stays_even_if_another_document_has_sent_records_of_the_same_ids(
    database: Database,
) -> None:
    repository, mine = await errands(database), ids(2)
    for id_ in mine:
        await add(repository, id_)
        await step(repository, id_, 3)
        assert await replay(repository.collection, id_, replay_id="r1", now=NOW) == 3

    sent = {
        mine[0]: [f"{mine[0]}:{n}" for n in (1, 2, 3)] + ["r1:1", "r1:2", "r1:3"],
        mine[1]: [f"{mine[1]}:1"],
    }
    await PendingInMongo(repository.collection).clear(sent)

    left = [record["id"] for record in await pending_of(repository, mine[1])]
    assert left == [f"{mine[1]}:2", f"{mine[1]}:3", "r1:1", "r1:2", "r1:3"]
    assert await pending_of(repository, mine[0]) == []


async def test_what_cannot_be_taken_out_is_told_and_keeps_nothing_else_in(database: Database) -> None:
    repository, mine = await errands(database), ids(2)
    for id_ in mine:
        await add(repository, id_)
        await step(repository, id_)
    await repository.collection.update_one({"_id": mine[0]}, {"$set": {"pending": "spoilt"}})

    with pytest.raises(WriteError):
        await PendingInMongo(repository.collection).clear({id_: [f"{id_}:1"] for id_ in mine})
    assert await pending_of(repository, mine[1]) == []


async def test_the_largest_event_that_is_saved_is_published(database: Database, kafka: Sequence[str]) -> None:
    await topic.make(kafka, topic.EVENTS)
    repository, [id_] = await errands(database), ids(1)
    spent = len(orjson.dumps(told(0).model_copy(update={"code": ""}).model_dump(mode="json")))

    largest = told(0).model_copy(update={"code": "x" * (768 * 1024 - spent)})

    await repository.add(act("add"), (Errand(id=id_), [largest]))
    async with running_relay(database, kafka):
        await until_none_waits(repository.collection)

    assert await topic.sequences(kafka, [id_]) == {id_: [1]}
