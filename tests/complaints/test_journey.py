import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from tests.complaints.cases import MOBILE, act, event_names, file, filing, only_id, verdict
from tests.serving import Serving, bearer

pytestmark = pytest.mark.real
INSTANT = timedelta(milliseconds=1)
DUE = datetime(2026, 11, 21, 8, 30, tzinfo=UTC)
"""Saturday noon in Tehran: three working hours after nine."""


@pytest.mark.clause("FOAD-10")
async def test_a_complaint_is_filed_taken_answered_and_closed_by_the_citizen(complaints: Serving) -> None:
    receipt = await file(complaints)
    id_ = await only_id(complaints)
    assert (await act(complaints, "water.desk.officer", "take", id_)).json()["status"] == "taken"
    answered = await act(complaints, "water.desk.officer", "answer", id_, text="امروز انجام شد.")
    closed = await verdict(complaints, receipt, satisfied=True)

    assert (answered.json()["status"], closed.json()["status"]) == ("answered", "closed")
    assert await event_names(complaints) == [
        "ComplaintFiled",
        "ComplaintTaken",
        "ComplaintAnswered",
        "ComplaintClosed",
    ]


@pytest.mark.clause("FOAD-6")
async def test_the_receipt_tells_a_deadline_of_three_working_hours(complaints: Serving) -> None:
    receipt = await file(complaints)

    assert datetime.fromisoformat(receipt["reply_due_at"]) == DUE
    assert receipt["reply_due"] == "شنبه ۳۰ آبان ۱۴۰۵، ساعت ۱۲:۰۰"


@pytest.mark.clause("FOAD-6")
async def test_unanswered_it_goes_to_the_units_head_at_the_deadline_and_then_to_the_next_post(
    complaints: Serving,
) -> None:
    await file(complaints)
    id_ = await only_id(complaints)
    complaints.clock.set(DUE - timedelta(hours=1))
    assert (await complaints.sweep(), await complaints.sweep()) == (1, 0)  # the warning
    for at, post in [
        (DUE, "water.desk.head"),
        (DUE + timedelta(hours=2), "water.deputy"),
        (DUE + timedelta(hours=21), "water.head"),  # four working hours: an hour into Sunday
        (DUE + timedelta(hours=24), "governorate.inspection"),
    ]:
        complaints.clock.set(at - INSTANT)
        assert await complaints.sweep() == 0
        complaints.clock.set(at)
        assert (await complaints.sweep(), await complaints.sweep()) == (1, 0)
        seen = await complaints.http.get(f"/v1/complaints/{id_}", headers=bearer("water.desk.officer"))
        assert seen.json()["level_post"] == post


@pytest.mark.clause("RIGHTS-P9-5")
async def test_an_unhappy_citizen_reopens_it_one_level_higher_with_a_new_clock(complaints: Serving) -> None:
    receipt = await file(complaints)
    id_ = await only_id(complaints)
    await act(complaints, "water.desk.officer", "answer", id_, text="نمی‌شود.")
    reopened = (await verdict(complaints, receipt, satisfied=False)).json()

    assert (reopened["status"], reopened["level"]) == ("taken", 1)
    assert (await event_names(complaints))[-1] == "ComplaintReopened"
    again = await act(complaints, "water.desk.head", "answer", id_, text="انجام شد.")
    assert again.json()["status"] == "answered"


@pytest.mark.clause("RIGHTS-P9-5")
async def test_without_a_verdict_it_closes_after_seven_days_as_not_rated(complaints: Serving) -> None:
    await file(complaints)
    id_ = await only_id(complaints)
    await act(complaints, "water.desk.officer", "answer", id_, text="انجام شد.")
    complaints.clock.forward(days=7, milliseconds=-1)
    assert await complaints.sweep() == 0
    complaints.clock.forward(milliseconds=1)
    assert await complaints.sweep() == 1
    seen = await complaints.http.get(f"/v1/complaints/{id_}", headers=bearer("water.desk.officer"))

    assert (seen.json()["status"], seen.json()["satisfied"]) == ("closed", None)


@pytest.mark.clause("FOAD-5")
async def test_what_is_none_of_the_seven_grounds_is_refused_and_names_the_clause(complaints: Serving) -> None:
    answer = await complaints.http.post(
        "/v1/complaints", json=filing(ground="price"), headers={"accept-language": "en"}
    )

    assert (answer.status_code, answer.json()["clause"]) == (409, "FOAD-5")
    assert answer.headers["content-type"] == "application/problem+json"
    assert len((await complaints.http.get("/v1/grounds")).json()) == 7


async def test_the_same_request_sent_twice_files_once(complaints: Serving) -> None:
    key = {"idempotency-key": "abc"}
    first = await complaints.http.post("/v1/complaints", json=filing(), headers=key)
    complaints.clock.forward(hours=1)
    second = await complaints.http.post("/v1/complaints", json=filing(), headers=key)
    other = await complaints.http.post("/v1/complaints", json=filing(text="دیگر"), headers=key)

    assert (first.status_code, second.status_code, first.json()) == (201, 201, second.json())
    assert (other.status_code, other.json()["type"]) == (422, "urn:paygir:problem:idempotency-key-reused")
    assert await event_names(complaints) == ["ComplaintFiled"]


