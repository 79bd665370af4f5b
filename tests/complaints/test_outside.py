"""What lies outside the grounds, and what its citizen takes back: counted, answered, never dropped."""

from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest

from services.complaints.domain import asking, outside, verdict, withdrawal
from services.complaints.domain.complaint import Complaint, Facts, Status
from services.complaints.domain.outside import RightDoor
from shared.events.complaints import ComplaintClosed, ComplaintEscalated, ComplaintReopened
from shared.events.complaints_course import ComplaintPointedElsewhere, ComplaintWithdrawn
from tests.complaints.cases import MOBILE, act, event_names, file, only_id
from tests.complaints.cases import verdict as rated
from tests.complaints.test_domain import (
    INSTANT,
    LINE,
    LINES,
    MEASURE,
    NOON,
    OFFICER,
    UNIT_HEAD,
    complaint,
    of,
)
from tests.province import SATURDAY_NINE
from tests.serving import Serving, bearer

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
TEN = SATURDAY_NINE + HOUR
WHERE = "تعیین بهای آب با شورای اقتصاد است؛ درخواست خود را آنجا ثبت کنید."
OWN_WISH = "مشکل با مراجعهٔ حضوری حل شد."


def pointed(at: datetime = TEN, one: Complaint | None = None) -> tuple[Complaint, Facts]:
    return outside.point_elsewhere(
        one or complaint(), RightDoor.AUTHORITY, WHERE, OFFICER, at, LINES, MEASURE
    )


def withdrawn(at: datetime, one: Complaint | None = None) -> tuple[Complaint, Facts]:
    return withdrawal.withdraw(one or complaint(), OWN_WISH, at, LINES, MEASURE)


@pytest.mark.clause("FOAD-5")
def test_the_right_doors_are_the_case_itself_another_authority_a_suggestion_and_a_request() -> None:
    assert [one.value for one in RightDoor] == [
        "object-of-the-case",
        "other-authority",
        "suggestion",
        "request",
    ]


@pytest.mark.clause("FOAD-5")
@pytest.mark.parametrize(("now", "in_time"), [(NOON - INSTANT, True), (NOON, False)])
def test_pointing_to_the_right_door_is_an_answer_in_time_or_late(now: datetime, in_time: bool) -> None:
    one, facts = pointed(now)

    assert (one.status, one.round.pointed_to, one.round.answer) == (Status.OUTSIDE, "other-authority", WHERE)
    assert (one.escalates_at, one.rate_by_at) == (None, now + 7 * DAY)
    [told] = of(ComplaintPointedElsewhere, facts)
    assert (told.right_door, told.in_time, told.rate_by_at) == ("other-authority", in_time, now + 7 * DAY)
    assert [one.post_id for one in of(ComplaintEscalated, facts)] == [UNIT_HEAD.id] * (not in_time)


@pytest.mark.clause("RIGHTS-P9-5")
def test_whoever_contests_it_opens_it_one_level_higher() -> None:
    again, facts = verdict.rate(
        pointed()[0], satisfied=False, reason="کار همین اداره است.", now=TEN, line=LINE, measure=MEASURE
    )

    assert (again.status, again.taken_by, again.round.pointed_to) == (Status.TAKEN, UNIT_HEAD.id, None)
    assert again.round.due_at == TEN + 3 * HOUR
    assert [one.level for one in of(ComplaintReopened, facts)] == [1]


@pytest.mark.clause("RIGHTS-P9-5")
def test_uncontested_it_closes_after_seven_days_as_not_rated() -> None:
    one, _ = pointed()

    assert verdict.close_unrated(one, TEN + 7 * DAY - INSTANT) == (one, [])
    closed, facts = verdict.close_unrated(one, TEN + 7 * DAY)
    assert closed.status is Status.CLOSED
    assert [one.satisfied for one in of(ComplaintClosed, facts)] == [None]


