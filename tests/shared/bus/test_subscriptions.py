"""A record has its effect once, however often it is delivered; what can't be worked is kept whole."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from typing import Any

import pytest
from pydantic import BaseModel
from pymongo.asynchronous.collection import AsyncCollection
from pymongo.asynchronous.database import AsyncDatabase

from shared.bus.effects import Mirror, Projection, Reaction
from shared.bus.records import Received
from shared.cloudevents import Envelope
from shared.events.directory import ServiceWithdrawn
from shared.identity import derived_id
from shared.mongo import connect
from tests.real import Trio
from tests.shared.bus.consuming import Document, bus, envelope, fold, running, states
from tests.shared.errands import told
from tests.shared.outbox.topic import until

pytestmark = pytest.mark.real
Database = AsyncDatabase[dict[str, Any]]


class Counted(BaseModel):
    """What the mirrored topic is made of."""

    n: int


class Letters:
    """What a reaction makes: a document under an id derived from the event, so a second one can't be."""

    def __init__(self, collection: AsyncCollection[Document]) -> None:
        self.collection = collection
        self.calls: Counter[str] = Counter()

    async def write(self, event: Envelope) -> None:
        self.calls[event.id] += 1
        letter = {"$setOnInsert": {"subject": event.subject, "sequence": event.sequence}}
        query = {"_id": derived_id(event.id, "letter")}
        await self.collection.update_one(query, letter, upsert=True)

    def reaction(self) -> Reaction:
        return Reaction([ServiceWithdrawn], self.write, name="letters")

    async def count(self) -> int:
        return await self.collection.count_documents({})


async def test_a_reaction_has_one_effect_though_records_come_again_and_to_two_consumers(
    database: Database, kafka: list[str]
) -> None:
    letters = Letters(database["letters"])
    async with bus(kafka) as one:
        both = [one.subscription(letters.reaction()) for _ in range(2)]
        async with running(kafka, both[0]):
            for subject in ("a", "b", "c", "d"):
                await one.tell(subject, [1, 2, 2, 3, 1, 3])
            async with running(kafka, both[1]):  # joins in the middle: partitions move
                for subject in ("a", "b", "c", "d"):
                    await one.tell(subject, [4, 5, 4, 5])
                await until(one.all_committed)

        dead = await one.dead()

    assert await letters.count() == 4 * 5
    assert max(letters.calls.values()) >= 2  # repeats did come
    assert dead == []


async def test_a_reaction_heeds_no_replay_and_no_event_it_does_not_want(
    database: Database, kafka: list[str]
) -> None:
    letters = Letters(database["letters"])
    async with bus(kafka) as one, running(kafka, one.subscription(letters.reaction())):
        await one.tell("a", [1, 2], replay="r1")
        unknown = envelope("a", 3).record(one.topic)
        unknown.headers["ce_type"] = "ir.paygir.directory.NotYetKnown.v9"
        await one.send(unknown)
        await one.tell("a", [4])
        await until(one.all_committed)
        dead = await one.dead()

    assert [*letters.calls] == ["a:4"]
    assert dead == []


async def test_a_projection_drops_repeats_marks_a_gap_and_a_replay_mends_it(
    database: Database, kafka: list[str]
) -> None:
    facts = database["facts"]
    async with bus(kafka) as one, running(kafka, one.subscription(Projection(facts, fold))):
        await one.tell("a", [1, 2, 2, 1, 3, 5, 6])
        await one.tell("b", [1, 2])
        await until(one.all_committed)
        with_gap = await facts.find_one({"_id": "a"})
        torn = await states(facts)
        await one.tell("a", [1, 2, 3, 4, 5, 6], replay="r1")
        await one.tell("a", [7])
        await until(one.all_committed)
        mended = await facts.find_one({"_id": "a"})

    assert with_gap is not None
    assert mended is not None
    assert torn == {"a": [1, 2, 3, 5, 6], "b": [1, 2]}
    assert (with_gap["gaps"], mended["gaps"]) == (1, 0)
    assert await states(facts) == {"a": [1, 2, 3, 4, 5, 6, 7], "b": [1, 2]}
    assert "shadow" not in mended


