"""A person at one agency has one key, however many ask at once; erased, it is nowhere and opens nothing."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest
from pymongo.asynchronous.database import AsyncDatabase

from shared.keys.keeper import Keeper, OpenKey
from shared.keys.person import PersonKey, Why
from shared.keys.storage import PersonKeys, keys_database
from shared.keys.wrapping import LocalWrapper
from shared.sealing import MasterKey, Unopenable
from shared.store.history import broken_at
from shared.store.repository import NotFound

Database = AsyncDatabase[dict[str, Any]]
NOW = datetime(2026, 11, 21, 5, 30, tzinfo=UTC)
KEPT = timedelta(days=730)
MOBILE, OTHER = "+989121234567", "+989120000000"
OLD, NEW = bytes([1] * 32), bytes([2] * 32)
MASTER = MasterKey(bytes(32))
real = pytest.mark.real


@pytest.fixture
async def keys(database: Database) -> PersonKeys:
    one = PersonKeys(database)
    await one.make_indexes()
    return one


def keeper(keys: PersonKeys, *secrets: bytes) -> Keeper:
    return Keeper(keys, LocalWrapper(secrets or [OLD]), MASTER)


async def person(keys: PersonKeys, agency: str = "water", mobile: str = MOBILE) -> OpenKey:
    return await keeper(keys).of_number(agency, mobile, NOW, kept=KEPT)


@real
async def test_a_person_has_one_key_at_an_agency_and_another_at_the_next(keys: PersonKeys) -> None:
    first, again, elsewhere = await person(keys), await person(keys), await person(keys, "roads")
    stranger = await person(keys, mobile=OTHER)

    assert first == again
    assert len({one.contact_id for one in (first, elsewhere, stranger)}) == 3
    assert len({one.key for one in (first, elsewhere, stranger)}) == 3


@real
async def test_two_hundred_requests_of_one_new_person_at_once_get_one_key(keys: PersonKeys) -> None:
    found = await asyncio.gather(*[person(keys) for _ in range(200)])

    assert len(set(found)) == 1
    assert await keys.collection.count_documents({}) == 1


@real
async def test_persons_asked_for_at_once_are_each_told_their_own_key_at_their_own_agency(
    keys: PersonKeys,
) -> None:
    wanted = [(agency, mobile) for agency in ("water", "roads") for mobile in (MOBILE, OTHER)]
    first = await asyncio.gather(*[person(keys, *one) for one in wanted])
    again = await asyncio.gather(*[person(keys, *one) for one in reversed(wanted)])

    assert len({one.contact_id for one in first}) == 4
    assert again[::-1] == first


@real
async def test_finding_a_person_reads_no_key_but_theirs_however_many_there_are(
    keys: PersonKeys, database: Database
) -> None:
    await asyncio.gather(*[person(keys, mobile=f"+98912{number:07}") for number in range(100)])
    own = keys_database(database)
    await own.command({"profile": 2})
    await person(keys)
    await keeper(keys).find("water", OTHER)
    await own.command({"profile": 0})
    asked = own["system.profile"].find({"ns": f"{own.name}.keys", "op": "query"})

    assert [one["docsExamined"] async for one in asked] == [0, 1]


@real
async def test_finding_persons_by_an_ending_reads_no_keys_but_theirs(
    keys: PersonKeys, database: Database
) -> None:
    await asyncio.gather(*[person(keys, mobile=f"+98912{number:07}") for number in range(100)])
    own = keys_database(database)
    await own.command({"profile": 2})
    found = await keeper(keys).ending_with("water", "0007", most=10)
    await own.command({"profile": 0})
    asked = own["system.profile"].find({"ns": f"{own.name}.keys", "op": "query"})

    assert (len(found), [one["docsExamined"] async for one in asked]) == (1, [1])


@real
async def test_the_key_lies_in_a_database_of_its_own_and_goes_to_the_bus_wrapped(
    keys: PersonKeys, database: Database
) -> None:
    one = await person(keys)
    [document] = await keys.collection.find({}).to_list()
    [record] = document["pending"]

    assert keys.collection.database.name == keys_database(database).name == f"{database.name}_keys"
    assert await database.list_collection_names() == []
    assert (record["topic"], record["key"]) == ("paygir.keys", one.contact_id)
    assert orjson.loads(record["value"])["wrapped_key"] == document["state"]["wrapped_key"]
    assert one.key not in record["value"]


@real
async def test_a_number_is_told_once_with_its_key_and_before_its_end(keys: PersonKeys) -> None:
    asked = [keeper(keys).of_number("water", MOBILE, NOW, kept=KEPT, told=True) for _ in range(20)]
    one = (await asyncio.gather(*asked))[0]
    await keeper(keys).erase("water", one.contact_id, Why.ASKED, "citizen", NOW)
    [document] = await keys.collection.find({}).to_list()

    assert [(told["topic"], told["value"] is None) for told in document["pending"]] == [
        ("paygir.keys", False),
        ("paygir.contacts", False),
        ("paygir.keys", True),
        ("paygir.contacts", True),
    ]
    number = orjson.loads(document["pending"][1]["value"])
    assert (number["contact_id"], number["agency_id"]) == (one.contact_id, "water")
    assert one.unseal(number["sealed"]) == MOBILE


@real
async def test_an_erased_person_is_found_no_more_and_what_was_sealed_stays_shut(keys: PersonKeys) -> None:
    one, books = await person(keys), keeper(keys)
    sealed = one.seal(MOBILE)
    assert (await books.of_contact("water", one.contact_id)).unseal(sealed) == MOBILE

    await books.erase("water", one.contact_id, Why.ASKED, "citizen", NOW)

    assert await books.find("water", MOBILE) is None
    with pytest.raises(NotFound):
        await books.of_contact("water", one.contact_id)
    with pytest.raises(Unopenable):
        (await person(keys)).unseal(sealed)


@real
async def test_of_an_erasure_the_history_tells_who_and_why_and_nothing_of_the_person_is_left(
    keys: PersonKeys,
) -> None:
    one = await person(keys)
    before = await keys.collection.find_one({"_id": one.contact_id})
    assert before is not None

    for _ in range(2):
        await keeper(keys).erase("water", one.contact_id, Why.ORDERED, "post:water.inspector p1", NOW)

    after = await keys.collection.find_one({"_id": one.contact_id})
    assert after is not None
    history = after["history"]
    assert [(entry["act"], entry["by"], entry["note"]) for entry in history][1:] == [
        ("erase", "post:water.inspector p1", "ordered-by-law")
    ]
    assert broken_at(history) is None
    assert [(one["topic"], one["value"]) for one in after["pending"][1:]] == [
        ("paygir.keys", None),
        ("paygir.contacts", None),
    ]
    left = str({**after, "pending": []})
    assert before["state"]["wrapped_key"] not in left
    assert before["state"]["number_hash"] not in left
    assert before["state"]["ending_hash"] not in left


@real
async def test_persons_are_found_by_the_end_of_their_mobile_at_their_own_agency_until_they_are_erased(
    keys: PersonKeys,
) -> None:
    one, other = await person(keys), await person(keys, mobile="+989354444567")
    await person(keys, mobile=OTHER)
    elsewhere = await person(keys, "roads")
    asked = keeper(keys)

    assert {*await asked.ending_with("water", "4567", most=9)} == {one.contact_id, other.contact_id}
    assert [*await asked.ending_with("roads", "4567", most=9)] == [elsewhere.contact_id]
    assert len(await asked.ending_with("water", "4567", most=1)) == 1

    await asked.erase("water", one.contact_id, Why.ASKED, "citizen", NOW)
    assert [*await asked.ending_with("water", "4567", most=9)] == [other.contact_id]


@real
async def test_what_is_no_mobile_has_no_end_to_be_found_by(keys: PersonKeys) -> None:
    await person(keys, mobile="reason 4567")

    assert [*await keeper(keys).ending_with("water", "4567", most=9)] == []


@real
async def test_another_agencys_person_is_not_erased(keys: PersonKeys) -> None:
    one = await person(keys)

    with pytest.raises(NotFound):
        await keeper(keys).erase("roads", one.contact_id, Why.ASKED, "citizen", NOW)
    assert await keeper(keys).find("water", MOBILE) is not None


@real
async def test_after_an_erasure_the_same_number_is_somebody_new(keys: PersonKeys) -> None:
    one = await person(keys)
    await keeper(keys).erase("water", one.contact_id, Why.ASKED, "citizen", NOW)
    new = await person(keys)

    assert new.contact_id != one.contact_id
    assert new.key != one.key


@real
async def test_erasing_and_asking_at_once_end_with_a_living_key_or_none(keys: PersonKeys) -> None:
    one, books = await person(keys), keeper(keys)
    async with asyncio.TaskGroup() as together:
        asked = [together.create_task(person(keys)) for _ in range(20)]
        together.create_task(books.erase("water", one.contact_id, Why.ASKED, "citizen", NOW))
    living = await books.find("water", MOBILE)

    assert {each.result().contact_id for each in asked} <= {one.contact_id, living.id if living else ""}
    assert await keys.collection.count_documents({"state.wrapped_key": {"$type": "string"}}) <= 1


@real
async def test_rewrapping_puts_every_living_key_under_the_newest_master_key(keys: PersonKeys) -> None:
    one, gone = await person(keys), await person(keys, mobile=OTHER)
    await keeper(keys).erase("water", gone.contact_id, Why.ASKED, "citizen", NOW)
    both = keeper(keys, NEW, OLD)

    assert await both.rewrap(NOW) == 1
    assert await both.rewrap(NOW) == 0, "the second time there is nothing left to do"
    only_new = keeper(keys, NEW)
    assert await only_new.of_contact("water", one.contact_id) == one
    document = await keys.collection.find_one({"_id": one.contact_id})
    assert document is not None
    assert orjson.loads(document["pending"][-1]["value"])["wrapped_key"] == document["state"]["wrapped_key"]


# What the key does by itself.


def made() -> PersonKey:
    return PersonKey.make(id_="c1", agency_id="water", number_hash="h", wrapped_key="w", now=NOW, kept=KEPT)[
        0
    ]


INSTANT = timedelta(microseconds=1)


def test_a_key_is_looked_at_when_two_years_are_over_and_not_before() -> None:
    assert made().needed_until(None, NOW + timedelta(days=730) - INSTANT) == (made(), [])
    erased, gone = made().needed_until(None, NOW + timedelta(days=730))

    assert (erased.wrapped_key, erased.number_hash, erased.erased_why) == (None, None, Why.OVER)
    assert len(gone) == 2
    assert erased.needed_until(None, NOW + timedelta(days=9999)) == (erased, [])


def test_a_key_that_is_needed_longer_is_looked_at_again_then() -> None:
    later = NOW + timedelta(days=800)
    kept, said = made().needed_until(later, NOW + timedelta(days=730))

    assert (kept.look_at, kept.wrapped_key, said) == (later, "w", [])


def test_that_it_is_gone_is_said_twice_and_no_third_time() -> None:
    erased, first = made().erase(Why.ASKED, NOW)
    assert erased.say_again(NOW + timedelta(hours=2) - INSTANT) == (erased, [])
    done, second = erased.say_again(NOW + timedelta(hours=2))

    assert first == second
    assert done.say_again(NOW + timedelta(days=1)) == (done, [])


def test_a_key_erased_while_it_is_wrapped_anew_stays_erased() -> None:
    erased, _ = made().erase(Why.ASKED, NOW)

    assert erased.wrapped_anew("new", instead_of="w") == (erased, [])
    assert made().wrapped_anew("new", instead_of="other") == (made(), [])
