"""An unhappy citizen opens it one level higher, once for each level; at the top it closes as what it is."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.complaints.domain import escalation, handling, verdict
from services.complaints.domain.complaint import Complaint, Facts, Status
from shared.events.complaints import ComplaintClosed, ComplaintReopened
from shared.events.directory import Post
from shared.rule import Refused
from tests.complaints.cases import act, event_names, file, only_id
from tests.complaints.cases import verdict as rated
from tests.complaints.test_domain import HEAD, INSPECTION, INSTANT, LINE, MEASURE, OFFICER, complaint, of
from tests.province import SATURDAY_NINE
from tests.serving import Serving, bearer

pytestmark = pytest.mark.clause("RIGHTS-P9-5")
TEN = SATURDAY_NINE + timedelta(hours=1)
NEXT_YEAR = SATURDAY_NINE + timedelta(days=365)
WINDOW = timedelta(days=7)


def unhappy(one: Complaint, now: datetime = TEN, line: tuple[Post, ...] = LINE) -> tuple[Complaint, Facts]:
    """Answered, and not well."""
    answered, _ = handling.answer(one, "نمی‌شود.", OFFICER, now, line, MEASURE)
    return verdict.rate(answered, satisfied=False, reason="حل نشد.", now=now, line=line, measure=MEASURE)


def test_it_is_opened_once_at_each_level_and_closes_at_the_top_as_not_satisfied() -> None:
    one, posts = complaint(), list[str]()
    for _ in LINE:
        one, facts = unhappy(one)
        posts += [told.post_id for told in of(ComplaintReopened, facts)]
    closed, facts = unhappy(one)

    assert posts == [post.id for post in LINE]
    assert (closed.status, closed.satisfied, closed.reason) == (Status.CLOSED, False, "حل نشد.")
    [told] = of(ComplaintClosed, facts)
    assert (told.satisfied, told.level, told.rounds) == (False, 4, 5)
    assert unhappy_again(closed) == (closed, [])


def unhappy_again(closed: Complaint) -> tuple[Complaint, Facts]:
    return verdict.rate(closed, satisfied=False, reason="باز", now=TEN, line=LINE, measure=MEASURE)


def test_what_time_took_to_the_top_is_opened_there_once_for_the_citizen() -> None:
    top, _ = escalation.check_clock(complaint(), NEXT_YEAR, LINE, MEASURE)
    again, facts = unhappy(top, NEXT_YEAR)
    closed, _ = unhappy(again, NEXT_YEAR)

    assert (top.level, again.status, again.taken_by) == (4, Status.TAKEN, INSPECTION.id)
    assert [told.level for told in of(ComplaintReopened, facts)] == [4]
    assert (closed.status, closed.satisfied) == (Status.CLOSED, False)


def test_a_line_that_grew_shorter_meanwhile_still_has_an_end() -> None:
    one, _ = unhappy(unhappy(complaint())[0])
    short = (HEAD, INSPECTION)
    again, facts = unhappy(one, TEN, short)
    closed, _ = unhappy(again, TEN, short)

    # The deputy had it. The head is passed by, but never the highest of those who are left.
    assert [(told.level, told.post_id) for told in of(ComplaintReopened, facts)] == [(3, INSPECTION.id)]
    assert (closed.status, closed.satisfied) == (Status.CLOSED, False)


def test_who_had_it_opened_for_the_citizen_does_not_get_it_again_when_the_line_grows() -> None:
    one, _ = unhappy(complaint(), TEN, LINE[1:])
    again, facts = unhappy(one)

    # The deputy was first of three; with a head of the unit again, the deputy is second of four.
    assert one.level_post == "water.deputy"
    assert [told.post_id for told in of(ComplaintReopened, facts)] == [HEAD.id]
    assert again.level == 3


@pytest.mark.parametrize("after", [WINDOW - INSTANT, WINDOW])
def test_only_within_the_window_it_is_opened_again(after: timedelta) -> None:
    answered, _ = handling.answer(complaint(), "نمی‌شود.", OFFICER, TEN, LINE, MEASURE)
    if after < WINDOW:
        again, _ = verdict.rate(
            answered, satisfied=False, reason=None, now=TEN + after, line=LINE, measure=MEASURE
        )
        assert again.status is Status.TAKEN
        return
    with pytest.raises(Refused, match="over"):
        verdict.rate(answered, satisfied=False, reason=None, now=TEN + after, line=LINE, measure=MEASURE)


@settings(deadline=None)
@given(hours=st.lists(st.integers(0, 60), min_size=12, max_size=12), short=st.integers(1, 4))
def test_however_late_and_however_short_the_line_it_ends_and_no_level_is_asked_twice(
    hours: list[int], short: int
) -> None:
    line, one, now, levels = LINE[-short:], complaint(), SATURDAY_NINE, list[int]()
    for passed in hours:
        now += timedelta(hours=passed)
        one, facts = unhappy(one, now, line)
        levels += [told.level for told in of(ComplaintReopened, facts)]
        if one.status is Status.CLOSED:
            break

    assert (one.status, one.satisfied) == (Status.CLOSED, False)
    assert levels == sorted(set(levels))
    assert one.level_post == line[-1].id


@pytest.mark.real
async def test_unhappy_with_the_highest_post_it_closes_and_is_counted_as_not_satisfied(
    complaints: Serving,
) -> None:
    receipt = await file(complaints)
    id_ = await only_id(complaints)
    for level in (1, 2, 3, 4):
        await act(complaints, "water.head", "answer", id_, text="نمی‌شود.")
        assert (await rated(complaints, receipt, satisfied=False)).json()["level"] == level
    await act(complaints, "water.head", "answer", id_, text="نمی‌شود.")
    closed = (await rated(complaints, receipt, satisfied=False)).json()
    seen = await complaints.http.get(f"/v1/complaints/{id_}", headers=bearer("water.head"))

    assert (closed["status"], closed["satisfied"]) == ("closed", False)
    assert seen.json()["level_post"] == "governorate.inspection"
    assert (await event_names(complaints)).count("ComplaintReopened") == 4
    assert (await event_names(complaints))[-1] == "ComplaintClosed"


@pytest.mark.real
@pytest.mark.parametrize(
    ("satisfied", "score", "status"),
    [(True, 3, 200), (True, 2, 422), (False, 2, 200), (False, 3, 422), (True, 6, 422), (True, 0, 422)],
)
async def test_on_the_web_too_one_digit_of_five_may_go_with_the_word_and_must_say_the_same(
    complaints: Serving, satisfied: bool, score: int, status: int
) -> None:
    receipt = await file(complaints)
    await act(complaints, "water.desk.head", "answer", await only_id(complaints), text="انجام شد.")
    answer = await rated(complaints, receipt, satisfied=satisfied, score=score)

    assert answer.status_code == status, answer.text
    if status == 422:
        assert [one["pointer"] for one in answer.json()["errors"]] == ["/score"]
