"""What a handing over does to a case and its clock, before and at each instant."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from services.complaints.domain import asking, escalation, handling, privacy, transfer, verdict
from services.complaints.domain.clock import Measure
from services.complaints.domain.complaint import Complaint, Facts, Status
from services.complaints.domain.past import Stay
from services.complaints.domain.transfer import Onto
from shared.calendar.working_time import WorkingCalendar
from shared.events.complaints import ComplaintEscalated
from shared.events.complaints_course import ComplaintTakenOver, ComplaintTransferred
from shared.rule import PRESETS, Invalid, Refused
from tests.complaints.test_calendar_changes import closing
from tests.complaints.test_domain import (
    DEPUTY,
    HEAD,
    INSTANT,
    LINE,
    LINES,
    MEASURE,
    NOON,
    OFFICER,
    complaint,
    of,
)
from tests.complaints.test_lives import ROADS_LINE, arrived
from tests.complaints.test_moves import ROADS, SEALED
from tests.province import SATURDAY_NINE, calendar_event

pytestmark = pytest.mark.clause("RIGHTS-P4-4")
TEN = SATURDAY_NINE + timedelta(hours=1)
GAS = replace(ROADS, agency_id="gas")


def sent(one: Complaint, now: datetime = TEN, onto: Onto = ROADS) -> tuple[Complaint, Facts]:
    return transfer.transfer(one, onto, SEALED, HEAD, now, LINES, MEASURE)


def stay(agency_id: str) -> Stay:
    [one] = arrived(sent(complaint())[0], TEN)[0].past
    return replace(one, agency_id=agency_id)


@pytest.mark.parametrize(("now", "in_time"), [(NOON - INSTANT, True), (NOON, False)])
def test_whether_its_deadline_had_passed_stays_with_the_agency_that_hands_it_over(
    now: datetime, in_time: bool
) -> None:
    gone, facts = sent(complaint(), now)
    [told] = of(ComplaintTransferred, facts)

    assert (gone.status, gone.closed_at) == (Status.TRANSFERRED, now)
    assert (told.in_time, told.level) == (in_time, int(not in_time))
    assert len(of(ComplaintEscalated, facts)) == (not in_time)  # what was due goes up the line here first
    assert sent(gone, now) == (gone, [])


def test_nothing_of_its_clock_runs_where_it_was() -> None:
    gone, _ = sent(complaint())

    assert (gone.escalates_at, gone.warns_at, gone.measured_by) == (None, None, None)
    assert escalation.check_clock(gone, NOON, LINE, MEASURE) == (gone, [])
    assert verdict.close_unrated(gone, NOON + timedelta(days=99)) == (gone, [])


def test_there_it_has_the_time_that_was_left_and_somebody_of_the_line_there_has_it() -> None:
    before = complaint()
    after, facts = arrived(sent(before)[0], TEN + timedelta(hours=5))
    [told] = of(ComplaintTakenOver, facts)

    assert (after.round.due_at, after.escalates_at, after.warns_at) == (NOON, NOON, before.warns_at)
    assert (after.status, after.taken_by, after.level, after.level_post) == (Status.FILED, None, 0, None)
    assert (told.post_id, told.transferred_at, told.reply_due_at) == ("roads.desk.head", TEN, NOON)
    assert (told.from_agency_id, after.agencies_before) == ("water", 1)


@pytest.mark.parametrize(
    ("hours", "level", "post"),
    [(0, 1, "roads.desk.head"), (2, 2, "roads.head"), (4, 3, "governorate.inspection")],
)
def test_it_lies_at_the_corresponding_level_of_a_line_of_another_length(
    hours: int, level: int, post: str
) -> None:
    now = MEASURE.calendar.add(NOON, timedelta(hours=hours))
    after, _ = arrived(sent(complaint(), now)[0], now)

    assert (after.level, after.level_post) == (level, post)


def test_what_lies_above_both_agencies_stays_with_that_very_post() -> None:
    now = MEASURE.calendar.add(NOON, timedelta(hours=7))
    after, _ = arrived(sent(complaint(), now)[0], now)

    assert (after.level, after.level_post) == (4, LINE[-1].id)


def test_to_its_own_agency_to_one_that_had_it_and_more_than_twice_it_is_not_handed_over() -> None:
    once = replace(complaint(), agencies_before=1, past=(stay("roads"),))
    twice = replace(once, agencies_before=2, past=(stay("roads"), stay("power")))

    with pytest.raises(Invalid) as own:
        sent(complaint(), onto=replace(ROADS, agency_id="water"))
    with pytest.raises(Refused, match="had this complaint before"):
        sent(once)
    with pytest.raises(Refused, match="2 times"):
        sent(twice, onto=GAS)
    assert own.value.pointer == "/agency_id"
    assert sent(once, onto=GAS)[0].status is Status.TRANSFERRED


def test_what_a_higher_post_has_is_handed_over_by_that_post_only() -> None:
    above = complaint()
    for _ in range(2):
        answered, _ = handling.answer(above, "نه.", OFFICER, TEN, LINE, MEASURE)
        above, _ = verdict.rate(answered, satisfied=False, reason=None, now=TEN, line=LINE, measure=MEASURE)
    assert above.taken_by == DEPUTY.id

    with pytest.raises(Refused, match="higher post"):
        sent(above)
    gone, _ = transfer.transfer(above, ROADS, SEALED, DEPUTY, TEN, LINES, MEASURE)
    after, _ = arrived(gone, TEN)
    assert (after.level, after.round.opened_to) == (2, "roads.head")
    assert len(after.past[0].rounds) == 3


def saturday_closed(set_at: datetime) -> Measure:
    """By a newer calendar, set when Saturday's office hours were half over."""
    data = calendar_event(version=2, overrides=closing(date(2026, 11, 21))).calendar
    return Measure(calendar=WorkingCalendar.from_data(data), figures=PRESETS, set_at=set_at)


