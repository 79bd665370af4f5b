"""A case is handed over to another agency with its history, and its citizen's clock and code go on."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from services.complaints.domain import transfer
from services.complaints.usecases import files_carried
from services.complaints.usecases.transferring import hear_of_transfer
from shared.bus.effects import Projection
from shared.directory.lookup import Directory
from shared.directory.replica import COLLECTION, fold
from shared.events.complaints_course import ComplaintCitizenReplied, ComplaintTakenOver
from shared.events.directory import PostVacated, ServiceWithdrawn
from tests.complaints.attachments import listed, send
from tests.complaints.cases import act, event_names, file, only_id
from tests.complaints.handing_over import (
    HEAD,
    INSPECTION,
    OFFICER,
    WHY,
    bring,
    citizen,
    erase,
    events,
    get,
    hand_over,
    handed_over,
    told,
)
from tests.complaints.test_domain import NOON
from tests.province import told as told_of
from tests.serving import SATURDAY_NINE, Serving, bearer

pytestmark = [pytest.mark.real, pytest.mark.clause("RIGHTS-P4-4")]
THERE = "roads.desk.officer"


async def test_it_goes_on_at_the_other_agency_by_the_same_code_with_the_same_deadline(
    complaints: Serving,
) -> None:
    receipt = await file(complaints)
    before = await only_id(complaints)
    complaints.clock.forward(hours=1)
    gone = await hand_over(complaints, before)
    on_its_way = await citizen(complaints, receipt)
    refused = await citizen(complaints, receipt, "/withdrawal")
    await bring(complaints)
    after = await only_id(complaints, "roads")
    here = (await get(complaints, f"complaints/{after}", THERE)).json()
    followed = await citizen(complaints, receipt)
    answered = await act(complaints, THERE, "answer", after, text="راه باز شد.")
    rated = await citizen(complaints, receipt, "/rating", satisfied=True)

    assert (gone.status_code, gone.json()["status"]) == (200, "transferred")
    assert gone.json()["handed_over"]["agency_id"] == "roads"
    assert (on_its_way.status_code, on_its_way.json()["status"]) == (200, "transferred")
    assert on_its_way.json()["handed_over_to"] == "roads"
    assert (refused.status_code, refused.json()["clause"]) == (409, "RIGHTS-P4-4")
    assert here["tracking_code"] == receipt["tracking_code"]
    assert (here["filed_at"], here["reply_due_at"]) == (receipt["filed_at"], receipt["reply_due_at"])
    assert (here["status"], here["unit_id"], here["mobile"]) == ("filed", "desk", "0912***4567")
    assert (followed.json()["agency_id"], followed.json()["came_from"]) == ("roads", ["water"])
    assert answered.status_code == 200
    assert (rated.json()["status"], rated.json()["answer"]) == ("closed", "راه باز شد.")
    [came] = await events(complaints, ComplaintTakenOver)
    assert (came.agency_id, came.post_id, came.overseen_by) == ("roads", "roads.desk.head", "roads.inspector")


async def test_told_many_times_at_once_and_again_later_it_is_one_case_with_each_file_once(
    complaints: Serving,
) -> None:
    receipt = await file(complaints)
    before = await only_id(complaints)
    await send(complaints, receipt)
    await hand_over(complaints, before)
    [envelope] = await told(complaints)
    use = complaints.parts.use
    await asyncio.gather(*[hear_of_transfer(use, envelope) for _ in range(5)])
    complaints.clock.forward(days=2)
    await complaints.sweep()
    await bring(complaints, times=2)
    after = await only_id(complaints, "roads")

    assert (await event_names(complaints)).count("ComplaintTakenOver") == 1
    assert len(await listed(complaints, after, "roads.head")) == 1
    assert await complaints.database["files.files"].count_documents({}) == 2


async def test_died_between_any_two_steps_it_is_done_to_the_end_when_it_is_told_again(
    complaints: Serving, monkeypatch: pytest.MonkeyPatch
) -> None:
    receipt = await file(complaints)
    await send(complaints, receipt)
    await hand_over(complaints, await only_id(complaints))

    def dies(*_: Any, **__: Any) -> None:
        raise ConnectionError

    steps = [(files_carried, "take_place"), (files_carried, "seal_file"), (files_carried, "carry")]
    for where, name in [*steps, (transfer, "arrive")]:
        with monkeypatch.context() as patched:
            patched.setattr(where, name, dies)
            with pytest.raises(ConnectionError):
                await bring(complaints)
        assert (await citizen(complaints, receipt)).json()["agency_id"] == "roads"
        erased = await erase(complaints, "water.head")
        assert erased.status_code == 409  # the key is needed here until all is there
    await bring(complaints)
    after = await only_id(complaints, "roads")

    assert [one["name"] for one in await listed(complaints, after, "roads.head")] == ["گلایه.txt"]
    assert (await event_names(complaints)).count("ComplaintTakenOver") == 1
    assert (await erase(complaints, "water.head")).status_code == 200


async def test_heard_of_days_later_after_posts_and_services_changed_it_is_made_and_its_clock_catches_up(
    complaints: Serving,
) -> None:
    receipt = await file(complaints)
    await hand_over(complaints, await only_id(complaints))
    copy = Projection(complaints.database[COLLECTION], fold)
    for agency in ("water", "roads"):
        gone = PostVacated(agency_id=agency, post_id=f"{agency}.desk.head", at=SATURDAY_NINE)
        await copy.work(told_of(agency, [gone], after=20))
    await copy.work(told_of("service:2001", [ServiceWithdrawn(agency_id="roads", code="2001")], after=1))
    complaints.clock.forward(days=2)
    [envelope] = await told(complaints)
    fresh = replace(complaints.parts.use, directory=Directory(complaints.database))
    await hear_of_transfer(fresh, envelope)
    after = await only_id(complaints, "roads")
    await complaints.sweep()
    here = (await get(complaints, f"complaints/{after}", "roads.head")).json()

    assert (here["reply_due_at"], here["level"]) == (receipt["reply_due_at"], 4)
    assert here["level_post"] == INSPECTION
    assert [one.post_id for one in await events(complaints, ComplaintTakenOver)] == ["roads.deputy"]


async def test_late_before_it_went_it_is_late_there_and_what_was_due_stays_due_here(
    complaints: Serving,
) -> None:
    receipt = await file(complaints)
    before = await only_id(complaints)
    complaints.clock.set(NOON + timedelta(hours=1))
    await hand_over(complaints, before)
    complaints.clock.forward(minutes=30)
    await bring(complaints)
    after = await only_id(complaints, "roads")
    came = (await get(complaints, f"complaints/{after}", "roads.head")).json()
    complaints.clock.set(NOON + timedelta(hours=2))
    await complaints.sweep()
    later = (await get(complaints, f"complaints/{after}", "roads.head")).json()
    await act(complaints, "roads.head", "answer", after, text="شد.")
    reckoned = [
        (await get(complaints, f"complaints/{id_}/reckoning", f"{agency}.head")).json()
        for id_, agency in ((before, "water"), (after, "roads"))
    ]

    assert (came["reply_due_at"], came["level"]) == (receipt["reply_due_at"], 1)
    assert came["level_post"] == "roads.desk.head"
    assert (later["level"], later["level_post"]) == (2, "roads.deputy")
    assert [one["agrees"] for one in reckoned] == [True, True]
    assert [one["frozen"]["in_time"] for one in reckoned] == [False, False]
    assert [one["frozen"]["late_by_s"] for one in reckoned] == [3600, 7200]


async def test_the_next_agency_reads_what_was_done_and_why_and_neither_whom_nor_what_was_noted(
    complaints: Serving,
) -> None:
    receipt = await file(complaints)
    before = await only_id(complaints)
    await act(complaints, OFFICER, "take", before)
    await act(complaints, OFFICER, "notes", before, text="به رئیس گفتم.")
    await act(complaints, OFFICER, "ask", before, text="کدام روز؟")
    await citizen(complaints, receipt, "/reply", text="شنبه")
    await act(complaints, OFFICER, "answer", before, text="کار ما نیست.")
    await citizen(complaints, receipt, "/rating", satisfied=False, reason="پس کار کیست؟")
    await hand_over(complaints, before, post="water.desk.head")
    await bring(complaints)
    after = await only_id(complaints, "roads")
    read = await get(complaints, f"complaints/{after}/past", "roads.head")
    [stay] = read.json()

    assert (stay["agency_id"], stay["reason"], stay["said"]) == ("water", WHY, "پس کار کیست؟")
    assert (stay["agency"]["en"], stay["satisfied"], stay["in_time"]) == ("water", False, True)
    assert [(one["act"], one["by"]) for one in stay["deeds"]] == [
        ("file", "citizen"),
        ("take", OFFICER),
        ("ask", OFFICER),
        ("reply", "citizen"),
        ("answer", OFFICER),
        ("rate", "citizen"),
        ("transfer", "water.desk.head"),
    ]
    assert stay["rounds"][0]["answer"] == "کار ما نیست."
    assert stay["rounds"][0]["questions"][0]["reply"] == "شنبه"
    assert "p-water" not in read.text
    assert "به رئیس گفتم" not in read.text
    kept = str(await complaints.database["complaints"].find().to_list())
    assert WHY not in kept
    for id_, post in ((after, "water.head"), (before, "roads.head")):
        for path in ("", "/past", "/history", "/notes", "/attachments", "/reckoning"):
            assert (await get(complaints, f"complaints/{id_}{path}", post)).status_code == 404


async def test_what_is_no_place_for_it_is_refused_and_nothing_is_half_done(complaints: Serving) -> None:
    await file(complaints)
    id_ = await only_id(complaints)
    refused = [
        await hand_over(complaints, id_, agency="nowhere"),
        await hand_over(complaints, id_, agency="water", service_code="1001"),
        await hand_over(complaints, id_, service_code="1001"),
        await hand_over(complaints, id_, service_code="9"),
        await hand_over(complaints, id_, reason="چون"),
        await hand_over(complaints, id_, ground="weather"),
        await hand_over(complaints, id_, post=OFFICER),
        await hand_over(complaints, id_, post="water.deputy"),
        await hand_over(complaints, id_, post="roads.head"),
        await hand_over(complaints, id_, post=INSPECTION),
    ]
    await act(complaints, OFFICER, "ask", id_, text="کدام روز؟")
    waiting = await hand_over(complaints, id_)
    history = (await get(complaints, f"complaints/{id_}/history", HEAD)).json()

    assert [one.status_code for one in refused] == [422, 422, 422, 422, 422, 409, 403, 403, 404, 404]
    assert [one.json()["errors"][0]["pointer"] for one in refused[:4]] == [
        "/agency_id",
        "/agency_id",
        "/service_code",
        "/service_code",
    ]
    assert (waiting.status_code, waiting.json()["clause"]) == (409, "RIGHTS-P4-4")
    assert [one["act"] for one in history] == ["file", "ask"]


async def test_asked_twice_it_is_handed_over_once_and_of_two_places_to_the_first(
    complaints: Serving,
) -> None:
    await file(complaints)
    id_ = await only_id(complaints)
    both = await asyncio.gather(*[hand_over(complaints, id_) for _ in range(4)])
    answered = await act(complaints, OFFICER, "answer", id_, text="نه.")

    assert [one.status_code for one in both] == [200] * 4
    assert (await event_names(complaints)).count("ComplaintTransferred") == 1
    assert answered.status_code == 409
    assert "سپرده‌شده به دستگاه دیگر" in answered.json()["detail"]


async def test_an_answer_and_a_handing_over_at_once_end_in_one_order_or_the_other(
    complaints: Serving,
) -> None:
    receipt = await file(complaints)
    id_ = await only_id(complaints)
    answer, gone = await asyncio.gather(
        act(complaints, OFFICER, "answer", id_, text="شد."), hand_over(complaints, id_)
    )
    await bring(complaints)
    seen = (await citizen(complaints, receipt)).json()

    assert sorted([answer.status_code, gone.status_code]) == [200, 409]
    assert seen["agency_id"] == ("water" if answer.status_code == 200 else "roads")


async def test_staff_there_find_it_as_handed_over_and_here_as_any_other(complaints: Serving) -> None:
    receipt, before, after = await handed_over(complaints)
    owed = [await get(complaints, "complaints/work", f"{one}.head") for one in ("water", "roads")]
    gone = (await get(complaints, "complaints?status=transferred", HEAD)).json()["items"]
    found: list[list[str]] = []
    for wanted in (receipt["tracking_code"], "فردا", "4567"):
        for post in (HEAD, "roads.head"):
            answer = await complaints.http.post(
                "/v1/complaints/search", json={"wanted": wanted}, headers=bearer(post)
            )
            found.append([one["id"] for one in answer.json()["items"]])

    assert [[one["id"] for one in page.json()["items"]] for page in owed] == [[], [after]]
    assert [(one["id"], one["handed_over"]["agency_id"]) for one in gone] == [(before, "roads")]
    assert found == [[before], [after]] * 3


async def test_the_governorates_inspection_has_it_once_as_it_is_now_and_still_reads_what_was(
    complaints: Serving,
) -> None:
    await file(complaints)
    before = await only_id(complaints)
    complaints.clock.forward(days=2)
    await complaints.sweep()
    reached = [(await get(complaints, "reached-complaints", INSPECTION)).json()["items"]]
    await hand_over(complaints, before)
    reached.append((await get(complaints, "reached-complaints", INSPECTION)).json()["items"])
    await bring(complaints)
    after = await only_id(complaints, "roads")
    reached.append((await get(complaints, "reached-complaints", INSPECTION)).json()["items"])
    past = await get(complaints, f"complaints/{after}/past", INSPECTION)

    assert [[one["id"] for one in items] for items in reached] == [[before], [], [after]]
    assert reached[2][0]["level_post"] == INSPECTION
    assert (await get(complaints, f"complaints/{before}", INSPECTION)).status_code == 200
    assert [(one["agency_id"], one["reason"]) for one in past.json()] == [("water", None)]
    assert (await act(complaints, INSPECTION, "answer", after, text="انجام شود.")).status_code == 200


async def test_a_reply_to_what_was_asked_before_goes_to_whoever_has_it_now(complaints: Serving) -> None:
    receipt = await file(complaints)
    before = await only_id(complaints)
    await act(complaints, OFFICER, "ask", before, text="کدام روز؟")
    complaints.clock.forward(days=4)
    await complaints.sweep()
    await hand_over(complaints, before)
    await bring(complaints)
    after = await only_id(complaints, "roads")
    replied = await citizen(complaints, receipt, "/reply", text="شنبه")
    here = (await get(complaints, f"complaints/{after}", "roads.head")).json()

    assert (replied.status_code, replied.json()["question"]["reply"]) == (200, "شنبه")
    assert here["rounds"][0]["questions"][0]["reply"] == "شنبه"
    [heard] = await events(complaints, ComplaintCitizenReplied)
    assert (heard.agency_id, heard.post_id) == ("roads", here["level_post"] or "roads.desk.head")


async def test_a_wrong_code_and_another_number_say_the_same_as_of_any_other_case(complaints: Serving) -> None:
    receipt, _, _ = await handed_over(complaints)
    other = {"tracking_code": "3TMJ-WP0K-48R6-TF3J"}
    wrong = [
        await citizen(complaints, receipt, mobile="09120000000"),
        await citizen(complaints, other),
    ]

    assert [one.status_code for one in wrong] == [404, 404]
    assert wrong[0].json() == wrong[1].json()


async def test_nobody_else_is_given_its_code_not_even_while_it_is_on_its_way(complaints: Serving) -> None:
    receipt = await file(complaints)
    await hand_over(complaints, await only_id(complaints))
    form = {
        "service_code": "1001",
        "ground": "nobody-at-the-desk",
        "text": "بسته بود.",
        "mobile": "09350000000",
        "received_at": "1405/08/30 08:15",
        "form_code": receipt["tracking_code"],
    }
    taken = await complaints.http.post("/v1/intake/paper", json=form, headers=bearer(OFFICER))

    assert taken.status_code == 409
    await bring(complaints)
    assert (await citizen(complaints, receipt)).json()["agency_id"] == "roads"
