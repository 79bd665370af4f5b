"""Who of an agency has a complaint: given to an officer, given back, sent to another unit."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from services.complaints.domain import assigning, escalation, handling, verdict
from services.complaints.domain.complaint import Status
from shared.events.complaints import ComplaintEscalated, ComplaintTaken
from shared.events.complaints_course import ComplaintAssigned, ComplaintGivenBack, ComplaintRouted
from shared.rule import Invalid, Refused
from tests.complaints.cases import act, event_names, file, only_id
from tests.complaints.test_domain import (
    DEPUTY,
    INSTANT,
    LINE,
    LINES,
    MEASURE,
    NOON,
    OFFICER,
    UNIT_HEAD,
    chart,
    complaint,
    of,
)
from tests.complaints.test_moves import OFFICER_2
from tests.province import SATURDAY_NINE
from tests.serving import Serving, bearer

TEN = SATURDAY_NINE + timedelta(hours=1)
WHY = "صدور صورت‌حساب کار میز خدمت نیست."
HEAD_OF_UNIT, OFFICER_POST = "water.desk.head", "water.desk.officer"


@pytest.mark.clause("FOAD-10")
def test_the_head_of_its_unit_gives_it_to_an_officer_once_and_the_clock_goes_on() -> None:
    before = complaint()
    assigned, facts = assigning.assign(before, OFFICER, UNIT_HEAD, TEN)

    assert (assigned.status, assigned.taken_by) == (Status.TAKEN, OFFICER.id)
    assert (assigned.round, assigned.escalates_at) == (before.round, NOON)
    [told] = of(ComplaintAssigned, facts)
    assert (told.post_id, told.by_post) == (OFFICER.id, UNIT_HEAD.id)
    assert [one.post_id for one in of(ComplaintTaken, facts)] == [OFFICER.id]
    assert assigning.assign(assigned, OFFICER, UNIT_HEAD, TEN) == (assigned, [])
    assert assigning.assign(assigned, OFFICER_2, UNIT_HEAD, TEN)[0].taken_by == OFFICER_2.id


@pytest.mark.clause("FOAD-10")
@pytest.mark.parametrize(
    ("post_id", "empty"),
    [
        ("water.desk.officer", "water.desk.officer"),  # nobody fills it
        ("water.desk.head", ""),  # no case officer
        ("water.pr.secretary", ""),  # of another unit
        ("roads.desk.officer", ""),  # of another agency
    ],
)
def test_nobody_is_given_it_but_a_case_officer_of_its_unit_who_is_there(post_id: str, empty: str) -> None:
    with pytest.raises(Invalid) as refused:
        assigning.officer_of(chart(empty), "desk", post_id, TEN)

    assert refused.value.pointer == "/post_id"
    assert assigning.officer_of(chart(), "desk", OFFICER.id, TEN) == OFFICER


@pytest.mark.clause("FOAD-10")
def test_given_back_it_is_the_desks_again_and_an_event_names_who_sees_to_it() -> None:
    taken, _ = handling.take(complaint(), OFFICER, TEN)
    back, facts = assigning.give_back(taken, OFFICER, TEN, LINES)

    assert (back.status, back.taken_by, back.escalates_at) == (Status.FILED, None, NOON)
    [told] = of(ComplaintGivenBack, facts)
    assert (told.was_with, told.post_id) == (OFFICER.id, UNIT_HEAD.id)


@pytest.mark.clause("FOAD-10")
def test_an_officer_gives_back_only_what_they_have_and_the_units_head_what_any_officer_has() -> None:
    taken, _ = handling.take(complaint(), OFFICER, TEN)

    with pytest.raises(Refused, match="Somebody else has this complaint"):
        assigning.give_back(taken, OFFICER_2, TEN, LINES)
    assert assigning.give_back(taken, UNIT_HEAD, TEN, LINES)[0].taken_by is None


@pytest.mark.clause("RIGHTS-P9-5")
def test_what_was_opened_again_at_a_higher_post_no_lower_one_gives_away() -> None:
    above = complaint()
    for _ in range(2):
        answered, _ = handling.answer(above, "نه.", OFFICER, TEN, LINE, MEASURE)
        above, _ = verdict.rate(answered, satisfied=False, reason=None, now=TEN, line=LINE, measure=MEASURE)
    assert above.taken_by == DEPUTY.id

    with pytest.raises(Refused, match="higher post"):
        assigning.assign(above, OFFICER, UNIT_HEAD, TEN)
    with pytest.raises(Refused, match="higher post"):
        assigning.give_back(above, UNIT_HEAD, TEN, LINES)
    assert assigning.give_back(above, DEPUTY, TEN, LINES)[0].level_post == DEPUTY.id


@pytest.mark.clause("FOAD-6")
def test_sent_to_another_unit_the_citizens_clock_goes_on_and_runs_up_the_new_units_line() -> None:
    before, _ = handling.take(complaint(), OFFICER, TEN)
    routed, facts = assigning.route(before, "pr", chart(), TEN, LINES, MEASURE)

    assert (routed.unit_id, routed.status, routed.taken_by) == ("pr", Status.FILED, None)
    assert (routed.round, routed.escalates_at, routed.level_post) == (before.round, NOON, None)
    [told] = of(ComplaintRouted, facts)
    assert (told.was_unit_id, told.unit_id, told.post_id) == ("desk", "pr", "water.pr.head")
    assert told.reply_due_at == NOON
    late, escalated = escalation.check_clock(routed, NOON, LINES("pr"), MEASURE)
    assert [one.post_id for one in of(ComplaintEscalated, escalated)] == ["water.pr.head"]
    assert late.level_post == "water.pr.head"


@pytest.mark.clause("FOAD-6")
@pytest.mark.parametrize(("now", "late"), [(NOON - INSTANT, False), (NOON, True)])
def test_what_was_due_before_it_was_sent_on_goes_up_where_it_was(now: datetime, late: bool) -> None:
    routed, facts = assigning.route(complaint(), "pr", chart(), now, LINES, MEASURE)

    assert [one.post_id for one in of(ComplaintEscalated, facts)] == [UNIT_HEAD.id] * late
    # On the level where it stands somebody of the new line has it.
    assert routed.level_post == ("water.pr.head" if late else None)
    assert [one.level for one in of(ComplaintRouted, facts)] == [int(late)]


def test_sent_to_its_own_unit_nothing_happens_and_to_none_of_the_agencys_it_is_refused() -> None:
    before = complaint()

    assert assigning.route(before, "desk", chart(), TEN, LINES, MEASURE) == (before, [])
    with pytest.raises(Invalid) as refused:
        assigning.route(before, "nowhere", chart(), TEN, LINES, MEASURE)
    assert refused.value.pointer == "/unit_id"


async def history(complaints: Serving, id_: str) -> list[dict[str, Any]]:
    url = f"/v1/complaints/{id_}/history"
    return (await complaints.http.get(url, headers=bearer("water.head"))).json()


async def route(complaints: Serving, id_: str, post: str = OFFICER_POST, unit: str = "pr") -> httpx.Response:
    return await act(complaints, post, "route", id_, unit_id=unit, reason=WHY)


@pytest.mark.real
@pytest.mark.clause("FOAD-10")
async def test_it_is_given_to_an_officer_given_back_and_sent_on_over_http(complaints: Serving) -> None:
    await file(complaints)
    id_ = await only_id(complaints)
    given = await act(complaints, HEAD_OF_UNIT, "assign", id_, post_id=OFFICER_POST)
    back = await act(complaints, OFFICER_POST, "give-back", id_, reason=WHY)
    routed = await route(complaints, id_)

    assert [one.json()["taken_by"] for one in (given, back, routed)] == [OFFICER_POST, None, None]
    assert (routed.json()["unit_id"], routed.json()["reply_due_at"]) == ("pr", "2026-11-21T08:30:00Z")
    assert await event_names(complaints) == [
        "ComplaintFiled",
        "ComplaintAssigned",
        "ComplaintTaken",
        "ComplaintGivenBack",
        "ComplaintRouted",
    ]
    assert (await act(complaints, OFFICER_POST, "take", id_)).status_code == 403
    assert (await act(complaints, "water.head", "answer", id_, text="شد.")).status_code == 200


@pytest.mark.real
@pytest.mark.clause("FOAD-10")
async def test_why_it_was_moved_stands_in_the_history_and_nowhere_in_the_clear(complaints: Serving) -> None:
    await file(complaints)
    id_ = await only_id(complaints)
    await act(complaints, OFFICER_POST, "take", id_)
    await act(complaints, OFFICER_POST, "give-back", id_, reason=f"{WHY} ۲")
    await route(complaints, id_)

    notes = [(one["act"], one["note"]) for one in await history(complaints, id_)]
    assert notes[2:] == [("give-back", f"{WHY} ۲"), ("route", WHY)]
    assert WHY not in str([one async for one in complaints.parts.repositories[0].collection.find()])


@pytest.mark.real
async def test_whoever_may_not_give_or_move_it_is_refused_and_nothing_is_half_done(
    complaints: Serving,
) -> None:
    await file(complaints)
    id_ = await only_id(complaints)
    refused = [
        await act(complaints, OFFICER_POST, "assign", id_, post_id=OFFICER_POST),
        await act(complaints, "roads.desk.head", "assign", id_, post_id=OFFICER_POST),
        await act(complaints, HEAD_OF_UNIT, "assign", id_, post_id="water.head"),
        await act(complaints, OFFICER_POST, "give-back", id_, reason=WHY),
        await route(complaints, id_, "water.deputy"),
        await route(complaints, id_, unit="nowhere"),
        await act(complaints, OFFICER_POST, "route", id_, unit_id="pr", reason="چون"),
    ]

    assert [one.status_code for one in refused] == [403, 404, 422, 409, 403, 422, 422]
    assert [one["act"] for one in await history(complaints, id_)] == ["file"]


@pytest.mark.real
@pytest.mark.clause("FOAD-6")
async def test_an_officer_who_holds_back_what_was_given_to_them_stops_no_clock(complaints: Serving) -> None:
    await file(complaints)
    id_ = await only_id(complaints)
    await act(complaints, HEAD_OF_UNIT, "assign", id_, post_id=OFFICER_POST)
    await route(complaints, id_)
    complaints.clock.set(datetime(2026, 11, 21, 8, 30, tzinfo=UTC))
    assert await complaints.sweep() == 1
    seen = await complaints.http.get(f"/v1/complaints/{id_}", headers=bearer("water.head"))

    # `pr` has no head of a unit: its line begins with the agency's head.
    assert seen.json()["level_post"] == "water.head"
