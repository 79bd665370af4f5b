"""Before the deadline whoever has it is warned, once in each round; after it goes up to a named post."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from services.complaints.domain import asking, escalation, handling, verdict
from services.complaints.domain.complaint import Complaint
from services.complaints.domain.line import Filled, escalation_line
from shared.directory.chart import Chart, Holding
from shared.events.complaints import ComplaintEscalated
from shared.events.complaints_course import ComplaintDeadlineNear
from tests.complaints.cases import act, event_names, file, only_id
from tests.complaints.test_calendar_changes import measure as of_calendar
from tests.complaints.test_domain import (
    DEPUTY,
    HEAD,
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
    province,
)
from tests.province import LONG_AGO, SATURDAY_NINE
from tests.serving import Serving

pytestmark = pytest.mark.clause("FOAD-6")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
ELEVEN = NOON - HOUR


def everybody(_: str) -> bool:
    return True


def warned(
    one: Complaint, now: datetime = ELEVEN, is_filled: Filled = everybody
) -> tuple[Complaint, list[ComplaintDeadlineNear]]:
    after, facts = escalation.warn(one, now, LINE, MEASURE, is_filled)
    return after, of(ComplaintDeadlineNear, facts)


@pytest.mark.parametrize(
    ("now", "is_warned"), [(ELEVEN - INSTANT, False), (ELEVEN, True), (NOON - INSTANT, True)]
)
def test_one_working_hour_before_the_deadline_whoever_has_it_is_warned_once(
    now: datetime, is_warned: bool
) -> None:
    after, facts = warned(complaint(), now)

    assert [(one.post_id, one.reply_due_at) for one in facts] == [(UNIT_HEAD.id, NOON)] * is_warned
    assert warned(after, now) == (after, [])
    assert (after.round.due_at, after.escalates_at) == (NOON, NOON)


def test_at_the_deadline_nobody_is_warned_any_more_it_goes_up() -> None:
    after, facts = escalation.warn(complaint(), NOON, LINE, MEASURE, everybody)

    assert [type(one) for one in facts] == [ComplaintEscalated]
    assert after.warns_at is None


def test_an_hour_before_means_working_time_over_a_night_too() -> None:
    at_two = complaint(SATURDAY_NINE + 5 * HOUR)  # due at ten on Sunday

    assert at_two.warns_at == SATURDAY_NINE + DAY
    assert complaint(SATURDAY_NINE + 4 * HOUR).warns_at == SATURDAY_NINE + 6 * HOUR  # due at nine on Sunday


def test_the_officer_who_has_it_is_warned_and_where_nobody_fills_that_post_the_units_head() -> None:
    taken, _ = handling.take(complaint(), OFFICER, SATURDAY_NINE)
    by_time, _ = escalation.check_clock(complaint(), NOON + 2 * HOUR, LINE, MEASURE)
    above = replace(by_time, warns_at=NOON, rounds=(replace(by_time.round, due_at=NOON + DAY),))

    def nobody_at_the_desk(post_id: str) -> bool:
        return post_id != OFFICER.id

    assert [one.post_id for one in warned(taken)[1]] == [OFFICER.id]
    assert [one.post_id for one in warned(taken, is_filled=nobody_at_the_desk)[1]] == [UNIT_HEAD.id]
    assert [one.post_id for one in warned(above, NOON + 2 * HOUR)[1]] == [DEPUTY.id]


def test_each_round_has_a_warning_of_its_own_to_the_post_that_has_it() -> None:
    first, _ = warned(complaint())
    answered, _ = handling.answer(first, "نه.", OFFICER, ELEVEN, LINE, MEASURE)
    again, _ = verdict.rate(answered, satisfied=False, reason=None, now=ELEVEN, line=LINE, measure=MEASURE)
    _, facts = warned(again, ELEVEN + 2 * HOUR)

    assert (answered.warns_at, again.warns_at) == (None, ELEVEN + 2 * HOUR)
    assert [(one.post_id, one.reply_due_at) for one in facts] == [(UNIT_HEAD.id, ELEVEN + 3 * HOUR)]


def test_while_the_citizen_is_asked_nobody_is_warned_and_afterwards_at_most_once_in_the_round() -> None:
    ten = SATURDAY_NINE + HOUR
    waiting, _ = asking.ask(complaint(), "کدام روز؟", OFFICER, ten, LINES, MEASURE)
    going_on, _ = asking.hear(waiting, "شنبه", ten + 2 * HOUR, LINES, MEASURE)
    once, _ = warned(complaint())
    asked, _ = asking.ask(once, "کدام روز؟", OFFICER, ELEVEN, LINES, MEASURE)
    after, _ = asking.hear(asked, "شنبه", NOON, LINES, MEASURE)

    assert (waiting.warns_at, going_on.warns_at) == (None, ELEVEN + 2 * HOUR)
    assert (after.round.due_at, after.warns_at) == (NOON + HOUR, None)


def test_with_a_day_closed_the_warning_moves_as_the_deadline_does() -> None:
    at_two = complaint(SATURDAY_NINE + 5 * HOUR)
    closed = of_calendar(date(2026, 11, 22), set_at=SATURDAY_NINE + 10 * HOUR)
    moved, _ = escalation.follow_calendar(at_two, closed, SATURDAY_NINE + 10 * HOUR)

    assert (moved.round.due_at, moved.warns_at) == (SATURDAY_NINE + 2 * DAY + HOUR, SATURDAY_NINE + 2 * DAY)


def stood_in(post_id: str, *, empty: bool) -> Chart:
    """Water's chart with somebody standing in from ten to eleven, for a holder or for nobody."""
    before = chart(post_id) if empty else chart()
    stand_in = Holding(
        person_id="s-1", from_at=SATURDAY_NINE + HOUR, until_at=SATURDAY_NINE + 2 * HOUR, stand_in=True
    )
    own = () if empty else (Holding(person_id="p-1", from_at=LONG_AGO),)
    return replace(before, holdings={**before.holdings, post_id: (*own, stand_in)})


