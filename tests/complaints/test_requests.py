"""Citizens file, rate and reply by SMS: what comes over the bus has its effect once."""

from datetime import timedelta
from typing import Any

import pytest

from services.complaints import rules
from services.complaints.domain.complaint import Complaint
from services.complaints.usecases.requests import DirectoryAway
from services.complaints.usecases.use import Use
from shared.bus.records import may_pass
from shared.events.requests import RequestKind
from shared.sealing import Unopenable
from tests.complaints.cases import MOBILE, act, event_names, file, only_id, verdict
from tests.complaints.requests import ends, outcomes, reads, wants
from tests.province import SATURDAY_NINE
from tests.serving import Serving, bearer

pytestmark = [pytest.mark.real, pytest.mark.clause("FOAD-10")]
CASE = "5f0f4c1e-0000-5000-8000-000000000001"
FILE: dict[str, Any] = {"text": "آب نداریم", "case_id": CASE, "line": "30001234", "reference": "kannel-1"}
OFFICER = "water.desk.officer"


async def the_case(complaints: Serving, id_: str) -> Complaint:
    use: Use = complaints.parts.use
    return (await use.complaints.load(id_)).state


async def answered(complaints: Serving) -> tuple[str, str]:
    """A case that its citizen is asked about: its id and code."""
    receipt = await file(complaints)
    id_ = await only_id(complaints)
    assert (await act(complaints, OFFICER, "answer", id_, text="درست شد")).is_success
    return id_, receipt["tracking_code"].replace("-", "")


async def test_an_sms_is_filed_for_a_desk_to_sort_and_its_clock_runs_from_its_receipt(
    complaints: Serving,
) -> None:
    await wants(complaints, RequestKind.FILE, said=FILE, received_at=SATURDAY_NINE - timedelta(minutes=30))

    case = await the_case(complaints, CASE)
    assert (case.door, case.ground, case.service_code, case.unit_id) == (
        "sms",
        "none-of-these",
        "unsorted",
        "desk",
    )
    assert (case.text, case.filed_at, case.round.due_at) == (
        "آب نداریم",
        SATURDAY_NINE - timedelta(minutes=30),
        SATURDAY_NINE + timedelta(hours=2, minutes=30),
    )
    assert case.entry is not None
    assert (case.entry.reference, case.entry.medium, case.entry.post_id) == ("kannel-1", "30001234", None)
    assert await outcomes(complaints) == [("RequestDone", "file", "FOAD-10")]
    own = {"code": case.tracking_code, "mobile": MOBILE}
    assert (await complaints.http.post("/v1/follow", json=own)).is_success
    seen = await complaints.http.get(f"/v1/complaints/{CASE}", headers=bearer(OFFICER))
    assert seen.json()["mobile"] == "0912***4567"


async def test_what_waited_while_complaints_was_away_is_late_when_it_comes_and_goes_up_at_once(
    complaints: Serving,
) -> None:
    await wants(complaints, RequestKind.FILE, said=FILE, received_at=SATURDAY_NINE - timedelta(days=3))
    names = await event_names(complaints)
    assert (names[0], {*names[1:]}) == ("ComplaintFiled", {"ComplaintEscalated"})

    longer = {**FILE, "case_id": CASE.replace("1e", "2e"), "text": "برق نداریم"}
    received_at = SATURDAY_NINE - rules.RECEIVED.preset - timedelta(days=1)
    await wants(complaints, RequestKind.FILE, "r-2", longer, received_at=received_at)
    case = await the_case(complaints, longer["case_id"])
    assert case.filed_at == SATURDAY_NINE - timedelta(days=10)


async def test_a_clock_that_is_ahead_files_now(complaints: Serving) -> None:
    await wants(complaints, RequestKind.FILE, said=FILE, received_at=SATURDAY_NINE + timedelta(seconds=2))

    assert (await the_case(complaints, CASE)).filed_at == SATURDAY_NINE


async def test_a_request_that_comes_again_is_done_once(complaints: Serving) -> None:
    for offset in (0, 0, 1):
        await wants(complaints, RequestKind.FILE, said=FILE, offset=offset)

    assert await event_names(complaints) == ["ComplaintFiled"]
    assert await outcomes(complaints) == [("RequestDone", "file", "FOAD-10")]


async def test_its_worker_may_die_between_the_case_and_its_word_on_it(complaints: Serving) -> None:
    _, code = await answered(complaints)
    use: Use = complaints.parts.use
    for kind, id_, said in (
        (RequestKind.FILE, "r-1", FILE),
        (RequestKind.RATE, "r-2", {"score": 1, "tracking_code": code}),
    ):
        await wants(complaints, kind, id_, said)
        await use.requests.collection.delete_many({})
        before = await event_names(complaints)
        await wants(complaints, kind, id_, said, offset=1)
        assert await event_names(complaints) == before
    assert [outcome for outcome, _, _ in await outcomes(complaints)] == ["RequestDone"]


@pytest.mark.parametrize("order", [("r-1", "r-2"), ("r-2", "r-1"), ("r-1", "r-2", "r-1", "r-2")])
async def test_parts_of_one_complaint_are_one_case_with_all_words_in_whatever_order_they_come(
    complaints: Serving, order: tuple[str, ...]
) -> None:
    texts = {"r-1": "آب نداریم", "r-2": "آب نداریم\nدو روز است"}
    for offset, id_ in enumerate(order):
        await wants(complaints, RequestKind.FILE, id_, {**FILE, "text": texts[id_]}, offset=offset)

    assert (await the_case(complaints, CASE)).text == "آب نداریم\nدو روز است"
    assert await event_names(complaints) == ["ComplaintFiled"]


