"""The register of misconduct: what is found, what follows, and who never learns of it."""

import asyncio
from datetime import timedelta
from typing import Any

import httpx
import pytest

from shared.bus.effects import Projection
from shared.directory.replica import COLLECTION, fold
from shared.events.directory import PostFilled
from shared.store.history import broken_at
from tests.complaints.cases import act, file, only_id
from tests.complaints.misconduct import (
    GOVERNORATES,
    INSPECTOR,
    OFFICER,
    REASONS,
    WHY,
    does,
    enter,
    found,
    heard,
    opened,
    opening,
)
from tests.province import SATURDAY_NINE, agency_events, posts_of, told
from tests.serving import Serving, bearer

pytestmark = pytest.mark.real
READERS = {"water.head", INSPECTOR}
ANOTHER = "water.desk.officer-2"
NAMED = {"desk": OFFICER, "works": "water.deputy", "pr": "water.pr.head"}


async def shown(complaints: Serving, path: str, by: str = INSPECTOR) -> Any:
    answer = await complaints.http.get(f"/v1/misconduct{path}", headers=bearer(by))
    assert answer.status_code == 200, answer.text
    return answer.json()


async def stands_in(complaints: Serving, person: str, post: str) -> None:
    """From now on, for an hour."""
    filled = PostFilled(
        agency_id="water",
        post_id=post,
        person_id=person,
        from_at=SATURDAY_NINE,
        until_at=SATURDAY_NINE + timedelta(hours=1),
        stand_in=True,
    )
    copy = Projection(complaints.database[COLLECTION], fold)
    await copy.work(told("water", [filled], after=len(agency_events("water"))))


async def told_outside(complaints: Serving) -> list[dict[str, Any]]:
    """What the events of the register hold."""
    entries = [
        event
        async for one in complaints.database["misconduct"].find({}, {"history": 1}).sort("_id", 1)
        for entry in one["history"]
        for event in entry["events"]
    ]
    return [{**one["data"], "type": one["type"].split(".")[3]} for one in entries]


@pytest.mark.clause("RIGHTS-P9-3")
@pytest.mark.clause("RIGHTS-P4-6")
@pytest.mark.parametrize(
    ("degree", "cause", "measure"),
    [
        ("unaware", "delay", "guidance"),
        ("unaware", "disrespect", "guidance"),
        ("careless", "delay", "warning"),
        ("careless", "disrespect", "warning"),
        ("defiant", "delay", "referral"),
        ("defiant", "disrespect", "warning"),
        ("defiant", "discrimination", "warning"),
    ],
)
async def test_the_finding_decides_what_follows_and_bad_treatment_is_first_warned_of(
    complaints: Serving, degree: str, cause: str, measure: str
) -> None:
    record = await found(complaints, degree, cause=cause)

    assert (record["measure"], record["repeated"], record["standing"]) == (measure, False, "found")


@pytest.mark.clause("RIGHTS-P4-6")
@pytest.mark.parametrize(
    ("days", "milliseconds", "measure"), [(365, -1, "referral"), (365, 0, "warning"), (0, 1, "referral")]
)
async def test_repeated_within_a_year_of_a_warning_it_goes_to_the_board(
    complaints: Serving, days: int, milliseconds: int, measure: str
) -> None:
    await found(complaints, "careless")
    complaints.clock.forward(days=days, milliseconds=milliseconds)
    again = await found(complaints, "careless")

    assert (again["measure"], again["repeated"]) == (measure, measure == "referral")


@pytest.mark.clause("RIGHTS-P9-3")
async def test_who_was_warned_is_not_unaware_and_who_was_only_guided_is_warned_first(
    complaints: Serving,
) -> None:
    await found(complaints, "unaware")
    warned = await found(complaints, "careless")
    refused = await does(complaints, await heard(complaints), "finding", degree="unaware", reasons=REASONS)

    assert warned["measure"] == "warning"
    assert (refused.status_code, refused.json()["clause"]) == (409, "RIGHTS-P9-3")


@pytest.mark.clause("RIGHTS-P4-6")
async def test_what_was_withdrawn_or_objected_to_with_reason_is_no_repetition(complaints: Serving) -> None:
    first = await found(complaints, "careless")
    await does(complaints, first["id"], "withdrawal", reason=REASONS)
    second = await found(complaints, "careless")
    await does(complaints, second["id"], "objection", text="من آن روز مرخصی بودم.")
    right = await does(complaints, second["id"], "objection/decision", upheld=True, reasons=REASONS)
    third = await found(complaints, "careless")

    assert right.json()["standing"] == "withdrawn"
    assert (second["measure"], third["measure"], third["repeated"]) == ("warning", "warning", False)
    assert [one["type"] for one in await told_outside(complaints)].count("MisconductWithdrawn") == 2


