"""One matter that the same person brings again is linked to its first, and counted once."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx
import pytest

from services.complaints.domain import repeats
from services.complaints.domain.complaint import Complaint
from services.complaints.domain.repeats import Matter
from services.complaints.usecases import repeats as usecases
from services.complaints.usecases.repeats import hear_of_filing
from services.reporting.domain import figures
from services.reporting.domain.facts import Case, Known, Source
from shared.cloudevents import Envelope
from shared.events.complaints import ComplaintFiled, ComplaintLinked, ComplaintUnlinked
from shared.rule import Refused
from tests.complaints.cases import MOBILE, act, event_names, file
from tests.complaints.many import cases
from tests.serving import SATURDAY_NINE, Serving, bearer

pytestmark = pytest.mark.clause("FOAD-10")
OFFICER = "water.desk.officer"
MATTER = Matter(within=timedelta(days=30), likeness=80)
INSTANT = timedelta(milliseconds=1)
WORDS = "سه بار برای انشعاب مراجعه کردم و هر بار گفتند کارشناس نیست و فردا بیا"
real = pytest.mark.real


def case(id_: str, *, days: float = 0, **changes: Any) -> Complaint:
    """One of the same person on the same matter, so many days later."""
    [one] = cases(1, open_each=1)
    filed_at = SATURDAY_NINE + timedelta(days=days)
    return replace(one, id=id_, text=WORDS, filed_at=filed_at, **changes)


FIRST = case("a")


@pytest.mark.parametrize(
    ("other", "is_one"),
    [
        (case("b", days=1), True),
        (case("b", days=30), True),
        (replace(case("b"), filed_at=FIRST.filed_at + timedelta(days=30) + INSTANT), False),
        (case("b", days=1, door="phone", unit_id="elsewhere"), True),
        (case("b", days=1, ground="broken-equipment" if FIRST.ground[0] != "b" else "x"), False),
        (case("b", days=1, service_code="other"), False),
        (case("b", days=1, agency_id="roads"), False),
        (replace(case("b", days=1), contact=replace(FIRST.contact, id="another")), False),
        (replace(case("b", days=1), text=f"باز هم می‌گویم: {WORDS.replace('ک', 'ك')}"), True),
        (replace(case("b", days=1), text="قبض اشتباه صادر شده و تلفن پاسخ نمی‌دهند"), False),
        (replace(case("b", days=1), text=""), False),
    ],
)
def test_it_is_one_matter_by_person_agency_service_ground_time_and_likeness(
    other: Complaint, is_one: bool
) -> None:
    assert MATTER.is_one(other, FIRST) is MATTER.is_one(FIRST, other) is is_one


def test_of_two_the_later_is_linked_whichever_is_looked_at() -> None:
    later, together = case("b", days=1), case("b")

    for other in (later, together):
        assert repeats.pairs(FIRST, [FIRST, other], MATTER) == (None, [other])
        assert repeats.pairs(other, [FIRST, other], MATTER) == (FIRST, [])


def test_a_repeat_of_a_repeat_is_linked_to_the_first_and_what_was_unlinked_never_again() -> None:
    second, _ = repeats.link(case("b", days=1), FIRST, SATURDAY_NINE)
    third, [event] = repeats.link(case("c", days=2), second, SATURDAY_NINE)

    assert third.repeats == "a"
    assert isinstance(event, ComplaintLinked)
    assert event.first_complaint_id == "a"
    assert repeats.link(third, FIRST, SATURDAY_NINE) == (third, [])

    alone, [event] = repeats.unlink(third, SATURDAY_NINE)
    assert isinstance(event, ComplaintUnlinked)
    assert alone.repeats is None
    assert repeats.unlink(alone, SATURDAY_NINE) == (alone, [])
    assert repeats.link(alone, FIRST, SATURDAY_NINE) == (alone, [])


def test_what_is_not_linked_can_not_be_unlinked() -> None:
    with pytest.raises(Refused):
        repeats.unlink(FIRST, SATURDAY_NINE)


def test_a_matter_is_counted_once_and_one_of_its_own_again_once_it_is_unlinked() -> None:
    about: dict[str, Any] = {"agency_id": "water", "tracking_code": "t", "contact_id": "c"}
    filed = ComplaintFiled(
        **about,
        service_code="1",
        unit_id="u",
        ground="g",
        door="web",
        filed_at=SATURDAY_NINE,
        reply_due_at=SATURDAY_NINE,
    )
    first = Case().told(filed)
    repeat = first.told(ComplaintLinked(**about, first_complaint_id="a", linked_at=SATURDAY_NINE))

    def counted(*facts: Case) -> list[int]:
        known = [Known(id="x", source=Source.COMPLAINTS, gaps=0, fact=fact) for fact in facts]
        found = figures.count(known, SATURDAY_NINE)
        return [found.get(name, 0) for name in ("received", "late", "ground:g")]

    assert counted(first, repeat) == [1, 1, 1]
    unlinked = repeat.told(ComplaintUnlinked(**about, unlinked_at=SATURDAY_NINE))
    assert counted(first, unlinked) == [2, 2, 2]


async def hear(complaints: Serving, *, times: int = 1) -> None:
    """What was filed comes back over the bus, all at once."""
    records = await complaints.published(complaints.parts.repositories[0])
    told = [
        Envelope.read({name: text.encode() for name, text in one["headers"].items()}, one["value"])
        for one in records
        if "ComplaintFiled" in one["headers"].get("ce_type", "")
    ]
    use = complaints.parts.use
    await asyncio.gather(*[hear_of_filing(use, envelope) for envelope in told * times])


async def listed(complaints: Serving) -> dict[str, dict[str, Any]]:
    """The agency's cases by code."""
    answer = await complaints.http.get("/v1/complaints", headers=bearer(OFFICER))
    return {one["tracking_code"]: one for one in answer.json()["items"]}