async def test_two_consumers_at_once_fold_each_event_once(database: Database, kafka: list[str]) -> None:
    facts = database["facts"]
    subjects = [f"s{n}" for n in range(12)]
    async with bus(kafka) as one:
        # Two groups on one collection: harder than any rebalance, each event comes to both at once.
        first, second = (one.subscription(Projection(facts, fold), name) for name in ("one", "two"))
        async with running(kafka, first), running(kafka, second):
            for sequence in range(1, 31):
                await asyncio.gather(*[one.tell(subject, [sequence]) for subject in subjects])
            await until(lambda: one.all_committed("one"))
            await until(lambda: one.all_committed("two"))
        dead = await one.dead()

    assert await states(facts) == {subject: [*range(1, 31)] for subject in subjects}
    assert await facts.count_documents({"gaps": {"$gt": 0}}) == 0
    assert dead == []


async def test_a_mirror_keeps_the_newest_of_each_key_and_forgets_what_is_deleted(
    database: Database, kafka: list[str]
) -> None:
    seen: list[str] = []

    async def then(keys: Sequence[str]) -> None:
        seen.extend(keys)

    async with bus(kafka) as one, running(kafka, one.subscription(Mirror(database["mirror"], Counted, then))):
        for key, value in ((b"a", b'{"n": 1}'), (b"b", b'{"n": 1}'), (b"a", b'{"n": 2}'), (b"b", None)):
            await one.put(key, value)
        for misfit in (b"[]", b"{}", b'{"n": "many"}'):
            await one.put(b"k", misfit)
        await until(one.all_committed)
        dead = await one.dead()

    kept = {found["_id"]: found["value"] async for found in database["mirror"].find()}
    assert kept == {"a": {"n": 2}, "b": None}
    assert "a" in seen
    assert [record.value for record in dead] == [b"[]", b"{}", b'{"n": "many"}']


async def test_an_older_record_changes_nothing_in_a_mirror(database: Database) -> None:
    mirror = Mirror(database["mirror"], Counted)
    records = [mirror_record(offset, b'{"n": %d}' % offset) for offset in (3, 4, 5)]

    await mirror.work([mirror.read(record) for record in records])
    await mirror.work([mirror.read(record) for record in records[:2]])

    kept = await database["mirror"].find_one({"_id": "a"})
    assert kept is not None
    assert (kept["value"], kept["offset"]) == ({"n": 5}, 5)


def mirror_record(offset: int, value: bytes) -> Received:
    return Received(topic="t", partition=0, offset=offset, key=b"a", value=value, headers=())


async def test_a_poison_record_is_kept_whole_and_its_neighbours_are_worked(
    database: Database, kafka: list[str]
) -> None:
    letters = Letters(database["letters"])
    async with bus(kafka, partitions=1) as one:
        for n in range(1, 6):
            await one.tell("a", [n])
            await one.put(None, b"\xff\x00 no json %d" % n, {"what": "poison"})
        misfit = envelope("b", 1).record(one.topic)
        misfit.headers["x-own"] = "kept"
        await one.put(b"b", b'{"code": 7, "mobile": "09123456789"}', misfit.headers)
        await one.tell("b", [2])
        async with running(kafka, one.subscription(letters.reaction(), "letters")):
            await until(lambda: one.all_committed("letters"))
        dead = await one.dead()

    assert sorted(letters.calls) == ["a:1", "a:2", "a:3", "a:4", "a:5", "b:2"]
    by_origin = {dict(record.headers)["paygir_origin"].decode(): record for record in dead}
    assert sorted(by_origin) == sorted(f"{one.topic}/0/{offset}" for offset in (1, 3, 5, 7, 9, 10))
    poison, bad = by_origin[f"{one.topic}/0/1"], by_origin[f"{one.topic}/0/10"]
    assert (poison.key, poison.value, dict(poison.headers)["what"]) == (
        None,
        b"\xff\x00 no json 1",
        b"poison",
    )
    said = dict(bad.headers)
    assert (bad.key, bad.value) == (b"b", b'{"code": 7, "mobile": "09123456789"}')
    assert (said["x-own"], said["ce_id"], said["paygir_subscription"]) == (b"kept", b"b:1", b"letters")
    assert b"Unreadable" in said["paygir_error"]
    assert b"0912" not in said["paygir_error"]  # what a person wrote goes into no log


