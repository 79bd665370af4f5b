"""A copy of the directory is built anew aside, while the service keeps and reads the old one."""

import asyncio
import random
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest
from pymongo.asynchronous.database import AsyncDatabase

from shared.bus.effects import Projection, Told
from shared.directory.rebuild import ASIDE, Incomplete, Rebuilt, rebuild
from shared.directory.replica import COLLECTION, fold
from shared.events.directory import ServiceWithdrawn
from shared.identity import new_id
from tests.province import agency_events, calendar_event, service_event, told

pytestmark = pytest.mark.real
Database = AsyncDatabase[dict[str, Any]]
BATCH = 7


def everything() -> list[Told]:
    """Two agencies, a calendar, and 250 services, each listed, withdrawn and listed again."""
    services = [
        told(
            f"service:{code}",
            [
                service_event("water", str(code)),
                ServiceWithdrawn(agency_id="water", code=str(code)),
                service_event("water", str(code)),
            ],
        )
        for code in range(1000, 1250)
    ]
    agencies = [told(one, agency_events(one)) for one in ("water", "roads")]
    return [
        one
        for some in (*agencies, told("calendar:governorate", [calendar_event()]), *services)
        for one in some
    ]


@dataclass
class Topic:
    """What was told so far; each reader has its own place in it."""

    records: list[Told] = field(default_factory=everything)
    batch: int = BATCH
    read: int = 0

    async def __call__(self) -> AsyncIterator[Sequence[Told]]:
        end = len(self.records)
        while self.read < end:
            some = self.records[self.read : min(self.read + self.batch, end)]
            self.read += len(some)
            yield some

    async def told_to(self, database: Database, upto: int | None = None) -> None:
        """As the service's own subscription keeps its copy."""
        await Projection(database[COLLECTION], fold).work(self.records[:upto])


async def held(database: Database, name: str = COLLECTION) -> dict[str, Any]:
    return {one["_id"]: one async for one in database[name].find({})}


async def right(database: Database, records: list[Told]) -> dict[str, Any]:
    """The copy of a service that lost nothing."""
    clean = database["clean"]
    await clean.drop()
    await Projection(clean, fold).work(records)
    return await held(database, "clean")


async def spoil(database: Database) -> None:
    """All that can be wrong with a copy: lost, behind, changed, ahead of what was told, strange, torn."""
    copy = database[COLLECTION]
    await copy.delete_one({"_id": "service:1001"})
    await copy.update_one({"_id": "service:1002"}, {"$set": {"sequence": 1, "state.withdrawn": True}})
    await copy.update_one({"_id": "water"}, {"$set": {"state.posts": []}})
    await copy.update_one({"_id": "service:1003"}, {"$set": {"sequence": 99, "state.title.fa": "؟"}})
    await copy.update_one({"_id": "roads"}, {"$inc": {"gaps": 1}})
    await copy.update_one({"_id": "service:1004"}, {"$unset": {"sequence": 1, "state": 1}})
    await copy.insert_one({"_id": "service:9", "sequence": 1, "gaps": 0, "state": {"kind": "service"}})


async def test_whatever_is_wrong_with_a_copy_it_is_right_afterwards_and_a_second_time_the_same(
    database: Database,
) -> None:
    topic = Topic()
    await topic.told_to(database)
    await spoil(database)
    first = await rebuild(database, topic, owner=new_id())
    after = await held(database)
    second = await rebuild(database, Topic(), owner=new_id())

    assert (first, second) == (Rebuilt(253, 1), Rebuilt(253, 0))
    assert after == await held(database) == await right(database, everything())
    assert ASIDE not in await database.list_collection_names()


async def test_a_copy_that_is_gone_is_built_from_nothing(database: Database) -> None:
    assert await rebuild(database, Topic(), owner=new_id()) == Rebuilt(253, 0)
    assert await held(database) == await right(database, everything())


async def test_the_old_copy_answers_until_the_new_one_is_whole(database: Database) -> None:
    topic, seen = Topic(), list[dict[str, Any]]()
    await topic.told_to(database)
    await spoil(database)
    before = await held(database)

    async def watched() -> AsyncIterator[Sequence[Told]]:
        async for some in topic():
            seen.append(await held(database))
            yield some

    await rebuild(database, watched, owner=new_id())

    assert len(seen) >= len(everything()) // BATCH
    assert all(one == before for one in seen)


