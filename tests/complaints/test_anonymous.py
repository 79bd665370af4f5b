"""Who doesn't want to be known is heard in the same time as anybody, and is told what that costs them."""

import asyncio
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from tests.complaints.cases import MOBILE, act, event_names, filing, only_id
from tests.serving import Serving, bearer

pytestmark = [pytest.mark.real, pytest.mark.clause("FOAD-10")]
OFFICER = "water.desk.officer"
DUE = datetime(2026, 11, 21, 8, 30, tzinfo=UTC)
PERSON = {"full_name": "زهرا محمدی", "national_id": "1234567891", "consent": False}


async def file(
    complaints: Serving, *, key: str | None = None, language: str = "fa", **changes: Any
) -> httpx.Response:
    said = {**filing(), "anonymous": True, "mobile": None, **changes}
    body = {name: value for name, value in said.items() if value is not None}
    headers = {"accept-language": language, **({"idempotency-key": key} if key else {})}
    return await complaints.http.post("/v1/complaints", json=body, headers=headers)


async def test_it_is_a_case_like_any_other_and_the_receipt_says_that_nobody_can_follow_it(
    complaints: Serving,
) -> None:
    persian, english = [await file(complaints, language=one) for one in ("fa", "en")]
    told = await complaints.published(complaints.parts.repositories[0])

    assert persian.status_code == 201, persian.text
    assert persian.json()["notice"].startswith("بی‌نام ثبت شد")
    assert english.json()["notice"].startswith("Filed anonymously")
    assert datetime.fromisoformat(persian.json()["reply_due_at"]) == DUE
    assert {one["topic"] for one in told} == {"paygir.complaints.events"}
    assert await event_names(complaints) == ["ComplaintFiled"] * 2
    contacts = await complaints.database["complaints"].distinct("state.contact.id")
    assert len(contacts) == 2, "nobody is taken for somebody else"


@pytest.mark.parametrize(
    "changes",
    [
        {"anonymous": False},
        {"anonymous": None},
        {"mobile": MOBILE},
        {"identity": PERSON},
        {"anonymous": "yes"},
    ],
)
async def test_it_is_said_in_so_many_words_or_a_mobile_is_given(
    complaints: Serving, changes: dict[str, Any]
) -> None:
    refused = await file(complaints, **changes)

    assert refused.status_code == 422
    assert await event_names(complaints) == []


async def test_the_same_request_again_or_at_once_files_once_and_another_under_its_key_is_refused(
    complaints: Serving,
) -> None:
    both = await asyncio.gather(*[file(complaints, key="k1") for _ in range(5)])
    third = await file(complaints, key="k1")
    other = await file(complaints, key="k1", text="چیز دیگری")
    known = await file(complaints, key="k1", anonymous=False, mobile=MOBILE)

    assert {one.json()["tracking_code"] for one in (*both, third)} == {third.json()["tracking_code"]}
    assert (other.status_code, known.status_code) == (422, 422)
    assert await event_names(complaints) == ["ComplaintFiled"]


@pytest.mark.clause("FOAD-6")
async def test_late_it_goes_up_and_answered_it_closes_as_not_rated(complaints: Serving) -> None:
    await file(complaints)
    id_ = await only_id(complaints)
    complaints.clock.set(DUE)
    await complaints.sweep()
    answered = await act(complaints, "water.desk.head", "answer", id_, text="اصلاح شد.")
    complaints.clock.forward(days=7)
    await complaints.sweep()
    seen = await complaints.http.get(f"/v1/complaints/{id_}", headers=bearer(OFFICER))

    assert answered.json()["level"] == 1
    assert (seen.json()["status"], seen.json()["satisfied"]) == ("closed", None)
    assert await event_names(complaints) == [
        "ComplaintFiled",
        "ComplaintEscalated",
        "ComplaintAnswered",
        "ComplaintClosed",
    ]


@pytest.mark.clause("FOAD-6")
async def test_nobody_can_be_asked_so_the_clock_cannot_be_stopped_by_asking(complaints: Serving) -> None:
    await file(complaints)
    refused = await act(complaints, OFFICER, "ask", await only_id(complaints), text="کجا؟")

    assert (refused.status_code, refused.json()["clause"]) == (409, "FOAD-6")


@pytest.mark.parametrize("mobile", [MOBILE, "09120000000"])
async def test_its_code_opens_it_to_nobody(complaints: Serving, mobile: str) -> None:
    receipt = (await file(complaints)).json()
    answer = await complaints.http.post(
        "/v1/follow", json={"code": receipt["tracking_code"], "mobile": mobile}
    )

    assert answer.status_code == 404
