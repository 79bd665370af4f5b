"""The governorate's inspection reads and works what reached it from any agency, and nothing else."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from tests.complaints.cases import MOBILE, act, file, only_id
from tests.complaints.test_identity import person
from tests.serving import Serving, bearer

pytestmark = [pytest.mark.real, pytest.mark.clause("FOAD-6")]
INSPECTION = "governorate.inspection"
AT_THE_TOP = datetime(2026, 11, 22, 8, 30, tzinfo=UTC)
"""Seven working hours after noon on Saturday: Sunday at noon."""


async def get(complaints: Serving, path: str, post: str = INSPECTION) -> httpx.Response:
    return await complaints.http.get(f"/v1/{path}", headers=bearer(post))


async def reached(complaints: Serving) -> tuple[str, dict[str, Any]]:
    """One that nobody answered until it lay with the governorate's inspection."""
    receipt = await file(complaints, identity=person())
    id_ = await only_id(complaints)
    await act(complaints, "water.desk.officer", "mobile/look", id_, reason="هماهنگی بازدید از محل")
    complaints.clock.set(AT_THE_TOP)
    await complaints.sweep()
    return id_, receipt


@pytest.mark.parametrize("level", [3, 4])
async def test_a_case_is_not_found_by_the_inspection_until_it_reached_it(
    complaints: Serving, level: int
) -> None:
    await file(complaints)
    id_ = await only_id(complaints)
    complaints.clock.set(AT_THE_TOP - timedelta(milliseconds=4 - level))
    await complaints.sweep()
    seen = [
        await get(complaints, f"complaints/{id_}"),
        await get(complaints, f"complaints/{id_}/history"),
        await act(complaints, INSPECTION, "ask", id_, text="کدام روز؟"),
        await act(complaints, INSPECTION, "answer", id_, text="رسیدگی شد."),
    ]
    listed = (await get(complaints, "reached-complaints")).json()["items"]

    assert [one.status_code for one in seen] == ([404] * 4 if level == 3 else [200] * 4)
    assert [one["id"] for one in listed] == [id_] * (level == 4)


async def test_of_who_complains_it_sees_nothing_whatever_the_agency_may_know(complaints: Serving) -> None:
    id_, _ = await reached(complaints)
    seen = (await get(complaints, f"complaints/{id_}")).json()
    listed = (await get(complaints, "reached-complaints")).json()["items"]
    history = await get(complaints, f"complaints/{id_}/history")
    own = (await get(complaints, f"complaints/{id_}", "water.head")).json()

    assert (seen["agency_id"], seen["mobile"], seen["identity_told"]) == ("water", None, False)
    assert [(one["mobile"], one["identity_told"]) for one in listed] == [(None, False)]
    assert (own["mobile"], own["identity_told"]) == ("0912***4567", True)
    assert [one["note"] for one in history.json()] == [None] * len(history.json())
    for what in ("identity", "mobile"):
        looked = await act(complaints, INSPECTION, f"{what}/look", id_, reason="بازرسی پرونده")
        assert looked.status_code == 404
    assert MOBILE[1:] not in str(seen) + history.text


async def test_it_answers_and_the_citizen_is_asked_as_ever(complaints: Serving) -> None:
    id_, receipt = await reached(complaints)
    answered = await act(complaints, INSPECTION, "answer", id_, text="اداره مکلف شد فردا انجام دهد.")
    own = {"code": receipt["tracking_code"], "mobile": MOBILE}
    told = (await complaints.http.post("/v1/follow", json=own)).json()
    history = (await get(complaints, f"complaints/{id_}/history", "water.head")).json()

    assert answered.status_code == 200
    assert (told["status"], told["answer"]) == ("answered", "اداره مکلف شد فردا انجام دهد.")
    assert history[-1]["by"] == "post:governorate.inspection person:p-governorate.inspection"


async def test_notes_drafts_and_moves_inside_the_agency_stay_the_agencys(complaints: Serving) -> None:
    id_, _ = await reached(complaints)
    tried = [
        await get(complaints, f"complaints/{id_}/notes"),
        await get(complaints, f"complaints/{id_}/draft"),
        await act(complaints, INSPECTION, "notes", id_, text="از ما"),
        await complaints.http.delete(f"/v1/complaints/{id_}/draft", headers=bearer(INSPECTION)),
        await act(complaints, INSPECTION, "give-back", id_, reason="کار ما نیست."),
        await act(complaints, INSPECTION, "route", id_, unit_id="pr", reason="کار آن‌هاست."),
    ]

    assert [one.status_code for one in tried] == [404] * 6


async def test_no_other_post_of_the_governorate_and_no_other_agency_comes_to_it(complaints: Serving) -> None:
    id_, _ = await reached(complaints)

    assert (await get(complaints, f"complaints/{id_}", "governorate.head")).status_code == 403
    for post in ("roads.head", "roads.inspector"):
        assert (await get(complaints, f"complaints/{id_}", post)).status_code == 404
        assert (await get(complaints, "reached-complaints", post)).json()["items"] == []
    assert (await get(complaints, "reached-complaints", "water.head")).json()["items"] == []


async def test_its_list_reads_no_case_that_did_not_reach_it(complaints: Serving) -> None:
    await reached(complaints)
    for number in range(30):
        await file(complaints, text=f"{number}")
    await complaints.database.command({"profile": 2})
    listed = (await get(complaints, "reached-complaints")).json()["items"]
    await complaints.database.command({"profile": 0})
    of_cases = {"ns": f"{complaints.database.name}.complaints", "op": "query"}
    asked = complaints.database["system.profile"].find(of_cases)

    assert (len(listed), [one["docsExamined"] async for one in asked]) == (1, [1])