@pytest.mark.clause("FOAD-10")
@pytest.mark.parametrize(("now", "in_time"), [(NOON - INSTANT, True), (NOON, False)])
def test_taken_back_nobody_owes_an_answer_and_what_was_late_stays_late(now: datetime, in_time: bool) -> None:
    one, facts = withdrawn(now)

    assert (one.status, one.closed_at, one.reason) == (Status.WITHDRAWN, now, OWN_WISH)
    assert (one.escalates_at, one.measured_by, one.rate_by_at) == (None, None, None)
    [told] = of(ComplaintWithdrawn, facts)
    assert (told.in_time, told.late_by_s, told.rounds) == (in_time, 0, 1)
    assert len(of(ComplaintEscalated, facts)) == (not in_time)
    assert withdrawn(now + DAY, one) == (one, [])


@pytest.mark.clause("FOAD-10")
def test_taken_back_while_the_citizen_is_asked_it_is_not_late_by_the_time_of_the_question() -> None:
    waiting, _ = asking.ask(complaint(), "کدام روز؟", OFFICER, TEN, LINES, MEASURE)
    one, facts = withdrawn(TEN + 2 * DAY, waiting)

    assert (one.waits_until_at, [type(fact) for fact in facts]) == (None, [ComplaintWithdrawn])
    assert [told.in_time for told in of(ComplaintWithdrawn, facts)] == [True]


async def point(complaints: Serving, id_: str, **changes: Any) -> httpx.Response:
    body = {"right_door": "other-authority", "text": WHERE, **changes}
    return await act(complaints, "water.desk.officer", "point-elsewhere", id_, **body)


async def take_back(complaints: Serving, receipt: dict[str, Any], **changes: Any) -> httpx.Response:
    own = {"code": receipt["tracking_code"], "mobile": MOBILE, **changes}
    return await complaints.http.post("/v1/follow/withdrawal", json=own)


@pytest.mark.real
@pytest.mark.clause("FOAD-5")
async def test_what_is_on_none_of_the_grounds_is_a_case_that_is_answered_and_can_be_contested(
    complaints: Serving,
) -> None:
    receipt = await file(complaints, ground="none-of-these", text="آب گران است.")
    id_ = await only_id(complaints)
    wrong = await point(complaints, id_, right_door="nowhere")
    seen = (await point(complaints, id_)).json()
    own = {"code": receipt["tracking_code"], "mobile": MOBILE}
    told = (await complaints.http.post("/v1/follow", json=own)).json()
    again = (await rated(complaints, receipt, satisfied=False)).json()

    assert wrong.status_code == 422
    assert (seen["status"], seen["rounds"][0]["pointed_to"]) == ("outside", "other-authority")
    assert (told["status"], told["answer"], told["pointed_to"]) == ("outside", WHERE, "other-authority")
    assert (again["status"], again["level"]) == ("taken", 1)
    assert await event_names(complaints) == [
        "ComplaintFiled",
        "ComplaintPointedElsewhere",
        "ComplaintReopened",
    ]


@pytest.mark.real
@pytest.mark.clause("FOAD-10")
async def test_the_citizen_takes_it_back_and_no_clock_or_post_goes_on_with_it(complaints: Serving) -> None:
    receipt = await file(complaints)
    id_ = await only_id(complaints)
    stranger = await take_back(complaints, receipt, mobile="09120000000")
    back = [await take_back(complaints, receipt, reason=OWN_WISH) for _ in range(2)]
    complaints.clock.forward(days=30)

    assert stranger.status_code == 404
    assert [(one.status_code, one.json()["status"]) for one in back] == [(200, "withdrawn")] * 2
    assert await complaints.sweep() == 0
    refused = await act(complaints, "water.desk.officer", "answer", id_, text="شد.")
    assert (refused.status_code, refused.json()["clause"]) == (409, "FOAD-10")
    assert await event_names(complaints) == ["ComplaintFiled", "ComplaintWithdrawn"]


@pytest.mark.real
@pytest.mark.clause("FOAD-10")
async def test_an_order_to_forget_a_citizen_is_carried_out_once_they_took_all_back(
    complaints: Serving,
) -> None:
    receipt = await file(complaints)
    order = {"mobile": MOBILE, "why": "ordered-by-law"}

    async def ordered() -> int:
        url = "/v1/persons/erasure"
        return (await complaints.http.post(url, json=order, headers=bearer("water.head"))).status_code

    before = await ordered()
    await take_back(complaints, receipt)
    assert (before, await ordered()) == (409, 200)