@pytest.mark.clause("RIGHTS-P4-6")
async def test_of_many_findings_at_once_one_is_the_first_and_the_others_repeat_it(
    complaints: Serving,
) -> None:
    ids = [await heard(complaints) for _ in range(6)]
    answers = await asyncio.gather(
        *(does(complaints, id_, "finding", degree="careless", reasons=REASONS) for id_ in ids)
    )

    assert sorted(one.json()["measure"] for one in answers) == ["referral"] * 5 + ["warning"]


@pytest.mark.clause("RIGHTS-P4-2")
async def test_who_is_on_the_edge_is_guided_and_that_ends_it_without_any_finding(complaints: Serving) -> None:
    id_ = await opened(complaints)
    early = await does(complaints, id_, "settlement")
    await does(complaints, id_, "guidance", kind="counsel", on="2026-11-21", note="گفت‌وگو با مشاور")
    ended = await does(complaints, id_, "settlement")

    assert (early.status_code, early.json()["clause"]) == (409, "RIGHTS-P4-2")
    assert (ended.json()["standing"], ended.json()["finding"]) == ("settled", None)
    [event] = await told_outside(complaints)
    assert (event["type"], event["measure"], event["finding"]) == ("MisconductSettled", "guidance", None)


@pytest.mark.clause("RIGHTS-P4-2")
@pytest.mark.parametrize("degree", ["unaware", "careless"])
async def test_nobody_goes_to_the_board_before_guidance_or_a_warning(
    complaints: Serving, degree: str
) -> None:
    record = await found(complaints, degree)
    refused = await does(complaints, record["id"], "referral")

    assert (refused.status_code, refused.json()["clause"]) == (409, "RIGHTS-P4-6")
    settled = await does(complaints, record["id"], "settlement")
    assert settled.status_code == (409 if degree == "unaware" else 200)  # guidance is still to come


@pytest.mark.clause("RIGHTS-P9-4")
async def test_the_board_decides_a_sanction_of_the_law_and_that_ends_it(complaints: Serving) -> None:
    id_ = (await found(complaints, "defiant", cause="undue-demand"))["id"]
    board = {"decision_number": "۷۱", "decided_on": "2026-11-21"}
    early = await does(complaints, id_, "outcome", sanction="dismissal", **board)
    await does(complaints, id_, "referral")
    unknown = await does(complaints, id_, "outcome", sanction="whipping", **board)
    closed = await does(complaints, id_, "outcome", sanction="written-reprimand", **board)
    again = await does(complaints, id_, "outcome", sanction="dismissal", **board)

    assert [one.status_code for one in (early, unknown, closed, again)] == [409, 409, 200, 409]
    assert unknown.json()["clause"] == "RIGHTS-P9-4"
    last = (await told_outside(complaints))[-1]
    assert (last["measure"], last["sanctioned"], last["clause"]) == ("referral", True, "RIGHTS-P9-4")


@pytest.mark.clause("RIGHTS-P4-6")
async def test_who_was_acquitted_did_not_do_it_before(complaints: Serving) -> None:
    id_ = (await found(complaints, "defiant", cause="delay"))["id"]
    await does(complaints, id_, "referral")
    await does(complaints, id_, "outcome", sanction=None, decision_number="۷۲", decided_on="2026-11-21")

    assert (await found(complaints, "careless"))["repeated"] is False


@pytest.mark.clause("RIGHTS-P9-3")
async def test_nobody_is_found_to_have_done_wrong_unheard_and_an_objection_has_its_time(
    complaints: Serving,
) -> None:
    id_ = await opened(complaints)
    unheard = await does(complaints, id_, "finding", degree="careless", reasons=REASONS)
    assert (await does(complaints, id_, "statement", text=None)).is_success
    await does(complaints, id_, "finding", degree="careless", reasons=REASONS)
    complaints.clock.forward(days=10)
    late = await does(complaints, id_, "objection", text="چنین نبود.")
    complaints.clock.forward(milliseconds=-1)
    in_time = await does(complaints, id_, "objection", text="چنین نبود.")
    undecided = await does(complaints, id_, "settlement")

    assert [one.status_code for one in (unheard, late, in_time, undecided)] == [409, 409, 200, 409]


