"""A write is made once, under a version guard, with its events, and each caller is told its own result."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest
from bson.errors import InvalidDocument
from pymongo import ASCENDING
from pymongo.asynchronous.database import AsyncDatabase

from shared.events.event import Event
from shared.store.repository import NotFound, Once, Stale, TooLarge
from shared.store.store import (
    Conflict,
    DuplicateId,
    KeyReused,
    Missing,
    NotUnique,
    Store,
    Write,
    make_indexes,
)
from tests.shared.errands import ROADS, WATER, Errand, act, add, errands, pending_of, step, told

pytestmark = pytest.mark.real
Database = AsyncDatabase[dict[str, Any]]
BYTES_MAX = 768 * 1024


async def test_what_was_saved_is_read_back_with_its_version_and_event(database: Database) -> None:
    repository = await errands(database)
    await add(repository, "e1", what="بررسی شکایت")
    changed = await repository.change(WATER, "e1", act(), Errand.step)

    assert await repository.get(WATER, "e1") == changed
    assert (changed.version, changed.sequence, changed.etag) == (2, 1, '"2"')
    assert changed.state == Errand(id="e1", what="بررسی شکایت", steps=1)
    [record] = await pending_of(repository, "e1")
    assert (record["id"], record["topic"], record["key"]) == ("e1:1", "paygir.directory.events", "e1")
    assert record["headers"]["ce_sequence"] == "1"


async def test_where_nothing_changes_nothing_is_saved(database: Database) -> None:
    repository = await errands(database)
    await add(repository, "e1")

    same = await repository.change(WATER, "e1", act(), lambda errand: (errand, []))

    assert same.version == 1
    assert len(await repository.history(WATER, "e1")) == 1


async def test_a_lost_race_is_decided_anew_until_all_are_made(database: Database) -> None:
    repository = await errands(database)
    await add(repository, "e1")

    await asyncio.gather(*[step(repository, "e1") for _ in range(8)])

    saved = await repository.load("e1")
    assert (saved.state.steps, saved.version, saved.sequence) == (8, 9, 8)
    assert [record["id"] for record in await pending_of(repository, "e1")] == [f"e1:{n}" for n in range(1, 9)]


async def test_a_change_of_what_the_caller_did_not_see_is_refused(database: Database) -> None:
    repository = await errands(database)
    await add(repository, "e1")
    await repository.change(WATER, "e1", act(), Errand.step, if_match=1)

    with pytest.raises(Stale):
        await repository.change(WATER, "e1", act(), Errand.step, if_match=1)

    assert (await repository.load("e1")).state.steps == 1


async def test_of_two_that_saw_the_same_version_one_is_refused(database: Database) -> None:
    repository = await errands(database)
    await add(repository, "e1")
    both = [repository.change(WATER, "e1", act(), Errand.step, if_match=1) for _ in range(2)]

    results = await asyncio.gather(*both, return_exceptions=True)

    assert sorted(type(result).__name__ for result in results) == ["Saved", "Stale"]
    assert (await repository.load("e1")).state.steps == 1


async def test_another_agencys_thing_is_not_found(database: Database) -> None:
    repository = await errands(database)
    await add(repository, "e1", agency_id=WATER)

    with pytest.raises(NotFound):
        await repository.get(ROADS, "e1")
    with pytest.raises(NotFound):
        await repository.change(ROADS, "e1", act(), Errand.step)
    with pytest.raises(NotFound):
        await repository.history(ROADS, "e1")
    assert (await repository.page(ROADS)).items == []
    assert (await repository.load("e1")).version == 1


async def test_a_key_used_before_with_the_same_body_gets_the_first_answer(database: Database) -> None:
    repository = await errands(database)
    first = await repository.add(
        act(), (Errand(id="e1"), [told(1)]), once=Once(key="water:k", body_hash="body")
    )
    await step(repository, "e1")

    again = await repository.add(
        act(), (Errand(id="e2"), [told(1)]), once=Once(key="water:k", body_hash="body")
    )

    assert (first.state.id, again.state.id, again.version) == ("e1", "e1", 2)
    assert await repository.collection.count_documents({}) == 1


async def test_two_posts_at_once_with_one_key_make_one_thing(database: Database) -> None:
    repository = await errands(database)
    posts = [
        repository.add(act(), (Errand(id=f"e{n}"), []), once=Once(key="water:k", body_hash="body"))
        for n in range(8)
    ]

    made = {saved.state.id for saved in await asyncio.gather(*posts)}

    assert len(made) == 1
    assert await repository.collection.count_documents({}) == 1


async def test_a_key_used_before_with_another_body_is_refused(database: Database) -> None:
    repository = await errands(database)
    await repository.add(act(), (Errand(id="e1"), []), once=Once(key="water:k", body_hash="body"))

    with pytest.raises(KeyReused):
        await repository.add(act(), (Errand(id="e2"), []), once=Once(key="water:k", body_hash="another body"))

    assert await repository.collection.count_documents({}) == 1


async def test_an_id_that_is_taken_is_refused(database: Database) -> None:
    repository = await errands(database)
    await add(repository, "e1", what="first")

    with pytest.raises(DuplicateId):
        await add(repository, "e1", what="second")

    assert (await repository.load("e1")).state.what == "first"


async def test_what_must_be_unique_is_refused_by_its_fields_name(database: Database) -> None:
    repository = await errands(database)
    unique = [("agency_id", ASCENDING), ("state.what", ASCENDING)]
    await repository.collection.create_index(unique, unique=True)
    await add(repository, "e1", what="one")
    await add(repository, "e2", what="two")

    with pytest.raises(NotUnique) as adding:
        await add(repository, "e3", what="one")
    with pytest.raises(NotUnique) as changing:
        await repository.change(WATER, "e2", act(), lambda errand: (replace(errand, what="one"), []))

    assert (adding.value.field, changing.value.field) == ("state.what", "state.what")
    assert (await repository.load("e2")).version == 1
    await add(repository, "e3", agency_id=ROADS, what="one")


def data_bytes(event: Event) -> int:
    return len(event.model_dump_json().encode())


async def test_an_event_over_the_limit_is_refused_before_anything_is_saved(database: Database) -> None:
    repository = await errands(database)
    await add(repository, "e1")
    frame = data_bytes(told(1).model_copy(update={"code": ""}))
    fits = told(1).model_copy(update={"code": "x" * (BYTES_MAX - frame)})
    over = told(1).model_copy(update={"code": "x" * (BYTES_MAX - frame + 1)})

    with pytest.raises(TooLarge):
        await repository.change(WATER, "e1", act(), lambda errand: (errand, [over]))

    assert (await repository.load("e1")).version == 1
    await repository.change(WATER, "e1", act(), lambda errand: (errand, [fits]))
    assert data_bytes(fits) == BYTES_MAX
    assert (await repository.load("e1")).version == 2


def write(id_: str, version: int = 1, *, write_id: str | None = None, value: Any = 0) -> Write:
    return Write(id=id_, version=version, write_id=write_id or f"{id_}/{version}", fields={"value": value})


async def test_the_same_write_sent_again_is_made_once_and_succeeds(database: Database) -> None:
    await make_indexes(database["things"])
    store = Store(database["things"])
    await store.save(write("a"))
    await store.save(write("a", 2))
    await store.save(write("a", 3))

    assert await store.save(write("a")) == "a"
    assert await store.save(write("a", 2)) == "a"

    kept = await database["things"].find_one({"_id": "a"})
    assert kept is not None
    assert [entry["write_id"] for entry in kept["history"]] == ["a/1", "a/2", "a/3"]


async def test_another_write_of_the_same_version_is_a_conflict(database: Database) -> None:
    store = Store(database["things"])
    await store.save(write("a"))
    await store.save(write("a", 2))

    with pytest.raises(Conflict):
        await store.save(write("a", 2, write_id="rival"))
    with pytest.raises(Missing):
        await store.save(write("nobody", 2))

    assert await database["things"].count_documents({}) == 1


async def test_what_cannot_be_encoded_fails_alone(database: Database) -> None:
    store = Store(database["things"])
    writes = [write(f"w{n}", value=object() if n == 11 else n) for n in range(30)]

    results = await asyncio.gather(*map(store.save, writes), return_exceptions=True)

    failed = [n for n, result in enumerate(results) if isinstance(result, Exception)]
    assert failed == [11]
    assert isinstance(results[11], InvalidDocument)
    assert await database["things"].count_documents({}) == 29


async def test_a_caller_that_went_away_keeps_no_other_waiting(database: Database) -> None:
    store = Store(database["things"])
    tasks = [asyncio.create_task(store.save(write(f"w{n}"))) for n in range(60)]
    await asyncio.sleep(0)
    for task in tasks[::3]:
        task.cancel()
    await asyncio.sleep(0.002)
    for task in tasks[1::3]:
        task.cancel()

    async with asyncio.timeout(10):
        results = await asyncio.gather(*tasks, return_exceptions=True)

    assert results[2::3] == [f"w{n}" for n in range(2, 60, 3)]
    assert await store.save(write("after")) == "after"
