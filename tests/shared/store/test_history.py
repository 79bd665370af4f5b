"""The history is a chain: whoever edits, drops or swaps an entry breaks it where they did."""

from typing import Any

import pytest
from pymongo.asynchronous.database import AsyncDatabase

from shared.store.history import broken_at, digest
from tests.shared.errands import WATER, add, errands, step

pytestmark = pytest.mark.real
History = list[dict[str, Any]]


@pytest.fixture
async def history(database: AsyncDatabase[dict[str, Any]]) -> History:
    """Five entries, as they come back from the database."""
    repository = await errands(database)
    await add(repository, "e1")
    await step(repository, "e1", 4)
    return await repository.history(WATER, "e1")


async def test_a_history_that_nobody_touched_holds(history: History) -> None:
    assert [entry["version"] for entry in history] == [1, 2, 3, 4, 5]
    assert broken_at(history) is None


@pytest.mark.parametrize("field", ["at", "act", "by", "clause", "note", "events", "state", "write_id"])
async def test_an_edited_entry_is_found(history: History, field: str) -> None:
    history[2][field] = "forged"

    assert broken_at(history) == 3


async def test_an_edited_entry_with_its_own_hash_made_anew_breaks_the_next(history: History) -> None:
    history[2]["by"] = "somebody else"
    body = {name: value for name, value in history[2].items() if name != "hash"}
    history[2]["hash"] = digest(body)

    assert broken_at(history) == 4


async def test_a_dropped_entry_is_found(history: History) -> None:
    assert broken_at([*history[:1], *history[2:]]) == 2


async def test_a_dropped_beginning_is_found(history: History) -> None:
    assert broken_at(history[1:]) == 1


async def test_two_swapped_entries_are_found(history: History) -> None:
    history[1], history[2] = history[2], history[1]

    assert broken_at(history) == 2


async def test_the_last_entry_vouches_for_the_state_as_it_is_kept(
    database: AsyncDatabase[dict[str, Any]], history: History
) -> None:
    found = await (await errands(database)).collection.find_one({"_id": "e1"})
    assert found is not None

    assert digest(found["state"]) == history[-1]["state"]
    assert digest({**found["state"], "what": "forged"}) != history[-1]["state"]
