"""Many complaints about one cause are answered together, and each citizen gets their own answer."""

import asyncio
from typing import Any

import httpx
import pytest

from tests.complaints.cases import MOBILE, act, event_names, file, verdict
from tests.serving import Serving, bearer

pytestmark = [pytest.mark.real, pytest.mark.clause("FOAD-10")]
OFFICER = "water.desk.officer"
TEXT = "خط محلهٔ شما تعمیر شد؛ شکایت {code} بررسی شده است."


async def answer(
    complaints: Serving, ids: list[str], *, text: str = TEXT, as_: str = OFFICER, **how: Any
) -> httpx.Response:
    body = {"ids": ids, "text": text, "upheld": True}
    return await complaints.http.post(
        "/v1/complaints/answers", json=body, headers={**bearer(as_), **how.pop("headers", {})}
    )


async def filed(complaints: Serving, many: int, **changes: Any) -> dict[str, dict[str, Any]]:
    """Receipts by id."""
    receipts = [await file(complaints, **changes) for _ in range(many)]
    listed = await complaints.http.get(
        "/v1/complaints", headers=bearer(f"{changes.get('agency_id', 'water')}.desk.officer")
    )
    ids = {one["tracking_code"]: one["id"] for one in listed.json()["items"]}
    return {ids[receipt["tracking_code"]]: receipt for receipt in receipts}


async def told(complaints: Serving, receipt: dict[str, Any]) -> Any:
    own = {"code": receipt["tracking_code"], "mobile": MOBILE}
    return (await complaints.http.post("/v1/follow", json=own)).json()


async def test_each_citizen_reads_an_answer_to_their_own_complaint(complaints: Serving) -> None:
    receipts = await filed(complaints, 3)

    answered = await answer(complaints, [*receipts])

    assert answered.status_code == 200
    assert [(one["id"], one["status"]) for one in answered.json()] == [(id_, 200) for id_ in receipts]
    for receipt in receipts.values():
        said = await told(complaints, receipt)
        assert said["status"] == "answered"
        assert said["answer"] == TEXT.replace("{code}", receipt["tracking_code"])


async def test_what_can_not_be_answered_is_told_for_each_and_keeps_nobody_else_waiting(
    complaints: Serving,
) -> None:
    receipts = await filed(complaints, 3)
    first, closed, last = receipts
    await act(complaints, OFFICER, "answer", closed, text="انجام شد.")
    await verdict(complaints, receipts[closed], satisfied=True)
    [theirs] = await filed(complaints, 1, agency_id="roads", service_code="2001")

    answered = await answer(
        complaints, [first, closed, theirs, "nothing", last], headers={"accept-language": "en"}
    )

    assert [(one["status"], one["clause"]) for one in answered.json()] == [
        (200, None),
        (409, "FOAD-10"),
        (404, None),
        (404, None),
        (200, None),
    ]
    assert answered.json()[1]["why"] == (
        "This complaint is closed: nobody can answer it now. Possible now: nothing."
    )
    assert (await told(complaints, receipts[closed]))["answer"] == "انجام شد."


async def test_a_post_that_may_not_answer_one_of_them_is_told_so_for_that_one(complaints: Serving) -> None:
    [one] = await filed(complaints, 1)

    answered = await answer(complaints, [one], as_="water.deputy")

    assert [outcome["status"] for outcome in answered.json()] == [403]


async def test_the_same_sent_again_answers_those_that_are_left_and_nobody_twice(complaints: Serving) -> None:
    one, other = await filed(complaints, 2)
    await answer(complaints, [one])

    again = await answer(complaints, [one, other, one])
    differently = await answer(complaints, [one], text="چیز دیگری.")

    assert [(outcome["id"], outcome["status"]) for outcome in again.json()] == [(one, 200), (other, 200)]
    assert [outcome["status"] for outcome in differently.json()] == [409]
    assert (await event_names(complaints)).count("ComplaintAnswered") == 2


async def test_pressed_twice_at_once_each_is_answered_once(complaints: Serving) -> None:
    receipts = await filed(complaints, 5)

    both = await asyncio.gather(*[answer(complaints, [*receipts]) for _ in range(4)])

    assert {outcome["status"] for one in both for outcome in one.json()} == {200}
    assert (await event_names(complaints)).count("ComplaintAnswered") == 5


async def test_a_place_that_nothing_fills_and_too_many_at_once_are_refused_before_any_is_answered(
    complaints: Serving,
) -> None:
    [one] = await filed(complaints, 1)

    for wrong in (
        await answer(complaints, [one], text="{name} عزیز"),
        await answer(complaints, [one] * 51),
        await answer(complaints, []),
    ):
        assert wrong.status_code == 422
    assert "ComplaintAnswered" not in await event_names(complaints)