@pytest.mark.parametrize("seed", range(5))
async def test_what_the_service_takes_in_meanwhile_is_not_lost(database: Database, seed: int) -> None:
    chance, topic = random.Random(seed), Topic(batch=40)  # noqa: S311 - chance, no secret
    live, later = Projection(database[COLLECTION], fold), topic.records[300:]
    del topic.records[300:]
    await topic.told_to(database, upto=chance.randrange(300))
    done = asyncio.Event()

    async def go_on() -> None:
        """First on the topic, then in the copy, at any moment of the build."""
        kept = 0
        while later or not done.is_set() or kept < len(topic.records):
            topic.records += [later.pop(0) for _ in range(min(len(later), chance.randrange(30)))]
            kept_to = chance.randint(kept, len(topic.records))
            if kept < kept_to:
                await live.work(topic.records[kept:kept_to])
            kept = kept_to
            await asyncio.sleep(0)

    service = asyncio.create_task(go_on())
    await rebuild(database, topic, owner=new_id())
    done.set()
    await service

    assert await held(database) == await right(database, everything())


async def test_a_document_that_is_ahead_of_the_build_is_never_set_back(database: Database) -> None:
    """Set back, the service's next event would leave a gap in it."""
    topic, live = Topic(), Projection(database[COLLECTION], fold)
    later = told("water", agency_events("water"))[6:]
    topic.records = [one for one in topic.records if one not in later]
    await topic.told_to(database)

    async def one_more() -> None:
        if later:
            topic.records.append(later.pop(0))
            await live.work(topic.records[-1:])

    async def going_on() -> AsyncIterator[Sequence[Told]]:
        await one_more()
        async for some in topic():
            yield some
        await one_more()

    await rebuild(database, going_on, owner=new_id())

    assert not later
    assert await held(database) == await right(database, everything())


async def test_from_a_topic_that_lost_something_nothing_is_taken_over(database: Database) -> None:
    whole = Topic()
    await whole.told_to(database)
    before = await held(database)
    compacted = Topic([one for one in everything() if one.envelope.sequence != 2])
    with pytest.raises(Incomplete):
        await rebuild(database, compacted, owner=new_id())

    assert await held(database) == before


@pytest.mark.parametrize("after", [0, 1, 60, 109])
async def test_killed_in_the_middle_the_copy_still_answers_and_the_next_build_makes_it_right(
    database: Database, after: int
) -> None:
    topic, asked = Topic(), 0
    await topic.told_to(database)
    await spoil(database)
    before, wanted = await held(database), await right(database, everything())

    async def dying() -> AsyncIterator[Sequence[Told]]:
        nonlocal asked
        async for some in topic():
            asked += 1
            if asked > after:
                raise asyncio.CancelledError
            yield some

    with pytest.raises(asyncio.CancelledError):
        await rebuild(database, dying, owner=new_id())
    assert await held(database) == before
    await rebuild(database, Topic(), owner=new_id())

    assert await held(database) == wanted


async def test_killed_while_it_swaps_each_document_is_the_old_or_the_right_one(database: Database) -> None:
    topic = Topic(batch=1000)
    await topic.told_to(database)
    await spoil(database)
    before, wanted = await held(database), await right(database, everything())
    build = asyncio.create_task(rebuild(database, topic, owner=new_id()))
    while await held(database) == before:  # noqa: ASYNC110 - the database tells, no event does
        await asyncio.sleep(0)
    build.cancel()
    with pytest.raises(asyncio.CancelledError):
        await build
    half = await held(database)
    await rebuild(database, Topic(), owner=new_id())

    assert all(one in (before.get(id_), wanted.get(id_)) for id_, one in half.items())
    assert await held(database) == wanted


async def test_of_two_builds_at_once_one_waits_for_the_other(database: Database) -> None:
    topics = [Topic(), Topic()]
    await topics[0].told_to(database)
    await spoil(database)
    results = await asyncio.gather(*[rebuild(database, one, owner=new_id()) for one in topics])

    assert sorted(one.removed for one in results) == [0, 1]
    assert await held(database) == await right(database, everything())
