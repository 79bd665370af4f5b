"""Almost every complaint is its person's only one: that costs next to nothing, and hides no repeat."""

import asyncio
from dataclasses import replace
from itertools import islice
from typing import Any

import pytest

from services.complaints.domain.complaint import Complaint
from services.complaints.storage.alone import EACH_MAX
from services.complaints.storage.complaints import Complaints
from services.complaints.usecases.repeats import hear_of_filing
from shared.events.complaints import ComplaintFiled
from tests.complaints.cases import file
from tests.complaints.handing_over import told
from tests.complaints.many import cases, put
from tests.serving import Serving, bearer

pytestmark = [pytest.mark.real, pytest.mark.clause("FOAD-10")]
TEXTS = ("سه بار برای انشعاب مراجعه کردم و گفتند فردا بیا", "قبض اشتباه صادر شده و تلفن پاسخ نمی‌دهند")


def repository(complaints: Serving) -> Complaints:
    found = complaints.parts.repositories[0]
    assert isinstance(found, Complaints)
    return found


async def hear_all_at_once(complaints: Serving) -> None:
    heard = await told(complaints, ComplaintFiled)
    await asyncio.gather(*[hear_of_filing(complaints.parts.use, one) for one in heard])


async def put_of(complaints: Serving, persons: dict[str, int], agency: str = "water") -> dict[str, list[str]]:
    """So many complaints of each contact; their ids."""
    made: dict[str, list[Complaint]] = {}
    drawn = cases(sum(persons.values()), open_each=2, agencies=(agency,), seed=len(agency))
    for contact_id, many in persons.items():
        made[contact_id] = [
            replace(one, id=f"{agency}-{one.id}", contact=replace(one.contact, id=contact_id))
            for one in islice(drawn, many)
        ]
    await put(repository(complaints), iter([one for some in made.values() for one in some]))
    return {contact_id: [one.id for one in some] for contact_id, some in made.items()}


async def test_of_many_who_have_one_complaint_each_no_document_is_read_and_few_questions_are_asked(
    complaints: Serving,
) -> None:
    await asyncio.gather(*[file(complaints, mobile=f"0912000{number:04d}") for number in range(30)])
    database: Any = complaints.database
    await database.command({"profile": 2})
    await hear_all_at_once(complaints)
    await database.command({"profile": 0})
    asked = await database["system.profile"].find({"ns": f"{database.name}.complaints"}).to_list()

    finds = [one for one in asked if "find" in one["command"] and "state.contact.id" in str(one["command"])]
    assert 1 <= len(finds) <= 3
    assert [one["docsExamined"] for one in finds] == [0] * len(finds)
    # The rest is the test's own reading of what was told.
    assert all("history" not in str(one["command"].get("projection")) for one in asked)


async def test_whoever_complains_of_one_thing_and_another_all_at_once_has_just_the_repeats_linked(
    complaints: Serving,
) -> None:
    wanted = [(f"0912000{n % 7:04d}", TEXTS[n % 2]) for n in range(24)]
    wanted += [(f"0935000{n:04d}", TEXTS[0]) for n in range(8)]
    await asyncio.gather(*[file(complaints, mobile=mobile, text=text) for mobile, text in wanted])

    await hear_all_at_once(complaints)

    query = {"agency_id": "water"}
    found = sorted(await repository(complaints).all_of(query), key=lambda one: (one.filed_at, one.id))
    firsts: dict[tuple[str, str], str] = {}
    for one in found:
        first = firsts.setdefault((one.contact.id, one.text), one.id)
        assert one.repeats == (None if first == one.id else first)
    assert len(firsts) == len(set(wanted)) == 22
    answer = await complaints.http.get("/v1/complaints", headers=bearer("water.desk.officer"))
    assert len(answer.json()["items"]) == len(wanted)


async def test_of_who_has_more_than_is_read_nobody_beside_them_is_taken_for_alone(
    complaints: Serving,
) -> None:
    # All but one of those that are read of two persons: of the next in the index's order just one is.
    ids = await put_of(complaints, {"a-few": 2, "many": 2 * EACH_MAX - 1, "next": 3, "only": 1})
    cases_ = repository(complaints)

    async def alone(*contacts: str) -> set[str]:
        asked = [(contact, id_) for contact in contacts for id_ in ids[contact]]
        found = await asyncio.gather(*[cases_.is_only("water", *one) for one in asked])
        return {contact for (contact, _), is_only in zip(asked, found, strict=True) if is_only}

    assert await alone("only") == {"only"}
    assert await alone("only", "a-few") == {"only"}
    assert await alone("many", "next") == set()
    assert await alone("many", "only") == set()  # more than is read: they are looked at one by one
    assert await alone("a-few", "next", "only") == {"only"}


async def test_alone_is_who_has_this_complaint_at_this_agency(complaints: Serving) -> None:
    here = await put_of(complaints, {"one": 1, "other": 1})
    there = await put_of(complaints, {"one": 1}, "roads")
    cases_ = repository(complaints)

    assert await cases_.is_only("water", "one", here["one"][0])
    assert await cases_.is_only("roads", "one", there["one"][0])
    # Whoever was known anew meanwhile has it under another contact: that is looked at as before.
    assert not await cases_.is_only("water", "one", here["other"][0])
    assert not await cases_.is_only("water", "nobody", here["one"][0])
    assert not await cases_.is_only("gas", "one", here["one"][0])
