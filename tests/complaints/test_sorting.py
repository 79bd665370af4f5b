"""What names no service and no ground: the desk that has it names both, and nothing else moves."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from services.complaints.domain import asking, assigning, handling, sorting, transfer, verdict
from services.complaints.domain.complaint import Complaint, Facts, Status
from services.complaints.domain.sorting import Named
from services.reporting.domain.facts import Case
from shared.events.complaints import ComplaintEscalated, ComplaintFiled
from shared.events.complaints_course import (
    ComplaintCitizenReplied,
    ComplaintRouted,
    ComplaintSorted,
    ComplaintWentOn,
)
from shared.rule import Refused
from tests.complaints.test_domain import (
    INSTANT,
    LINE,
    LINES,
    MEASURE,
    NOON,
    OFFICER,
    PR_HEAD,
    UNIT_HEAD,
    complaint,
    of,
)
from tests.complaints.test_moves import ROADS, SEALED, unsorted
from tests.province import SATURDAY_NINE

TEN = SATURDAY_NINE + timedelta(hours=1)
GROUND, OTHER_GROUND = "nobody-at-the-desk", "broken-equipment"
HERE = Named(service_code="1001", unit_id="desk", ground=GROUND)
THERE = Named(service_code="1002", unit_id="pr", ground=GROUND)


def sort(one: Complaint, named: Named = HERE, now: datetime = TEN) -> tuple[Complaint, Facts]:
    return sorting.sort(one, named, OFFICER, now, LINES, MEASURE)


def came() -> Complaint:
    """By mail or SMS, at the desk."""
    return unsorted(complaint())


def opened_again(one: Complaint) -> Complaint:
    """Answered, and its citizen is not satisfied."""
    answered, _ = handling.answer(one, "شد.", OFFICER, TEN, LINE, MEASURE)
    again, _ = verdict.rate(answered, satisfied=False, reason=None, now=TEN, line=LINE, measure=MEASURE)
    return again


@pytest.mark.clause("FOAD-5")
@pytest.mark.clause("FOAD-10")
def test_the_desk_names_the_service_and_the_ground_and_the_clock_goes_on_unchanged() -> None:
    before, _ = handling.take(came(), OFFICER, TEN)
    after, facts = sort(before)

    assert (after.service_code, after.ground) == ("1001", GROUND)
    unmoved = replace(after, service_code="unsorted", ground="none-of-these", as_filed=None)
    assert unmoved == before
    [event] = facts
    assert isinstance(event, ComplaintSorted)
    assert (event.was_service_code, event.service_code) == ("unsorted", "1001")
    assert (event.was_ground, event.ground) == ("none-of-these", GROUND)
    assert (event.post_id, event.sorted_at, event.clause) == (OFFICER.id, TEN, "FOAD-10")
    assert sort(after) == (after, [])


@pytest.mark.clause("FOAD-6")
@pytest.mark.parametrize(("now", "late"), [(NOON - INSTANT, False), (NOON, True)])
def test_sorted_as_another_units_service_it_goes_there_on_the_level_and_the_clock_it_has(
    now: datetime, late: bool
) -> None:
    before, _ = handling.take(came(), OFFICER, TEN)
    after, facts = sort(before, THERE, now)
    routed, as_routed = assigning.send_on(before, "pr", now, LINES, MEASURE)

    assert [type(one) for one in facts[:1]] == [ComplaintSorted]
    assert facts[1:] == as_routed  # all that routing does, and nothing else
    assert [one.post_id for one in of(ComplaintEscalated, facts)] == [UNIT_HEAD.id] * late
    assert (after.unit_id, after.status, after.taken_by) == ("pr", Status.FILED, None)
    assert (after.round, after.escalates_at, after.level_post) == (
        routed.round,
        routed.escalates_at,
        PR_HEAD.id if late else None,
    )
    assert after.round.due_at == NOON


@pytest.mark.clause("FOAD-10")
def test_a_service_of_no_unit_leaves_it_at_the_desk_that_has_it() -> None:
    after, facts = sort(came(), Named(service_code="1003", unit_id=None, ground=GROUND))

    assert (after.service_code, after.unit_id) == ("1003", "desk")
    assert of(ComplaintRouted, facts) == []


@pytest.mark.clause("FOAD-10")
def test_a_wrong_name_is_mended_until_the_answer_and_what_was_answered_as_this_stays_so() -> None:
    wrong, _ = sort(came(), THERE)
    mended, facts = sort(wrong, HERE)
    as_else, _ = sort(mended, replace(HERE, ground=OTHER_GROUND))
    sent_on, _ = assigning.send_on(mended, "pr", TEN, LINES, MEASURE)
    elsewhere, _ = sort(sent_on, replace(HERE, ground=OTHER_GROUND))

    assert (mended.service_code, mended.unit_id) == ("1001", "desk")
    [event] = of(ComplaintSorted, facts)
    assert (event.was_service_code, event.service_code) == ("1002", "1001")
    assert as_else.ground == OTHER_GROUND
    assert (elsewhere.ground, elsewhere.unit_id) == (OTHER_GROUND, "pr")  # another ground moves nothing
    with pytest.raises(Refused, match="answered as what it was sorted as"):
        sort(opened_again(mended), THERE)
    assert sort(opened_again(mended), HERE)[1] == []  # the same said once more


@pytest.mark.clause("FOAD-10")
def test_what_was_answered_unsorted_is_sorted_once_it_is_open_again_and_mended_until_that_answer() -> None:
    sorted_later, [event] = sort(opened_again(came()))
    mended, _ = sort(sorted_later, replace(HERE, ground=OTHER_GROUND))

    assert isinstance(event, ComplaintSorted)
    assert mended.ground == OTHER_GROUND
    with pytest.raises(Refused):
        sort(opened_again(mended), HERE)


@pytest.mark.clause("FOAD-5")
@pytest.mark.parametrize(
    ("service_code", "ground", "named", "says"),
    [
        ("1001", OTHER_GROUND, HERE, "citizen named the ground"),
        ("1001", "none-of-these", THERE, "citizen named the service"),
        ("unsorted", OTHER_GROUND, HERE, "citizen named the ground"),  # from a voice menu: by a digit
        ("unsorted", GROUND, HERE, None),
        ("1001", "none-of-these", HERE, None),
    ],
)
def test_what_the_citizen_named_themselves_no_desk_changes(
    service_code: str, ground: str, named: Named, says: str | None
) -> None:
    before = replace(complaint(), service_code=service_code, ground=ground)
    if says is None:
        assert (sort(before, named)[0].service_code, sort(before, named)[0].ground) == ("1001", GROUND)
        again = replace(named, service_code="1002", ground=OTHER_GROUND)
        with pytest.raises(Refused, match="citizen named"):  # nor by a second word of the desk's
            sort(sort(before, named)[0], again)
        return
    with pytest.raises(Refused, match=says):
        sort(before, named)


@pytest.mark.clause("FOAD-5")
@pytest.mark.parametrize("ground", ["none-of-these", "slow", "", "Nobody-at-the-desk"])
def test_what_lies_outside_the_seven_grounds_is_not_sorted_but_pointed_to_the_right_door(ground: str) -> None:
    with pytest.raises(Refused, match="right door") as refused:
        sort(came(), replace(HERE, ground=ground))

    assert refused.value.rule.clause == "FOAD-5"


@pytest.mark.clause("FOAD-10")
def test_what_was_handed_over_is_sorted_where_it_is_now() -> None:
    gone, _ = transfer.transfer(came(), ROADS, SEALED, UNIT_HEAD, TEN, LINES, MEASURE)

    with pytest.raises(Refused):
        sort(gone)


@pytest.mark.clause("FOAD-6")
@pytest.mark.parametrize("named", [HERE, THERE])
def test_while_the_citizen_is_waited_for_it_is_sorted_and_their_reply_is_for_who_has_it_then(
    named: Named,
) -> None:
    asked, _ = asking.ask(came(), "کدام روز؟", OFFICER, TEN, LINES, MEASURE)
    after, facts = sort(asked, named, TEN + timedelta(minutes=30))
    has_it = {"desk": OFFICER.id, "pr": PR_HEAD.id}[after.unit_id]

    assert (after.status, after.waits_until_at) == (Status.WAITING, asked.waits_until_at)
    assert [one.waits_for_citizen for one in of(ComplaintRouted, facts)] == [True] * (named is THERE)
    replied, heard = asking.hear(after, "شنبه", TEN + timedelta(hours=1), LINES, MEASURE)
    assert [one.post_id for one in of(ComplaintCitizenReplied, heard)] == [has_it]
    assert (replied.status, replied.taken_by) == (Status.TAKEN, has_it)
    [went_on] = of(ComplaintWentOn, heard)
    assert went_on.reply_due_at == NOON + timedelta(hours=1)  # the hour that was asked for, and no more


@pytest.mark.clause("FOAD-6")
def test_a_question_that_is_over_unnoticed_is_over_before_it_is_sent_to_another_unit() -> None:
    asked, _ = asking.ask(came(), "کدام روز؟", OFFICER, TEN, LINES, MEASURE)
    over = asked.waits_until_at
    assert over is not None
    after, facts = sort(asked, THERE, over)

    assert [one.went_on_at for one in of(ComplaintWentOn, facts)] == [over]
    assert (after.status, after.taken_by) == (Status.FILED, None)
    assert [one.waits_for_citizen for one in of(ComplaintRouted, facts)] == [False]


@pytest.mark.clause("FOAD-6")
def test_a_late_reply_to_what_another_unit_asked_is_for_the_one_that_has_it() -> None:
    asked, _ = asking.ask(complaint(), "کدام روز؟", OFFICER, TEN, LINES, MEASURE)
    over = asked.waits_until_at
    assert over is not None
    routed, _ = assigning.send_on(asked, "pr", over, LINES, MEASURE)
    _, heard = asking.hear(routed, "شنبه", over, LINES, MEASURE)

    assert [one.post_id for one in of(ComplaintCitizenReplied, heard)] == [PR_HEAD.id]


@pytest.mark.clause("FOAD-5")
def test_the_report_card_counts_it_on_the_ground_that_it_was_sorted_as() -> None:
    filed = ComplaintFiled(
        **came().case,
        service_code="unsorted",
        unit_id="desk",
        ground="none-of-these",
        door="sms",
        filed_at=SATURDAY_NINE,
        reply_due_at=NOON,
    )
    before = Case().told(filed)
    [event] = sort(came())[1]
    after = before.told(event)

    assert (before.ground, after.ground) == ("none-of-these", GROUND)
    assert replace(after, ground=before.ground) == before