async def test_what_is_being_handled_grows_no_more_words(complaints: Serving) -> None:
    await wants(complaints, RequestKind.FILE, said=FILE)
    assert (await act(complaints, OFFICER, "answer", CASE, text="درست شد")).is_success
    await wants(complaints, RequestKind.FILE, "r-2", {**FILE, "text": "آب نداریم\nو برق"})

    assert (await the_case(complaints, CASE)).text == "آب نداریم"


@pytest.mark.clause("RIGHTS-P9-5")
@pytest.mark.parametrize(
    ("score", "event"),
    [(1, "ComplaintReopened"), (2, "ComplaintReopened"), (3, "ComplaintClosed"), (5, "ComplaintClosed")],
)
async def test_a_digit_of_five_is_a_verdict_satisfied_from_three_on(
    complaints: Serving, score: int, event: str
) -> None:
    id_, code = await answered(complaints)
    await wants(complaints, RequestKind.RATE, score=score, tracking_code=code, text="دیر بود")

    case = await the_case(complaints, id_)
    assert (case.score, case.satisfied, case.reason) == (score, score >= 3, "دیر بود")
    assert (await event_names(complaints))[-1] == event
    assert await outcomes(complaints) == [("RequestDone", "rate", "FOAD-10")]


@pytest.mark.clause("RIGHTS-P9-5")
async def test_a_verdict_by_sms_is_refused_once_another_was_given_or_its_time_is_over(
    complaints: Serving,
) -> None:
    id_, code = await answered(complaints)
    complaints.clock.forward(days=7)
    await wants(complaints, RequestKind.RATE, "r-0", score=5, tracking_code=code)
    complaints.clock.forward(days=-7)
    assert (await the_case(complaints, id_)).score is None
    await verdict(complaints, {"tracking_code": code}, satisfied=True)
    await wants(complaints, RequestKind.RATE, "r-1", score=5, tracking_code=code)
    await wants(complaints, RequestKind.RATE, "r-2", score=1, tracking_code=code)

    said = await outcomes(complaints)
    assert [outcome for outcome, _, _ in said] == ["RequestRefused"] * 3
    assert [clause for _, _, clause in said][:2] == ["RIGHTS-P9-5", "RIGHTS-P9-5"]
    assert (await the_case(complaints, id_)).satisfied is True


async def test_a_verdict_on_one_answer_is_none_on_the_next(complaints: Serving) -> None:
    id_, code = await answered(complaints)
    first = (await the_case(complaints, id_)).round.answered_at
    complaints.clock.forward(minutes=1)
    await verdict(complaints, {"tracking_code": code}, satisfied=False)
    assert (await act(complaints, "water.head", "answer", id_, text="این بار درست شد")).is_success
    await wants(complaints, RequestKind.RATE, score=5, tracking_code=code, answered_at=first)
    assert [outcome for outcome, _, _ in await outcomes(complaints)] == ["RequestRefused"]

    second = (await the_case(complaints, id_)).round.answered_at
    await wants(complaints, RequestKind.RATE, "r-2", score=5, tracking_code=code, answered_at=second)
    assert (await the_case(complaints, id_)).satisfied is True


async def test_another_number_rates_nothing_and_a_code_that_is_none_is_refused(complaints: Serving) -> None:
    id_, code = await answered(complaints)
    await wants(complaints, RequestKind.RATE, score=1, tracking_code=code, mobile="+989350000000")
    await wants(complaints, RequestKind.REPLY, "r-2", tracking_code="0" * 16, text="باجهٔ سوم")

    assert {outcome for outcome, _, _ in await outcomes(complaints)} == {"RequestRefused"}
    assert (await the_case(complaints, id_)).score is None


@pytest.mark.clause("FOAD-6")
async def test_a_reply_by_sms_lets_the_clock_go_on_once(complaints: Serving) -> None:
    receipt = await file(complaints)
    id_, code = await only_id(complaints), receipt["tracking_code"].replace("-", "")
    assert (await act(complaints, OFFICER, "ask", id_, text="کدام باجه؟")).is_success
    complaints.clock.forward(hours=1)
    said = {"tracking_code": code, "text": "باجهٔ سوم"}
    for offset in (0, 1):
        await wants(complaints, RequestKind.REPLY, said=said, offset=offset)
    await wants(complaints, RequestKind.REPLY, "r-2", {**said, "text": "و باجهٔ چهارم"})

    case = await the_case(complaints, id_)
    assert (case.status, case.round.questions[-1].reply) == ("taken", "باجهٔ سوم")
    assert case.round.due_at == SATURDAY_NINE + timedelta(hours=4)
    assert [outcome for outcome, _, _ in await outcomes(complaints)] == ["RequestDone", "RequestRefused"]


async def test_a_request_that_ended_is_done_no_more_and_nothing_of_it_is_left(complaints: Serving) -> None:
    await wants(complaints, RequestKind.FILE, said=FILE)
    await ends(complaints, "r-1")
    use: Use = complaints.parts.use

    assert await use.sealed_requests.get("r-1") is None
    await reads(complaints, None, "r-2", 0)
    assert await outcomes(complaints) == [("RequestDone", "file", "FOAD-10")]


async def test_what_cannot_be_opened_goes_to_the_dead_letters(complaints: Serving) -> None:
    forged = b'{"request_id":"r-1","agency_id":"water","sealed":"","wrapped_key":""}'
    with pytest.raises(Unopenable) as raised:
        await reads(complaints, forged, "r-1", 0)
    assert not may_pass(raised.value)


async def test_while_the_copy_of_the_directory_is_being_built_it_is_tried_again(complaints: Serving) -> None:
    await complaints.database["directory"].delete_many({})
    with pytest.raises(DirectoryAway) as raised:
        await wants(complaints, RequestKind.FILE, said=FILE)

    assert may_pass(raised.value)
    assert await outcomes(complaints) == []
