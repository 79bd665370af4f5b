"""Where else a case that was handed over is met: among repeats, over Open311, among what is forgotten."""

from datetime import UTC, datetime

import pytest

from services.complaints.usecases.repeats import hear_of_filing
from shared.events.complaints import ComplaintFiled
from shared.events.complaints_course import ComplaintTakenOver
from tests.complaints.cases import MOBILE, act, file, filing, only_id
from tests.complaints.handing_over import HEAD, bring, get, hand_over, handed_over, told
from tests.complaints.test_open311 import V2, key_of
from tests.complaints.test_open311 import post as report
from tests.serving import Serving

pytestmark = [pytest.mark.real, pytest.mark.clause("RIGHTS-P4-4")]
THERE = "roads.desk.officer"


async def test_it_is_one_matter_with_what_its_citizen_filed_there_and_the_earlier_is_first(
    complaints: Serving,
) -> None:
    _, before, after = await handed_over(complaints)
    complaints.clock.forward(hours=1)
    await file(complaints, agency_id="roads", service_code="2001")
    for envelope in [
        *await told(complaints, ComplaintFiled),
        *await told(complaints, ComplaintTakenOver),
    ] * 2:
        await hear_of_filing(complaints.parts.use, envelope)
    listed = (await get(complaints, "complaints", THERE)).json()["items"]
    there = (await get(complaints, f"complaints/{before}", HEAD)).json()

    assert [one["repeats"] for one in listed if one["id"] != after] == [after]
    assert [one["repeats"] for one in listed if one["id"] == after] == [None]
    assert there["repeats"] is None


async def test_a_link_to_a_first_stays_with_the_agency_where_that_is(complaints: Serving) -> None:
    await file(complaints)
    complaints.clock.forward(hours=1)
    await file(complaints)
    for envelope in await told(complaints, ComplaintFiled):
        await hear_of_filing(complaints.parts.use, envelope)
    listed = (await get(complaints, "complaints", HEAD)).json()["items"]
    [repeat] = [one["id"] for one in listed if one["repeats"]]
    await hand_over(complaints, repeat)
    await bring(complaints)

    assert (await get(complaints, f"complaints/{repeat}", HEAD)).json()["repeats"]
    after = await only_id(complaints, "roads")
    assert (await get(complaints, f"complaints/{after}", THERE)).json()["repeats"] is None


async def test_over_open311_a_report_keeps_its_id_and_shows_how_it_stands_where_it_is_now(
    complaints: Serving,
) -> None:
    [made] = (await report(complaints, await key_of(complaints))).json()
    id_ = made["service_request_id"]
    await hand_over(complaints, id_)

    async def row(path: str = f"requests/{id_}.json", **params: str) -> dict[str, str]:
        answer = await complaints.http.get(f"{V2}/{path}", params={"jurisdiction_id": "water", **params})
        assert answer.status_code == 200, answer.text
        [one] = answer.json()
        return one

    on_its_way = await row()
    await bring(complaints)
    after = await only_id(complaints, "roads")
    there = await row("requests.json", jurisdiction_id="roads")
    here = [await row(), await row("requests.json", status="open")]
    await act(complaints, THERE, "answer", after, text="شد.")
    code = (await get(complaints, f"complaints/{after}", THERE)).json()["tracking_code"]
    rating = {"code": code, "mobile": MOBILE, "satisfied": True}
    assert (await complaints.http.post("/v1/follow/rating", json=rating)).status_code == 200
    closed = await row()
    updates = await complaints.http.get(
        f"{V2}/servicerequestupdates.json", params={"jurisdiction_id": "water"}
    )

    assert (on_its_way["status"], there["service_request_id"]) == ("open", after)
    assert [(one["service_request_id"], one["status"], one["service_code"]) for one in here] == [
        (id_, "open", "2001")
    ] * 2
    assert here[0]["status_notes"]
    assert (closed["service_request_id"], closed["status"]) == (id_, "closed")
    assert [one["status"] for one in updates.json()] == ["internal_referral"]


async def test_the_words_are_forgotten_at_each_agency_when_their_time_there_is_over(
    complaints: Serving,
) -> None:
    _, before, after = await handed_over(complaints)
    answered = await act(complaints, THERE, "answer", after, text="شد.")
    complaints.clock.set(datetime(2031, 11, 19, tzinfo=UTC))
    await complaints.sweep()
    kept = [await complaints.database["complaints"].find_one({"_id": one}) for one in (before, after)]
    complaints.clock.forward(days=5)
    await complaints.sweep()
    gone = await complaints.database["complaints"].find_one({"_id": before})

    assert answered.status_code == 200
    assert [one and one["state"]["text"] for one in kept] == [filing()["text"]] * 2
    assert gone is not None
    assert (gone["state"]["text"], gone["state"]["has_words"]) == ("", False)
    assert gone["state"]["onward"]["reason"] is None