@pytest.mark.clause("RIGHTS-P4-3")
@pytest.mark.parametrize(("upheld", "status"), [(True, 201), (False, 409), (None, 409)])
async def test_it_is_opened_from_a_complaint_only_if_that_was_right_and_once(
    complaints: Serving, upheld: bool | None, status: int
) -> None:
    await file(complaints)
    case = await only_id(complaints)
    await act(complaints, OFFICER, "answer", case, text="حق با شماست.", upheld=upheld)
    before = await complaints.http.get(f"/v1/complaints/{case}", headers=bearer(OFFICER))
    tried = [enter(complaints, source="complaint", complaint_id=case) for _ in range(4)]
    answers = sorted(one.status_code for one in await asyncio.gather(*tried))
    after = await complaints.http.get(f"/v1/complaints/{case}", headers=bearer(OFFICER))

    assert answers == sorted([status, 409, 409, 409])
    assert (after.json(), after.headers["etag"]) == (before.json(), before.headers["etag"])


@pytest.mark.clause("RIGHTS-P4-3")
async def test_of_everybody_only_head_and_inspection_see_it_and_the_named_unit_never(
    complaints: Serving,
) -> None:
    ids = [await opened(complaints, post) for post in NAMED.values()]
    for post in posts_of("water"):
        for id_ in ids:
            seen = await complaints.http.get(f"/v1/misconduct/{id_}", headers=bearer(post.id))
            assert seen.status_code == (200 if post.id in READERS else 403), post.id


@pytest.mark.clause("RIGHTS-P4-3")
@pytest.mark.parametrize("reader", sorted(READERS))
@pytest.mark.parametrize("unit", sorted(NAMED))
async def test_who_stands_in_at_a_post_of_the_named_unit_does_not_find_it_whatever_else_they_are(
    complaints: Serving, reader: str, unit: str
) -> None:
    await stands_in(complaints, f"p-{reader}", NAMED[unit])
    complaints.clock.set(SATURDAY_NINE - timedelta(seconds=1))
    ids = {one: await opened(complaints, post) for one, post in NAMED.items()}
    complaints.clock.set(SATURDAY_NINE)

    for other, id_ in ids.items():
        seen = await complaints.http.get(f"/v1/misconduct/{id_}", headers=bearer(reader))
        assert seen.status_code == (404 if other == unit else 200), other
    listed = await shown(complaints, "", reader)
    assert {one["id"] for one in listed["items"]} == set(ids.values()) - {ids[unit]}


@pytest.mark.clause("RIGHTS-P4-3")
async def test_to_who_is_barred_every_address_of_it_is_as_if_it_were_not_there(complaints: Serving) -> None:
    await stands_in(complaints, "p-water.inspector", ANOTHER)
    complaints.clock.set(SATURDAY_NINE - timedelta(seconds=1))
    id_ = await opened(complaints)
    complaints.clock.set(SATURDAY_NINE)
    looks = await complaints.database["misconduct_looks"].count_documents({})
    there: list[httpx.Response] = []
    nowhere: list[httpx.Response] = []
    for at, answers in ((id_, there), ("nothing", nowhere)):
        for path in ("", "/history", "/looks"):
            answers.append(await complaints.http.get(f"/v1/misconduct/{at}{path}", headers=bearer(INSPECTOR)))
        for path, body in (
            ("look", {"reason": WHY}),
            ("file", {"reason": WHY}),
            ("statement", {"text": "x"}),
            ("referral", None),
            ("settlement", None),
        ):
            headers = {**bearer(INSPECTOR), "if-match": '"7"'}
            url = f"/v1/misconduct/{at}/{path}"
            answers.append(await complaints.http.post(url, json=body, headers=headers))

    assert {one.status_code for one in there} == {404}
    assert [one.content for one in there] == [one.content for one in nowhere]
    assert await complaints.database["misconduct_looks"].count_documents({}) == looks
    own = await enter(complaints)
    assert (own.status_code, own.json()["clause"]) == (409, "RIGHTS-P4-3")


@pytest.mark.clause("RIGHTS-P4-3")
async def test_of_the_head_and_of_inspection_the_governorates_inspection_keeps_the_record(
    complaints: Serving,
) -> None:
    for post in ("water.head", INSPECTOR):
        assert (await enter(complaints, post)).status_code == 409
        id_ = await opened(complaints, post, GOVERNORATES, at_agency_id="water")
        for reader in sorted(READERS):
            seen = await complaints.http.get(f"/v1/misconduct/{id_}", headers=bearer(reader))
            assert seen.status_code == 404
            assert (await shown(complaints, "", reader))["items"] == []
        assert (await shown(complaints, f"/{id_}", GOVERNORATES))["id"] == id_
    assert (await enter(complaints, OFFICER, GOVERNORATES, at_agency_id="water")).status_code == 409
    elsewhere = await enter(complaints, "roads.desk.officer", at_agency_id="roads", service_code="2001")
    assert elsewhere.status_code == 409


