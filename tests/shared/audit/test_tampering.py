"""Whatever somebody with the database's password does to a document, the next check says what and where."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from bson import ObjectId
from pymongo.asynchronous.database import AsyncDatabase

from shared.audit.finding import Fault
from shared.audit.verify import Seen
from shared.clock import wall_now
from shared.identity import new_id
from shared.store.history import digest
from tests.shared.audit import forger
from tests.shared.audit.auditing import LONG_AGO, Audit
from tests.shared.errands import ROADS, add, errands, step

pytestmark = pytest.mark.real
Database = AsyncDatabase[dict[str, Any]]


def id_of(ago: timedelta) -> str:
    """Of a write as it was made up then."""
    then_ms = int((wall_now() - ago).timestamp() * 1000)
    return str(UUID(int=(then_ms << 80) | (7 << 76) | (2 << 62)))


@pytest.fixture
async def audit(database: Database, tmp_path: Path) -> Audit:
    """Three errands of water and one of roads, five entries each, in the digests of two hours."""
    repository = await errands(database)
    one = Audit(database=database, folder=tmp_path, documents=[repository.collection])
    for id_, agency_id in (("e1", "water"), ("e2", "water"), ("e3", "water"), ("r1", ROADS)):
        await add(repository, id_, agency_id=agency_id)
        await step(repository, id_, 2)
    await one.strike()
    for id_ in ("e1", "e2", "e3", "r1"):
        await step(repository, id_, 2)
    await one.strike()
    return one


async def test_where_nobody_tampered_nothing_is_found(audit: Audit) -> None:
    seen = Seen()

    assert await audit.findings(seen) == []
    assert (seen.documents, seen.digests, seen.not_yet) == (4, 4, 0)
    assert seen.covered_to.keys() == {"water", ROADS}


@pytest.mark.parametrize("entry", [1, 3, 4])
async def test_a_deleted_entry_is_named(audit: Audit, entry: int) -> None:
    await forger.delete_entry(audit.documents[0], "e2", entry)

    assert await audit.found() == [(Fault.DELETED, "e2", entry)]


@pytest.mark.parametrize("entries", [3, 4])
async def test_a_deleted_end_is_named_even_when_all_beside_it_fits(audit: Audit, entries: int) -> None:
    collection = audit.documents[0]
    await forger.cut_off(collection, "e2", entries)
    await forger.edit_state(collection, "e2", steps=entries - 1)

    assert await audit.found() == [(Fault.CUT_SHORT, "e2", 5)]


async def test_a_history_that_was_emptied_is_named(audit: Audit) -> None:
    await audit.documents[0].update_one({"_id": "e2"}, {"$set": {"history": []}})

    assert await audit.found() == [(Fault.DELETED, "e2", 1)]


@pytest.mark.parametrize("field", ["at", "act", "by", "clause", "note", "events", "state", "write_id"])
async def test_an_edited_entry_is_named(audit: Audit, field: str) -> None:
    await forger.edit_entry(audit.documents[0], "e2", 3, **{field: "forged"})

    assert await audit.found() == [(Fault.EDITED, "e2", 3)]


async def test_an_edited_entry_with_a_hash_of_its_own_is_named_not_the_one_after_it(audit: Audit) -> None:
    def forge(document: dict[str, Any]) -> None:
        entry = document["history"][2]
        entry["by"] = "somebody else"
        del entry["hash"]
        entry["hash"] = digest(entry)

    await forger.change_all(audit.documents[0], "e2", forge)

    assert await audit.found() == [(Fault.EDITED, "e2", 3)]


@pytest.mark.parametrize(("entry", "told"), [(1, 3), (3, 3), (4, 5), (5, 5)])
async def test_a_chain_made_anew_is_found_by_the_digest_alone(audit: Audit, entry: int, told: int) -> None:
    """Digests named entries 3 and 5: the first of them that is another one now is told."""
    await forger.edit_and_chain_anew(audit.documents[0], "e2", entry, by="somebody else")

    assert await audit.found() == [(Fault.REWRITTEN, "e2", told)]


async def test_swapped_entries_are_named(audit: Audit) -> None:
    await forger.swap_entries(audit.documents[0], "e2", 2)

    assert await audit.found() == [(Fault.SWAPPED, "e2", 2)]


async def test_a_swap_with_the_chain_made_anew_is_found_by_the_digest(audit: Audit) -> None:
    def forge(document: dict[str, Any]) -> None:
        history = document["history"]
        history[1], history[2] = history[2], history[1]
        forger.chain_anew(history)

    await forger.change_all(audit.documents[0], "e2", forge)

    assert await audit.found() == [(Fault.REWRITTEN, "e2", 3)]


async def test_a_document_that_was_removed_is_named(audit: Audit) -> None:
    await audit.documents[0].delete_one({"_id": "e2"})

    assert await audit.found() == [(Fault.REMOVED, "e2", 5)]


async def test_a_collection_that_was_dropped_is_named_document_by_document(audit: Audit) -> None:
    await audit.documents[0].drop()

    assert sorted(await audit.found()) == [(Fault.REMOVED, id_, 5) for id_ in ("e1", "e2", "e3", "r1")]


async def test_an_older_copy_put_back_is_named(audit: Audit, database: Database) -> None:
    repository = await errands(database)
    copy = await forger.take(audit.documents[0], "e2")
    await step(repository, "e2", 2)
    await audit.strike()
    await forger.put(audit.documents[0], copy)

    assert await audit.found() == [(Fault.CUT_SHORT, "e2", 7)]


@pytest.mark.parametrize(
    "fields",
    [{"steps": 99}, {"what": "forged"}, {"agency_id": ROADS}, {"due_at": "never"}, {"more": 1}],
)
async def test_a_state_edited_by_hand_is_named(audit: Audit, fields: dict[str, Any]) -> None:
    await forger.edit_state(audit.documents[0], "e2", **fields)

    assert await audit.found() == [(Fault.STATE_EDITED, "e2", 5)]


@pytest.mark.parametrize(
    "fields", [{"agency_id": ROADS}, {"version": 9}, {"version": 4}, {"sequence": 3}, {"state": "gone"}]
)
async def test_what_lies_beside_the_history_is_vouched_for_too(audit: Audit, fields: dict[str, Any]) -> None:
    await audit.documents[0].update_one({"_id": "e2"}, {"$set": fields})

    [(fault, id_, _)] = await audit.found()

    assert (fault, id_) == (Fault.STATE_EDITED, "e2")


async def test_a_document_given_to_another_agency_before_any_digest_named_it_is_named(
    audit: Audit, database: Database
) -> None:
    await add(await errands(database), "e9")
    await audit.documents[0].update_one({"_id": "e9"}, {"$set": {"agency_id": ROADS}})

    assert await audit.found() == [(Fault.STATE_EDITED, "e9", 1)]


async def test_a_document_given_to_another_agency_with_its_chain_made_anew_is_named(audit: Audit) -> None:
    def forge(document: dict[str, Any]) -> None:
        document["agency_id"] = document["state"]["agency_id"] = ROADS
        document["history"][-1]["state"] = digest(document["state"])
        forger.chain_anew(document["history"])

    await forger.change_all(audit.documents[0], "e2", forge)

    assert await audit.found() == [(Fault.REWRITTEN, "e2", 5)]


@pytest.mark.parametrize("flag", [{}, {"undigested": True}])
async def test_a_document_put_in_without_a_history_is_named(audit: Audit, flag: dict[str, Any]) -> None:
    whole = forger.plausible("x1", write_id=new_id(), kept=False)
    await audit.documents[0].insert_one({**whole, **flag})

    assert await audit.found() == [(Fault.UNCHAINED, "x1", None)]
    await audit.strike()
    assert (Fault.UNCHAINED, "x1", None) in await audit.found()


async def test_a_document_put_in_with_a_history_that_is_older_than_the_digest_is_named(audit: Audit) -> None:
    await audit.documents[0].insert_one(forger.plausible("x1", write_id=id_of(LONG_AGO)))

    assert await audit.found() == [(Fault.SLIPPED_IN, "x1", 1)]


async def test_an_entry_added_by_hand_that_is_older_than_the_digest_is_named(audit: Audit) -> None:
    def forge(document: dict[str, Any]) -> None:
        history = document["history"]
        history.append({**history[-1], "write_id": id_of(LONG_AGO), "events": []})
        document["version"] = 6
        forger.chain_anew(history)

    await forger.change_all(audit.documents[0], "e2", forge)

    assert await audit.found() == [(Fault.SLIPPED_IN, "e2", 6)]


async def test_a_document_put_in_whose_write_has_no_time_is_named(audit: Audit) -> None:
    await audit.documents[0].insert_one(forger.plausible("x1", write_id="by hand"))

    assert await audit.found() == [(Fault.SLIPPED_IN, "x1", 1)]


async def test_the_last_hour_is_told_as_not_yet_covered(audit: Audit, database: Database) -> None:
    repository, seen = await errands(database), Seen()
    await step(repository, "e1", 2)
    await add(repository, "e9")

    assert await audit.findings(seen) == []
    assert seen.not_yet == 2
    await audit.strike()
    assert await audit.findings(again := Seen()) == []
    assert again.not_yet == 0
    assert again.covered_to["water"] > seen.covered_to["water"]


async def test_what_was_tampered_with_in_the_last_hour_is_found_by_the_chain(
    audit: Audit, database: Database
) -> None:
    await step(await errands(database), "e1", 2)
    await forger.edit_entry(audit.documents[0], "e1", 7, by="somebody else")

    assert await audit.found() == [(Fault.EDITED, "e1", 7)]


async def test_many_are_found_at_once_each_with_its_name_in_both_languages(audit: Audit) -> None:
    collection = audit.documents[0]
    await forger.edit_entry(collection, "e1", 2, act="forged")
    await forger.swap_entries(collection, "e2", 4)
    await collection.delete_one({"_id": "e3"})
    await forger.edit_state(collection, "r1", steps=99)

    told = [finding.says for finding in await audit.findings()]

    assert [text.en for text in told] == [
        "water/errands/e1: entry 2 of its history was edited",
        "water/errands/e2: entries of its history were swapped, from entry 4 on",
        "roads/errands/r1: it is not what its last entry (5) left: the document itself was edited by hand",
        "water/errands/e3: the document was removed; digest 2 names it up to entry 5",
    ]
    assert all(id_ in text.fa for text, id_ in zip(told, ("e1", "e2", "r1", "e3"), strict=True))


async def test_a_document_that_cannot_be_read_as_it_is_stops_no_check(audit: Audit) -> None:
    broken: dict[str, Any] = {
        "history": [{}, 3, {"version": "x"}],
        "state": {},
        "version": "x",
        "agency_id": 5,
    }
    await audit.documents[0].update_one({"_id": "e2"}, {"$set": broken})
    await audit.documents[0].insert_one({"_id": 17, "history": "none", "undigested": True})

    assert {id_ for _, id_, _ in await audit.found()} == {"e2", "17"}
    await audit.strike()
    assert {id_ for _, id_, _ in await audit.found()} == {"e2", "17"}


async def test_more_documents_than_a_page_are_all_looked_at_whatever_their_ids_are(
    audit: Audit, database: Database
) -> None:
    repository = await errands(database)
    await asyncio.gather(*[add(repository, f"f{number:03}") for number in range(450)])
    await audit.strike()
    strangers: list[Any] = [17, 17.5, ObjectId(), {"a": 1}, datetime(2026, 1, 1, tzinfo=UTC), True]
    await audit.documents[0].insert_many([{"_id": one} for one in strangers])
    await forger.edit_state(audit.documents[0], "f449", what="forged")
    seen = Seen()

    findings = await audit.findings(seen)

    assert seen.documents == 4 + 450 + len(strangers)
    assert [one.fault for one in findings].count(Fault.UNCHAINED) == len(strangers)
    assert [one.id for one in findings if one.fault is not Fault.UNCHAINED] == ["f449"]