@pytest.mark.parametrize(
    ("now", "first"),
    [
        (SATURDAY_NINE + HOUR - INSTANT, DEPUTY),
        (SATURDAY_NINE + HOUR, UNIT_HEAD),
        (SATURDAY_NINE + 2 * HOUR - INSTANT, UNIT_HEAD),
        (SATURDAY_NINE + 2 * HOUR, DEPUTY),
    ],
)
def test_an_empty_post_is_in_the_line_just_as_long_as_somebody_stands_in(
    now: datetime, first: object
) -> None:
    line = escalation_line(stood_in(UNIT_HEAD.id, empty=True), province(), "desk", now)

    assert line[0] == first
    assert line[-1].id == "governorate.inspection"


def test_who_is_away_keeps_the_post_in_the_line_with_or_without_a_stand_in() -> None:
    for now in (SATURDAY_NINE, SATURDAY_NINE + HOUR, SATURDAY_NINE + 2 * HOUR):
        assert escalation_line(stood_in(HEAD.id, empty=False), province(), "desk", now) == LINE


def test_unassigned_and_without_a_single_post_filled_it_goes_up_to_a_named_one_at_each_level() -> None:
    posts = tuple(chart().posts)
    line = escalation_line(chart(*posts), province(filled=False), "desk", SATURDAY_NINE)
    up, facts = escalation.check_clock(complaint(), NOON + 9 * DAY, line, MEASURE)

    assert [one.post_id for one in of(ComplaintEscalated, facts)] == ["governorate.inspection"] * 4
    assert (up.taken_by, up.level_post) == (None, "governorate.inspection")


@pytest.mark.real
async def test_a_sweep_warns_once_and_then_takes_it_up(complaints: Serving) -> None:
    await file(complaints)
    id_ = await only_id(complaints)
    await act(complaints, "water.desk.officer", "take", id_)
    due = datetime(2026, 11, 21, 8, 30, tzinfo=UTC)
    for at, handled in [
        (due - HOUR - INSTANT, (0, 0)),
        (due - HOUR, (1, 0)),
        (due - INSTANT, (0, 0)),
        (due, (1, 0)),
    ]:
        complaints.clock.set(at)
        assert (await complaints.sweep(), await complaints.sweep()) == handled

    assert await event_names(complaints) == [
        "ComplaintFiled",
        "ComplaintTaken",
        "ComplaintDeadlineNear",
        "ComplaintEscalated",
    ]
