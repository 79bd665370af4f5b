"""Fifty people press the same button at once: one has done it, and the others are told that it is done."""

import asyncio
from collections import Counter
from typing import Any

import httpx
import pytest

from shared.bus.effects import Projection
from shared.directory.replica import COLLECTION, fold
from shared.events.directory import AgencyJoined, Name, PostFilled, Role, Unit, UnitKind
from tests.complaints.cases import act, event_names, file, verdict
from tests.province import LONG_AGO, holder, post, service_event, told
from tests.serving import Serving, bearer

pytestmark = [pytest.mark.real, pytest.mark.clause("FOAD-10")]
MANY = 50
OFFICERS = [f"power.desk.officer-{number}" for number in range(MANY)]
HEAD = "power.desk.head"


@pytest.fixture
async def case(complaints: Serving) -> dict[str, Any]:
    """A complaint at a desk of fifty officers; its id with the receipt."""
    posts = [
        post("power", "head", Role.HEAD),
        post("power", "desk.head", Role.UNIT_HEAD, "desk", "head"),
        *[
            post("power", one.removeprefix("power."), Role.CASE_OFFICER, "desk", "desk.head")
            for one in OFFICERS
        ],
    ]
    joined = AgencyJoined(
        agency_id="power",
        name=Name(fa="برق"),
        units=(Unit(id="desk", name=Name(fa="میز"), kind=UnitKind.DOMAIN),),
        posts=tuple(posts),
    )
    filled = [
        PostFilled(agency_id="power", post_id=one.id, person_id=holder(one.id), from_at=LONG_AGO)
        for one in posts
    ]
    copy = Projection(complaints.database[COLLECTION], fold)
    await copy.work(
        [*told("power", [joined, *filled]), *told("service:3001", [service_event("power", "3001")])]
    )
    receipt = await file(complaints, agency_id="power", service_code="3001")
    listed = await complaints.http.get("/v1/complaints", headers=bearer(HEAD))
    return {**receipt, "id": listed.json()["items"][0]["id"]}


async def stands(complaints: Serving, case: dict[str, Any]) -> tuple[dict[str, Any], Counter[str]]:
    """The case, and how often which act is in its history."""
    url = f"/v1/complaints/{case['id']}"
    seen = await complaints.http.get(url, headers=bearer(HEAD))
    history = await complaints.http.get(f"{url}/history", headers=bearer(HEAD))
    return {**seen.json(), "etag": seen.headers["etag"]}, Counter(one["act"] for one in history.json())


def codes(answers: list[httpx.Response]) -> Counter[int]:
    return Counter(one.status_code for one in answers)


@pytest.mark.parametrize(
    ("verb", "event"),
    [("take", "ComplaintTaken"), ("assign", "ComplaintAssigned"), ("answer", "ComplaintAnswered")],
)
async def test_of_fifty_who_saw_the_same_case_one_has_it_and_the_others_are_told_that_it_changed(
    complaints: Serving, case: dict[str, Any], verb: str, event: str
) -> None:
    before, _ = await stands(complaints, case)

    def pressed(number: int) -> Any:
        body = {"assign": {"post_id": OFFICERS[number]}, "answer": {"text": f"پاسخ {number}"}}.get(verb)
        by = HEAD if verb == "assign" else OFFICERS[number]
        headers = {**bearer(by), "if-match": before["etag"]}
        url = f"/v1/complaints/{case['id']}/{verb}"
        return complaints.http.post(url, json=body, headers=headers)

    answers = await asyncio.gather(*map(pressed, range(MANY)))
    after, acts = await stands(complaints, case)

    assert codes(answers) == {200: 1, 412: MANY - 1}
    [won] = [one.json() for one in answers if one.status_code == 200]
    assert (after["taken_by"], after["rounds"]) == (won["taken_by"], won["rounds"])
    assert {one.json()["type"] for one in answers if one.status_code == 412} == {
        "urn:paygir:problem:changed-meanwhile"
    }
    assert (await event_names(complaints)).count(event) == 1
    assert acts == {"file": 1, verb: 1}


async def test_of_fifty_answers_that_nobody_looked_for_the_first_one_stands(
    complaints: Serving, case: dict[str, Any]
) -> None:
    answers = await asyncio.gather(
        *[act(complaints, one, "answer", case["id"], text=f"پاسخ {one}") for one in OFFICERS]
    )
    after, acts = await stands(complaints, case)

    assert codes(answers) == {200: 1, 409: MANY - 1}
    [won] = [one.json() for one in answers if one.status_code == 200]
    assert after["rounds"][0]["answer"] == won["rounds"][0]["answer"]
    assert {one.json().get("clause") for one in answers if one.status_code == 409} == {"FOAD-10"}
    assert (await event_names(complaints)).count("ComplaintAnswered") == 1
    assert acts == {"file": 1, "answer": 1}


async def test_of_fifty_verdicts_at_once_one_closes_the_case_or_opens_it_again_once(
    complaints: Serving, case: dict[str, Any]
) -> None:
    await act(complaints, OFFICERS[0], "answer", case["id"], text="انجام شد.")
    answers = await asyncio.gather(
        *[verdict(complaints, case, satisfied=bool(number % 2)) for number in range(MANY)]
    )
    after, acts = await stands(complaints, case)
    names = await event_names(complaints)

    # Who says the same as the one that counted is told so; too many tries at a code wait a minute.
    assert set(codes(answers)) <= {200, 409, 429}
    assert codes(answers)[200] >= 1
    assert names.count("ComplaintClosed") + names.count("ComplaintReopened") == 1
    assert acts == {"file": 1, "answer": 1, "rate": 1}
    assert (after["status"] == "closed") is (after["satisfied"] is True)
    said = {one.json()["satisfied"] for one in answers if one.status_code == 200}
    assert said == {after["satisfied"]}
