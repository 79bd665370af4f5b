"""An aggregate's events can be published again from its history, exactly as they were."""

from typing import Any

import pytest
from pymongo.asynchronous.database import AsyncDatabase

from shared.bus.effects import Projection
from shared.bus.subscribe import Subscription
from shared.identity import new_id
from shared.store.replay import replay
from shared.store.repository import NotFound
from tests.shared.bus.consuming import fold, running
from tests.shared.errands import NOW, add, errands, pending_of, step
from tests.shared.outbox import topic
from tests.shared.outbox.running import running_relay, until_none_waits

pytestmark = pytest.mark.real
Database = AsyncDatabase[dict[str, Any]]


async def test_a_replayed_event_is_the_one_that_was_sent_but_for_its_mark(database: Database) -> None:
    repository = await errands(database)
    await add(repository, "e1")
    await step(repository, "e1", 3)
    first = await pending_of(repository, "e1")

    count = await replay(repository.collection, "e1", replay_id="r1", now=NOW)

    again = (await pending_of(repository, "e1"))[3:]
    assert count == 3
    assert [record["id"] for record in again] == ["r1:1", "r1:2", "r1:3"]
    for before, after in zip(first, again, strict=True):
        assert after["headers"].pop("paygir_replay") == "r1"
        assert {**before, "id": 0, "at": 0} == {**after, "id": 0, "at": 0}


async def test_nothing_but_pending_changes(database: Database) -> None:
    repository = await errands(database)
    await add(repository, "e1")
    await step(repository, "e1", 2)
    before = await repository.load("e1")

    await replay(repository.collection, "e1", replay_id="r1", now=NOW)

    assert await repository.load("e1") == before
    await step(repository, "e1")
    assert [record["id"] for record in await pending_of(repository, "e1")][-1] == "e1:3"


async def test_what_is_not_there_is_not_found(database: Database) -> None:
    repository = await errands(database)

    with pytest.raises(NotFound):
        await replay(repository.collection, "nobody", replay_id="r1", now=NOW)

    assert await repository.collection.count_documents({}) == 0


async def test_what_has_no_events_replays_none(database: Database) -> None:
    repository = await errands(database)
    await add(repository, "e1")

    assert await replay(repository.collection, "e1", replay_id="r1", now=NOW) == 0
    assert await pending_of(repository, "e1") == []


async def test_a_gap_is_mended_through_relay_and_bus_while_newer_events_come(
    database: Database, kafka: list[str]
) -> None:
    await topic.make(kafka, topic.EVENTS)
    repository, facts, id_ = await errands(database), database["facts"], new_id()
    await add(repository, id_)
    await step(repository, id_, 12)
    # As if the third had gone to the dead letters: the projection has had the rest.
    torn = {"steps": [n for n in range(1, 13) if n != 3]}
    await facts.insert_one({"_id": id_, "sequence": 12, "gaps": 1, "state": torn})

    subscription = Subscription(
        service=new_id(), name="facts", topics=[topic.EVENTS], effect=Projection(facts, fold)
    )
    async with running_relay(database, kafka), running(kafka, subscription):
        await replay(repository.collection, id_, replay_id="r1", now=NOW)
        await step(repository, id_, 5)
        await until_none_waits(repository.collection)

        async def is_whole() -> bool:
            found = await facts.find_one({"_id": id_})
            return found is not None and found["gaps"] == 0 and found["sequence"] == 17

        await topic.until(is_whole)

    mended = await facts.find_one({"_id": id_})
    assert mended is not None
    assert mended["state"] == {"steps": [*range(1, 18)]}
