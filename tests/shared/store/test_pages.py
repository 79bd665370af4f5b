"""Lists come in pages that neither skip nor repeat, and a cursor is only a place in a list."""

import base64
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import bson
import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pymongo.asynchronous.database import AsyncDatabase

from shared.store.repository import (
    BadCursor,
    Repository,
    read_cursor,
)
from tests.shared.errands import NOW, ROADS, WATER, Errand, act, add, errands

pytestmark = pytest.mark.real
Database = AsyncDatabase[dict[str, Any]]
INSTANT = timedelta(milliseconds=1)  # MongoDB keeps no less


async def paged(repository: Repository[Errand], **how: Any) -> list[str]:
    """All ids, page by page."""
    ids: list[str] = []
    after = None
    for _ in range(100):
        page = await repository.page(WATER, after=after, **how)
        ids += [saved.state.id for saved in page.items]
        if page.next is None:
            return ids
        after = page.next
    raise AssertionError("a list without end")


@pytest.mark.parametrize("limit", [1, 2, 3, 7, 50])
async def test_pages_by_id_hold_each_thing_once(database: Database, limit: int) -> None:
    repository = await errands(database)
    for n in range(7):
        await add(repository, f"e{n}")
    await add(repository, "e3-elsewhere", agency_id=ROADS)

    assert await paged(repository, limit=limit) == [f"e{n}" for n in range(7)]
    assert await paged(repository, limit=limit, newest_first=True) == [f"e{n}" for n in reversed(range(7))]


@pytest.mark.parametrize("limit", [1, 2, 3, 50])
async def test_ties_are_ordered_by_id_in_both_directions(database: Database, limit: int) -> None:
    repository = await errands(database)
    ranks = {"a": 2, "b": 1, "c": 2, "d": 1, "e": 2, "f": 3}
    for id_, rank in ranks.items():
        await add(repository, id_, rank=rank, due_at=NOW + timedelta(days=rank))
    upwards = ["b", "d", "a", "c", "e", "f"]

    for field in ("state.rank", "state.due_at"):
        assert await paged(repository, by=field, limit=limit) == upwards
        assert await paged(repository, by=field, limit=limit, newest_first=True) == upwards[::-1]


@pytest.mark.parametrize("limit", [1, 2, 3, 50])
async def test_things_without_a_value_stand_in_the_list_too(database: Database, limit: int) -> None:
    repository = await errands(database)
    for id_, rank in {"a": None, "b": 1, "c": None, "d": 2, "e": None}.items():
        await add(repository, id_, rank=rank)

    assert await paged(repository, by="state.rank", limit=limit) == ["a", "c", "e", "b", "d"]
    backwards = await paged(repository, by="state.rank", limit=limit, newest_first=True)
    assert backwards == ["d", "b", "e", "c", "a"]


async def test_a_filter_holds_on_every_page(database: Database) -> None:
    repository = await errands(database)
    for n in range(9):
        await add(repository, f"e{n}", what="odd" if n % 2 else "even", rank=n // 3)

    odd = await paged(repository, where={"state.what": "odd"}, by="state.rank", limit=1)

    assert odd == ["e1", "e3", "e5", "e7"]


async def test_a_thing_that_is_added_behind_the_cursor_comes_too(database: Database) -> None:
    repository = await errands(database)
    for id_ in ("a", "c", "e"):
        await add(repository, id_)
    first = await repository.page(WATER, limit=2)
    await add(repository, "b")
    await add(repository, "d")

    rest = await repository.page(WATER, after=first.next, limit=10)

    assert [saved.state.id for saved in rest.items] == ["d", "e"]
    assert rest.next is None


def forged(content: Any) -> str:
    return base64.urlsafe_b64encode(orjson.dumps(content)).decode().rstrip("=")


@pytest.mark.parametrize(
    "cursor",
    [
        "",
        "*",
        "پیگیر",
        forged([{"v": {"$gt": ""}}, "e1"]),
        forged([{"v": 1}, {"$gt": ""}]),
        forged([{"v": [1]}, "e1"]),
        forged([{"t": "yesterday"}, "e1"]),
        forged([{"t": 5}, "e1"]),
        forged([{"v": 2**64 - 1}, "e1"]),
        forged([{}, "e1"]),
        forged(["t", "e1"]),
        forged({"v": 1}),
        forged(None),
        forged([{"v": 1}, "e1", "more"]),
    ],
)
async def test_a_forged_cursor_is_refused(database: Database, cursor: str) -> None:
    repository = await errands(database)

    with pytest.raises(BadCursor):
        await repository.page(WATER, by="state.rank", after=cursor)


async def test_all_that_is_due_comes_oldest_first_through_pages_of_three(database: Database) -> None:
    repository = await errands(database)
    dues = [NOW - timedelta(minutes=n // 4) for n in range(11)]
    for n, due_at in enumerate(dues):
        await add(repository, f"e{n:02}", due_at=due_at)
    await add(repository, "at-the-instant", due_at=NOW)
    await add(repository, "an-instant-later", due_at=NOW + INSTANT)
    await add(repository, "never")

    found = [id_ async for id_ in repository.due("due_at", NOW, page_size=3)]

    expected = sorted((due_at, f"e{n:02}") for n, due_at in enumerate(dues))
    expected = sorted([*expected, (NOW, "at-the-instant")])
    assert found == [id_ for _, id_ in expected]


async def test_a_list_is_entered_where_its_page_begins_however_far_that_is(database: Database) -> None:
    repository = await errands(database)
    for field in ("due_at", "rank"):
        await repository.collection.create_index([("agency_id", 1), (f"state.{field}", 1), ("_id", 1)])
    for n in range(60):
        await add(repository, f"e{n:02}", rank=n, due_at=NOW - timedelta(minutes=n))
    await database.command({"profile": 2})

    await paged(repository, by="state.rank", limit=5)
    await paged(repository, by="state.rank", limit=5, newest_first=True)
    assert len([id_ async for id_ in repository.due("due_at", NOW, agency_id=WATER, page_size=5)]) == 60

    asked = await database["system.profile"].find({"command.find": "errands"}).to_list()
    assert len(asked) == 12 + 12 + 13
    assert max(one["keysExamined"] for one in asked) <= 10
    assert not any(one.get("hasSortStage") for one in asked)


async def test_what_is_settled_while_it_is_listed_hides_nothing(database: Database) -> None:
    repository = await errands(database)
    for n in range(10):
        await add(repository, f"e{n}", due_at=NOW)

    found: list[str] = []
    async for id_ in repository.due("due_at", NOW, page_size=3):
        found.append(id_)
        await repository.change(WATER, id_, act(), lambda errand: (replace(errand, due_at=None), []))

    assert found == [f"e{n}" for n in range(10)]


ANYTHING: st.SearchStrategy[object] = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["v", "t"]), inner),
)
TIMES = st.datetimes(timezones=st.timezones()).map(datetime.isoformat)


MARKED: st.SearchStrategy[object] = st.fixed_dictionaries({}, optional={"v": ANYTHING, "t": TIMES})


@given(st.lists(MARKED | ANYTHING, min_size=2, max_size=2) | ANYTHING)
def test_whatever_passes_for_a_cursor_is_a_place_in_a_list(content: object) -> None:
    try:
        value, id_ = read_cursor(forged(content))
    except BadCursor:
        return
    assert not isinstance(value, dict | list)
    assert bson.encode({"value": value, "_id": id_})
