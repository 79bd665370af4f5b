"""Press cases over HTTP: from a newspaper to an office, to headquarters, to the public."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from tests.complaints.cases import MOBILE, event_names
from tests.complaints.press import (
    ANSWER_DUE,
    OFFICE,
    OFFICE_HEAD,
    OFFICE_PR,
    PR,
    SECRETARY,
    approved,
    good,
    listed,
    names,
    open_office,
    press_events,
    see,
    sighting,
    step,
)
from tests.serving import Serving, bearer

pytestmark = pytest.mark.real
INSTANT = timedelta(milliseconds=1)
CITIZEN = {"service_code": "1001", "ground": "put-off-without-reason", "mobile": MOBILE}
ELSEWHERE = {"link": "https://news.example/2", "reason": "روزنامه پاسخ را چاپ کرد."}


@pytest.mark.clause("PR-12", "COUNTY-D4")
async def test_headquarters_sends_it_to_an_office_and_sees_it_until_it_is_answered(
    complaints: Serving,
) -> None:
    await open_office(complaints)
    id_ = (await see(complaints))["id"]
    sent = await good(complaints, PR, "send", id_, unit_id=OFFICE)
    seen = [await listed(complaints, "/owed", status="sent", unit_id=OFFICE)]
    urged = await good(complaints, SECRETARY, "urge", id_)
    await good(complaints, OFFICE_PR, "draft", id_, text="نمی‌دانیم.")
    await good(complaints, PR, "draft/return", id_, draft=1, reason="پاسخ مردم نیست.")
    await good(complaints, OFFICE_PR, "draft", id_, text="آب امروز وصل شد.")
    seen.append(await listed(complaints, "/owed", unit_id=OFFICE))
    answered = await good(complaints, PR, "approval", id_, draft=2)
    seen.append(await listed(complaints, "/owed", unit_id=OFFICE))
    closed = await good(complaints, PR, "published-elsewhere", id_, **ELSEWHERE)
    seen.append(await listed(complaints, "/owed", unit_id=OFFICE))

    assert (sent["status"], sent["sendings"][0]["to_post"]) == ("sent", OFFICE_HEAD)
    assert urged["sendings"][0]["urged_at"]
    assert seen == [[id_], [id_], [id_], []]
    assert (answered["answer"]["text"], answered["answer"]["in_time"]) == ("آب امروز وصل شد.", True)
    assert (closed["status"], closed["publication"]["link"]) == ("published", "https://news.example/2")
    assert await names(complaints) == [
        "PressCaseSeen",
        "PressCaseSent",
        "PressCaseUrged",
        "PressAnswerDrafted",
        "PressAnswerReturned",
        "PressAnswerDrafted",
        "PressAnswerReady",
        "PressAnswerPublished",
    ]


@pytest.mark.clause("COUNTY-D1")
async def test_a_complaint_that_an_office_finds_in_a_newspaper_is_before_its_head(
    complaints: Serving,
) -> None:
    await open_office(complaints)
    found = await see(complaints, OFFICE_PR, unit_id=OFFICE)
    history = await complaints.http.get(f"/v1/press-cases/{found['id']}/history", headers=bearer(OFFICE_HEAD))

    assert (found["status"], found["sendings"][0]["to_post"]) == ("sent", OFFICE_HEAD)
    assert await listed(complaints, "/owed", OFFICE_HEAD, unit_id=OFFICE) == [found["id"]]
    assert await listed(complaints) == [found["id"]], "headquarters sees it, too"
    assert [one["act"] for one in history.json()] == ["see"]
    [_, sent] = await press_events(complaints)
    assert (sent["name"], sent["to_post"]) == ("PressCaseSent", OFFICE_HEAD)


@pytest.mark.clause("PR-12")
async def test_its_day_is_typed_and_shown_in_jalali_and_its_deadline_is_its_own(complaints: Serving) -> None:
    typed = [await see(complaints, seen_on=day) for day in ("۱۴۰۵/۸/۲۹", "1405-08-29", "۲۹ آبان ۱۴۰۵")]

    assert [one["seen_on"] for one in typed] == ["1405/08/29"] * 3
    assert {one["due_at"] for one in typed} == {ANSWER_DUE.isoformat().replace("+00:00", "Z")}


@pytest.mark.clause("PR-12")
async def test_overdue_it_goes_up_is_listed_as_late_and_told_once(complaints: Serving) -> None:
    id_ = (await see(complaints))["id"]
    steps: list[Any] = []
    for at in (ANSWER_DUE - INSTANT, ANSWER_DUE, ANSWER_DUE + timedelta(days=1)):
        complaints.clock.set(at)
        steps.append((await complaints.sweep(), await complaints.sweep(), await listed(complaints, "/late")))

    assert steps == [(0, 0, []), (1, 0, [id_]), (1, 0, [id_])]
    escalated = [one for one in await press_events(complaints) if one["name"] == "PressCaseEscalated"]
    assert [one["post_id"] for one in escalated] == ["water.pr.head", "water.head"]


async def test_the_lists_go_on_from_page_to_page_the_most_urgent_first(complaints: Serving) -> None:
    ids: list[str] = []
    for _ in range(5):
        ids.append((await see(complaints))["id"])
        complaints.clock.forward(minutes=1)
    pages: list[str] = []
    after: str | None = None
    for _ in range(3):
        query = {"limit": "2", **({"after": after} if after else {})}
        answer = await complaints.http.get("/v1/press-cases/owed", params=query, headers=bearer(PR))
        pages += [row["id"] for row in answer.json()["items"]]
        after = answer.json()["next"]

    assert (pages, after) == (ids, None)
    assert await listed(complaints) == ids[::-1]
    assert await listed(complaints, status="sent") == []


async def test_who_has_it_drafts_and_the_head_of_public_relations_alone_approves(complaints: Serving) -> None:
    await open_office(complaints)
    id_ = (await see(complaints))["id"]
    tries = [(await step(complaints, OFFICE_PR, "draft", id_, text="متن")).status_code]
    await good(complaints, PR, "send", id_, unit_id=OFFICE)
    for post in (SECRETARY, "water.desk.officer", OFFICE_HEAD):
        tries.append((await step(complaints, post, "draft", id_, text="متن")).status_code)
    for post in (OFFICE_HEAD, SECRETARY, "water.head", PR):
        tries.append((await step(complaints, post, "approval", id_, draft=1)).status_code)
    tries.append((await step(complaints, OFFICE_PR, "send", id_, unit_id="desk")).status_code)

    assert tries == [403, 403, 403, 200, 403, 403, 403, 200, 403]


async def test_a_number_of_a_person_is_refused_where_it_stands(complaints: Serving) -> None:
    id_ = (await see(complaints))["id"]
    for field in ("text", "headline", "medium_name", "link"):
        said = sighting(**{field: f"https://n.example/{MOBILE}" if field == "link" else f"تلفن {MOBILE}"})
        answer = await complaints.http.post("/v1/press-cases", json=said, headers=bearer(PR))
        assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, f"/{field}")
        assert MOBILE not in answer.text
    drafted = await step(complaints, PR, "draft", id_, text="کد ملی ۷۷۳۱۶۸۹۹۵۶")
    assert drafted.json()["errors"][0]["pointer"] == "/text"


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"seen_on": "1405/08/31"}, "/seen_on"),
        ({"seen_on": "2026-11-20"}, "/seen_on"),
        ({"unit_id": "nowhere"}, "/unit_id"),
        ({"link": "javascript:alert(1)"}, "/link"),
        ({"headline": " "}, "/headline"),
    ],
)
async def test_what_cannot_be_is_invalid(complaints: Serving, changes: dict[str, Any], pointer: str) -> None:
    answer = await complaints.http.post("/v1/press-cases", json=sighting(**changes), headers=bearer(PR))

    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, pointer)


async def test_the_same_request_sent_twice_enters_it_once(complaints: Serving) -> None:
    headers = {**bearer(PR), "idempotency-key": "abc"}
    first = await complaints.http.post("/v1/press-cases", json=sighting(), headers=headers)
    second = await complaints.http.post("/v1/press-cases", json=sighting(), headers=headers)

    assert (first.status_code, second.status_code, first.json()) == (201, 201, second.json())
    assert len(await listed(complaints)) == 1


async def test_a_clipping_whose_citizen_is_known_becomes_their_complaint_once(complaints: Serving) -> None:
    id_ = (await see(complaints))["id"]
    made = await good(complaints, PR, "complaint", id_, **CITIZEN)
    again = await step(complaints, PR, "complaint", id_, **CITIZEN)
    seen = await complaints.http.get(
        f"/v1/complaints/{made['complaint_id']}", headers=bearer("water.desk.officer")
    )

    assert (made["status"], made["due_at"]) == ("complaint", None)
    assert (again.status_code, again.json()["clause"]) == (409, "PR-12")
    assert (seen.json()["door"], seen.json()["mobile"]) == ("press", "0912***4567")
    assert seen.json()["entry"] == {
        "at": "2026-11-21T05:30:00Z",
        "post_id": PR,
        "reference": id_,
        "medium": sighting()["medium_name"],
    }
    assert seen.json()["text"].startswith("سه روز بی‌آبی")
    assert await event_names(complaints) == ["ComplaintFiled"]


async def test_a_complaint_begun_and_broken_off_is_the_same_complaint_afterwards(complaints: Serving) -> None:
    id_ = (await see(complaints))["id"]
    made = await good(complaints, PR, "complaint", id_, **CITIZEN)
    cases = complaints.database["press_cases"]
    await cases.update_one({"_id": id_}, {"$set": {"state.status": "seen", "state.complaint_id": None}})
    other = await step(complaints, PR, "complaint", id_, **{**CITIZEN, "mobile": "09123334444"})
    again = await good(complaints, PR, "complaint", id_, **CITIZEN)

    assert (other.status_code, again["complaint_id"]) == (422, made["complaint_id"])
    assert await complaints.database["complaints"].count_documents({}) == 1


async def test_a_question_stays_in_public_and_an_unlawful_complaint_is_refused(complaints: Serving) -> None:
    question = (await see(complaints, kind="question"))["id"]
    complaint = (await see(complaints))["id"]
    refused = [
        await step(complaints, PR, "complaint", question, **CITIZEN),
        await step(complaints, PR, "complaint", complaint, **{**CITIZEN, "ground": "price"}),
        await step(complaints, PR, "complaint", complaint, **{**CITIZEN, "service_code": "2001"}),
    ]

    assert [one.status_code for one in refused] == [409, 409, 422]
    assert [one.json().get("clause") for one in refused] == ["PR-12", "FOAD-5", None]
    assert await complaints.database["complaints"].count_documents({}) == 0


async def test_fifty_who_approve_at_once_approve_once(complaints: Serving) -> None:
    id_ = (await see(complaints))["id"]
    await good(complaints, SECRETARY, "draft", id_, text="آب وصل شد.")
    answers = await asyncio.gather(*[step(complaints, PR, "approval", id_, draft=1) for _ in range(50)])

    assert {one.status_code for one in answers} == {200}
    assert (await names(complaints)).count("PressAnswerReady") == 1


async def test_another_agencys_case_is_not_there_and_a_stale_look_changes_nothing(
    complaints: Serving,
) -> None:
    id_ = await approved(complaints)
    stale = await complaints.http.post(
        f"/v1/press-cases/{id_}/published-elsewhere",
        json=ELSEWHERE,
        headers={**bearer(PR), "if-match": '"1"'},
    )

    assert (await step(complaints, "roads.pr.head", "urge", id_)).status_code == 404
    assert await listed(complaints, post_id="roads.pr.head") == []
    assert stale.status_code == 412