async def test_a_wrong_mobile_or_code_finds_nothing_and_six_tries_are_one_too_many(
    complaints: Serving,
) -> None:
    receipt = await file(complaints)
    right = {"code": receipt["tracking_code"], "mobile": MOBILE}
    wrong = {**right, "mobile": "09129999999"}
    answers = [(await complaints.http.post("/v1/follow", json=wrong)).status_code for _ in range(6)]

    assert answers == [404, 404, 404, 404, 404, 429]
    assert (await complaints.http.post("/v1/follow", json=right)).status_code == 429


async def test_the_citizen_follows_with_any_digits_and_dashes(complaints: Serving) -> None:
    receipt = await file(complaints)
    typed = {"code": receipt["tracking_code"].lower().replace("-", " "), "mobile": "۰۹۱۲ ۱۲۳ ۴۵۶۷"}
    seen = await complaints.http.post("/v1/follow", json=typed)

    assert (seen.status_code, seen.json()["status"]) == (200, "filed")


async def test_another_agencys_complaint_is_not_found(complaints: Serving) -> None:
    await file(complaints)
    id_ = await only_id(complaints)
    stranger = bearer("roads.desk.officer")
    seen = await complaints.http.get(f"/v1/complaints/{id_}", headers=stranger)
    taken = await complaints.http.post(f"/v1/complaints/{id_}/take", headers=stranger)
    listed = await complaints.http.get("/v1/complaints", headers=stranger)

    assert (seen.status_code, taken.status_code, listed.json()["items"]) == (404, 404, [])


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"agency_id": "nobody"}, "/agency_id"),
        ({"service_code": "2001"}, "/service_code"),
        ({"mobile": "0212223344"}, "/mobile"),
        ({"mobile": {"$gt": ""}}, "/mobile"),
        ({"text": ""}, "/text"),
        ({"status": "closed"}, "/status"),
        ({"door": "desk"}, "/door"),
        ({"entry": {"post_id": "water.desk.officer"}}, "/entry"),
        ({"received_at": "1405/08/01"}, "/received_at"),
    ],
)
async def test_bad_input_is_told_where_it_is_wrong(
    complaints: Serving, changes: dict[str, object], pointer: str
) -> None:
    answer = await complaints.http.post("/v1/complaints", json=filing(**changes))

    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]
    assert await event_names(complaints) == []


async def test_a_text_of_ten_megabytes_is_refused_before_it_is_read(complaints: Serving) -> None:
    answer = await complaints.http.post("/v1/complaints", json=filing(text="x" * 10_000_000))

    assert (answer.status_code, answer.json()["type"]) == (413, "urn:paygir:problem:too-large")


async def test_an_unhappy_word_after_a_lost_race_is_refused_by_if_match(complaints: Serving) -> None:
    await file(complaints)
    id_ = await only_id(complaints)
    officer = bearer("water.desk.officer")
    seen = await complaints.http.get(f"/v1/complaints/{id_}", headers=officer)
    await act(complaints, "water.desk.officer-2", "take", id_)
    late = await complaints.http.post(
        f"/v1/complaints/{id_}/take", headers={**officer, "if-match": seen.headers["etag"]}
    )

    assert late.status_code == 412


async def test_nothing_on_the_bus_but_the_sealed_contact_holds_the_citizens_number_or_text(
    complaints: Serving,
) -> None:
    await file(complaints)
    records = [one for kept in complaints.parts.repositories for one in await complaints.published(kept)]
    sent = b"".join(record["value"] for record in records).decode()
    topics = [record["topic"] for record in records]

    assert topics == ["paygir.complaints.events", "paygir.keys", "paygir.contacts"]
    assert "9121234567" not in sent
    assert "فردا" not in sent


async def test_filing_outside_hours_starts_at_the_next_opening(complaints: Serving) -> None:
    complaints.clock.forward(hours=10)
    receipt = await file(complaints)

    assert datetime.fromisoformat(receipt["reply_due_at"]) == DUE + timedelta(days=1) - timedelta(hours=1)


async def test_any_number_of_wrong_tries_at_once_are_no_more_than_five(complaints: Serving) -> None:
    receipt = await file(complaints)
    tried = [
        complaints.http.post(
            "/v1/follow", json={"code": receipt["tracking_code"], "mobile": f"0912000{n:04}"}
        )
        for n in range(30)
    ]
    answers = [answer.status_code for answer in await asyncio.gather(*tried)]

    assert sorted(answers) == [404] * 5 + [429] * 25


async def test_right_tries_are_not_counted(complaints: Serving) -> None:
    receipt = await file(complaints)
    right = {"code": receipt["tracking_code"], "mobile": MOBILE}
    followed = [(await complaints.http.post("/v1/follow", json=right)).status_code for _ in range(7)]
    rated = [(await verdict(complaints, receipt, satisfied=True)).status_code for _ in range(7)]

    assert (followed, rated) == ([200] * 7, [409] * 7)