@pytest.mark.clause("RIGHTS-P4-3")
async def test_every_look_is_noted_and_a_name_is_opened_only_with_a_reason(complaints: Serving) -> None:
    id_ = await opened(complaints)
    listed = await complaints.http.get("/v1/misconduct", headers=bearer("water.head"))
    masked = await complaints.http.get(f"/v1/misconduct/{id_}", headers=bearer("water.head"))
    assert f"p-{OFFICER}" not in listed.text + masked.text
    short = await does(complaints, id_, "look", reason="چرا")
    named = await does(complaints, id_, "look", reason=WHY)
    await shown(complaints, f"/{id_}/history")

    assert (short.status_code, named.json()["person_id"]) == (422, f"p-{OFFICER}")
    looks = (await shown(complaints, f"/{id_}/looks"))["items"]
    assert {(one["what"], one["post_id"], one["reason"]) for one in looks} == {
        ("history", INSPECTOR, None),
        ("name", INSPECTOR, WHY),
        ("record", "water.head", None),
        ("list", "water.head", None),
    }


@pytest.mark.clause("RIGHTS-P4-3")
async def test_events_tell_codes_and_never_a_person_a_post_or_a_small_unit(complaints: Serving) -> None:
    await found(complaints, "careless")  # three work at the desk: their unit would be nearly a name
    records = [one for kept in complaints.parts.repositories for one in await complaints.published(kept)]
    sent = b"".join(one["value"] or b"" for one in records).decode()
    [event] = await told_outside(complaints)

    assert (event["unit_id"], event["service_code"]) == (None, None)
    assert (event["step"], event["cause"], event["finding"], event["measure"]) == (
        "reception",
        "disrespect",
        "careless",
        "warning",
    )
    assert "officer" not in sent
    assert "desk" not in sent
    assert "بی‌احترامی" not in sent


@pytest.mark.clause("RIGHTS-P4-6")
async def test_the_file_for_the_board_holds_all_and_is_bound_to_the_history(complaints: Serving) -> None:
    await found(complaints, "careless")
    id_ = (await found(complaints, "careless"))["id"]
    await does(complaints, id_, "referral")
    made = (await does(complaints, id_, "file", reason=WHY)).json()
    document = await complaints.database["misconduct"].find_one({"_id": id_})

    assert document is not None
    assert broken_at(document["history"]) is None
    assert made["history_hash"] == document["history"][-1]["hash"] == made["done"][-1]["hash"]
    assert [one["act"] for one in made["done"]] == ["open", "hear", "find", "refer"]
    assert len(made["earlier"]) == 1
    for words in ("هیئت رسیدگی به تخلفات اداری", "خسته بودم.", REASONS, "به سبب تکرار", made["history_hash"]):
        assert words in made["text"]


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"person_id": "p-nobody"}, "/person_id"),
        ({"post_id": "roads.desk.officer"}, "/person_id"),
        ({"service_code": "2001"}, "/service_code"),
        ({"happened_on": "2026-11-22"}, "/happened_on"),
        ({"reference": None}, "/reference"),
        ({"source": "complaint"}, "/complaint_id"),
        ({"cause": "rude"}, "/cause"),
        ({"full_name": "علی"}, "/full_name"),
    ],
)
async def test_what_can_not_be_right_is_told_where(
    complaints: Serving, changes: dict[str, Any], pointer: str
) -> None:
    answer = await enter(complaints, **changes)

    assert answer.status_code == 422
    assert [one["pointer"] for one in answer.json()["errors"]] == [pointer]


async def test_the_same_opening_sent_twice_is_one_record(complaints: Serving) -> None:
    headers = {**bearer(INSPECTOR), "idempotency-key": "visit-318"}
    answers = [
        await complaints.http.post("/v1/misconduct", json=opening(), headers=headers) for _ in range(2)
    ]

    assert answers[0].json() == answers[1].json()
    assert len((await shown(complaints, ""))["items"]) == 1


async def test_five_years_after_it_ended_what_was_written_goes_and_what_was_found_stays(
    complaints: Serving,
) -> None:
    id_ = (await found(complaints, "careless"))["id"]
    await does(complaints, id_, "settlement")
    complaints.clock.forward(days=5 * 365, milliseconds=-1)
    assert await complaints.sweep() == 0
    complaints.clock.forward(milliseconds=1)
    await complaints.sweep()
    document = await complaints.database["misconduct"].find_one({"_id": id_})

    assert document is not None
    assert REASONS not in str(document["state"])
    assert "بی‌احترامی" not in str(document["state"])
    assert document["state"]["finding"]["measure"] == "warning"
    assert document["history"][-1]["act"] == "forget-words"