def test_a_calendar_changed_there_moves_what_was_left_and_gives_no_more() -> None:
    after, _ = arrived(sent(complaint())[0], TEN)
    moved, _ = escalation.follow_calendar(after, saturday_closed(TEN + INSTANT), TEN + INSTANT)

    # Two of three hours were left at ten on Saturday: now they are Sunday's first two.
    assert moved.round.due_at == datetime(2026, 11, 22, 6, 30, tzinfo=NOON.tzinfo)


def test_a_question_asked_there_leaves_what_was_left_when_it_was_asked() -> None:
    after, _ = arrived(sent(complaint())[0], TEN)
    eleven = TEN + timedelta(hours=1)
    asked, _ = asking.ask(after, "کدام روز؟", OFFICER, eleven, lambda _: ROADS_LINE, MEASURE)
    replied, _ = asking.hear(asked, "شنبه", NOON, lambda _: ROADS_LINE, MEASURE)
    moved, _ = escalation.follow_calendar(replied, saturday_closed(NOON + INSTANT), NOON + INSTANT)

    assert replied.round.due_at == NOON + timedelta(hours=1)
    assert moved.round.due_at == datetime(2026, 11, 22, 5, 30, tzinfo=NOON.tzinfo)


def test_questions_asked_before_count_there_too() -> None:
    one = complaint()
    for text in ("کدام روز؟", "کدام باجه؟"):
        asked, _ = asking.ask(one, text, OFFICER, TEN, LINES, MEASURE)
        one, _ = asking.hear(asked, text, TEN, LINES, MEASURE)
    after, _ = arrived(sent(one)[0], TEN)

    with pytest.raises(Refused, match="2 times at most"):
        asking.ask(after, "باز هم؟", OFFICER, TEN, lambda _: ROADS_LINE, MEASURE)


def test_its_words_are_forgotten_at_both_agencies_those_of_the_past_too() -> None:
    answered, _ = handling.answer(complaint(), "جواب", OFFICER, TEN, LINE, MEASURE)
    again, _ = verdict.rate(answered, satisfied=False, reason="گله", now=TEN, line=LINE, measure=MEASURE)
    asked, _ = asking.ask(again, "سؤال", OFFICER, TEN, LINES, MEASURE)
    replied, _ = asking.hear(asked, "حرف", TEN, LINES, MEASURE)
    gone, _ = transfer.transfer(replace(replied, taken_by=None), ROADS, SEALED, HEAD, TEN, LINES, MEASURE)
    after, _ = arrived(gone, TEN)
    closed = replace(after, status=Status.CLOSED)

    for one in (gone, closed):
        before, forgotten = repr(one), repr(privacy.forget_words(one, TEN))
        for word in ("جواب", "گله", "سؤال", "حرف", repr(SEALED)):
            assert word in before
            assert word not in forgotten
    assert [one.late_by for one in privacy.forget_words(closed, TEN).past] == [timedelta(0)]