async def test_what_only_the_handler_cannot_work_is_kept_too_and_alone(
    database: Database, kafka: list[str]
) -> None:
    letters = Letters(database["letters"])

    async def write(event: Envelope) -> None:
        if event.sequence == 3:
            raise ValueError("never")
        await letters.write(event)

    async with bus(kafka, partitions=1) as one:
        for subject in ("a", "b"):
            await one.tell(subject, range(1, 8))
        reaction = Reaction([ServiceWithdrawn], write, name="letters")
        async with running(kafka, one.subscription(reaction)):
            await until(one.all_committed)
        dead = await one.dead()

    assert sorted(dict(record.headers)["ce_id"] for record in dead) == [b"a:3", b"b:3"]
    assert await letters.count() == 2 * 6


async def test_a_passing_fault_is_waited_out_and_buries_nothing(database: Database, kafka: list[str]) -> None:
    letters = Letters(database["letters"])
    faults = 0
    loop = asyncio.get_running_loop()
    over_at = loop.time() + 2

    async def write(event: Envelope) -> None:
        nonlocal faults
        if loop.time() < over_at:
            faults += 1
            raise ConnectionError("the database is away")
        await letters.write(event)

    async with bus(kafka) as one:
        for subject in ("a", "b", "c"):
            await one.tell(subject, range(1, 11))
        reaction = Reaction([ServiceWithdrawn], write, name="letters")
        async with running(kafka, one.subscription(reaction)):
            await until(one.all_committed)
        dead = await one.dead()

    assert faults > 1
    assert dead == []
    assert await letters.count() == 30


async def test_a_fault_and_a_poison_record_in_one_batch_are_told_apart(
    database: Database, kafka: list[str]
) -> None:
    letters = Letters(database["letters"])
    faults = 0

    async def write(event: Envelope) -> None:
        nonlocal faults
        if event.id == "a:2":
            raise ValueError("never")
        if event.id == "b:2" and faults < 4:
            faults += 1
            raise TimeoutError
        await letters.write(event)

    async with bus(kafka, partitions=1) as one:
        for subject in ("a", "b"):
            await one.tell(subject, [1, 2, 3])
        reaction = Reaction([ServiceWithdrawn], write, name="letters")
        async with running(kafka, one.subscription(reaction)):
            await until(one.all_committed)
        dead = await one.dead()

    assert {dict(record.headers)["ce_id"] for record in dead} == {b"a:2"}
    assert await letters.count() == 5


async def test_while_the_database_stands_still_nothing_is_lost_and_nothing_is_buried(
    mongodb_trio: Trio, kafka: list[str]
) -> None:
    primary = await mongodb_trio.primary()
    async with connect(mongodb_trio.uri, timeout_ms=1500) as client, bus(kafka) as one:
        await client.drop_database("test_frozen")
        letters, facts = Letters(client["test_frozen"]["letters"]), client["test_frozen"]["facts"]
        subscriptions = [
            one.subscription(letters.reaction(), "letters"),
            one.subscription(Projection(facts, fold), "facts"),
        ]
        async with running(kafka, *subscriptions):
            await one.tell("a", range(1, 20))
            await until(lambda: one.all_committed("facts"))
            mongodb_trio.freeze(primary)
            try:
                await one.tell("b", range(1, 20))
                await asyncio.sleep(4)
            finally:
                mongodb_trio.thaw(primary)
            await one.tell("c", range(1, 20))
            for name in ("letters", "facts"):
                await until(lambda name=name: one.all_committed(name))
        dead = await one.dead()
        count, folded = await letters.count(), await states(facts)
        await client.drop_database("test_frozen")

    assert dead == []
    assert count == 3 * 19
    assert folded == {subject: [*range(1, 20)] for subject in ("a", "b", "c")}


def test_the_events_of_these_tests_are_real_ones() -> None:
    assert envelope("a", 1).event() == told(1)