async def mine(complaints: Serving, path: str, code: str) -> httpx.Response:
    return await complaints.http.post(f"/v1/follow{path}", json={"code": code, "mobile": MOBILE})


@real
async def test_many_filed_at_once_are_linked_one_way_only_however_often_that_is_told(
    complaints: Serving,
) -> None:
    await asyncio.gather(*[file(complaints, text=WORDS) for _ in range(6)])
    await file(complaints, text=WORDS, mobile="09350000000")

    await hear(complaints, times=3)

    found = (await listed(complaints)).values()
    first = min(one["id"] for one in found)
    assert [one["repeats"] for one in found].count(first) == 5
    assert {one["repeats"] for one in found} == {first, None}
    assert (await event_names(complaints)).count("ComplaintLinked") == 5


@real
async def test_of_more_than_are_looked_at_only_the_first_is_no_repeat(
    complaints: Serving, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(usecases, "LOOKED_AT_MAX", 2)
    for _ in range(9):
        complaints.clock.forward(minutes=1)
        await file(complaints, text=WORDS)

    await hear(complaints)

    found = sorted((await listed(complaints)).values(), key=lambda one: one["filed_at"])
    assert [one["repeats"] is None for one in found] == [True] + [False] * 8


@real
async def test_staff_unlink_with_a_reason_that_is_read_in_the_history_and_it_is_never_linked_again(
    complaints: Serving,
) -> None:
    first = (await file(complaints, text=WORDS))["tracking_code"]
    complaints.clock.forward(hours=1)
    other = (await file(complaints, text=WORDS))["tracking_code"]
    await hear(complaints)
    found = await listed(complaints)
    assert found[other]["repeats"] == found[first]["id"]
    reason = "این بار دربارهٔ ملک دیگری است"

    short = await act(complaints, OFFICER, "unlink", found[other]["id"], reason="نه")
    not_linked = await act(complaints, OFFICER, "unlink", found[first]["id"], reason=reason)
    unlinked = await act(complaints, OFFICER, "unlink", found[other]["id"], reason=reason)
    await hear(complaints)

    assert (short.status_code, not_linked.status_code, unlinked.status_code) == (422, 409, 200)
    assert (await listed(complaints))[other]["repeats"] is None
    history = await complaints.http.get(
        f"/v1/complaints/{found[other]['id']}/history", headers=bearer(OFFICER)
    )
    assert [(one["act"], one["note"]) for one in history.json()][1:] == [
        ("link", found[first]["id"]),
        ("unlink", reason),
    ]
    kept = await complaints.database["complaints"].find_one({"_id": found[other]["id"]})
    assert reason not in str(kept)


@real
async def test_the_citizen_sees_what_it_was_taken_for_and_says_that_it_is_another_matter(
    complaints: Serving,
) -> None:
    first = (await file(complaints, text=WORDS))["tracking_code"]
    complaints.clock.forward(hours=1)
    other = (await file(complaints, text=WORDS))["tracking_code"]
    await hear(complaints)
    assert (await mine(complaints, "", other)).json()["repeats"] == first

    for _ in range(2):
        said = await mine(complaints, "/unlink", other)
        assert (said.status_code, said.json()["repeats"]) == (200, None)
    await hear(complaints)

    assert (await mine(complaints, "", other)).json()["repeats"] is None
    assert (await event_names(complaints)).count("ComplaintUnlinked") == 1
    assert (await mine(complaints, "/unlink", first)).status_code == 409


@real
async def test_who_was_erased_in_between_is_somebody_new_and_repeats_nothing(complaints: Serving) -> None:
    first = (await file(complaints, text=WORDS))["tracking_code"]
    assert (await mine(complaints, "/erasure", first)).status_code == 200
    complaints.clock.forward(hours=1)
    await file(complaints, text=WORDS)

    await hear(complaints)

    assert [one["repeats"] for one in (await listed(complaints)).values()] == [None, None]
