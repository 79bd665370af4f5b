from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TypeVar

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from services.complaints.domain import escalation, filing, handling, verdict
from services.complaints.domain.clock import Measure
from services.complaints.domain.complaint import Complaint, Facts, Status
from services.complaints.domain.contact import Contact
from services.complaints.domain.door import Door
from services.complaints.domain.line import Lines, escalation_line
from shared.calendar.working_time import WorkingCalendar
from shared.directory.chart import Chart, Holding
from shared.events.complaints import ComplaintAnswered, ComplaintClosed, ComplaintEscalated
from shared.events.directory import PROVINCE, Name, Post, Role, Unit
from shared.language import Text
from shared.rule import PRESETS, Refused
from tests.province import LONG_AGO, SATURDAY_NINE, calendar_event, post, posts_of

NOON = datetime(2026, 11, 21, 8, 30, tzinfo=UTC)
"""Saturday, 12:00 in Tehran: three working hours after nine."""
INSTANT = timedelta(milliseconds=1)
MEASURE = Measure(calendar=WorkingCalendar.from_data(calendar_event().calendar), figures=PRESETS)
OFFICER, UNIT_HEAD, DEPUTY, HEAD = (
    next(one for one in posts_of("water") if one.id == f"water.{name}")
    for name in ("desk.officer", "desk.head", "deputy", "head")
)
INSPECTION = Post(id="governorate.inspection", title=Name(fa="بازرسی"), role=Role.INSPECTOR)
LINE = (UNIT_HEAD, DEPUTY, HEAD, INSPECTION)
PR_HEAD = next(one for one in posts_of("water") if one.id == "water.pr.head")
LINES: Lines = lambda unit_id: LINE if unit_id == "desk" else (PR_HEAD, HEAD, INSPECTION)  # noqa: E731


EventT = TypeVar("EventT")


def of(kind: type[EventT], facts: Facts) -> list[EventT]:
    return [one for one in facts if isinstance(one, kind)]


def complaint(now: datetime = SATURDAY_NINE) -> Complaint:
    filed, _ = filing.file(
        id_="c1",
        tracking_code="3TMJWP0K48R6TF3J",
        agency_id="water",
        service_code="1001",
        unit_id="desk",
        ground="nobody-at-the-desk",
        text="کسی پشت میز نبود.",
        door=Door.WEB,
        contact=Contact(id="k1", sealed="s"),
        now=now,
        measure=MEASURE,
    )
    return filed


@pytest.mark.clause("FOAD-6")
@pytest.mark.parametrize(("now", "escalates"), [(NOON - INSTANT, False), (NOON, True)])
def test_a_complaint_escalates_when_three_working_hours_are_over(now: datetime, escalates: bool) -> None:
    _, events = escalation.check_clock(complaint(), now, LINE, MEASURE)

    assert bool(events) is escalates


@pytest.mark.clause("FOAD-6")
def test_a_late_complaint_escalates_only_once_to_each_level() -> None:
    escalated, events = escalation.check_clock(complaint(), NOON, LINE, MEASURE)

    assert [(one.level, one.post_id, one.due_at) for one in of(ComplaintEscalated, events)] == [
        (1, "water.desk.head", NOON)
    ]
    assert escalation.check_clock(escalated, NOON, LINE, MEASURE) == (escalated, [])


@pytest.mark.clause("FOAD-6")
def test_a_sweep_that_comes_days_late_goes_through_every_level_at_once() -> None:
    escalated, events = escalation.check_clock(complaint(), NOON + timedelta(days=9), LINE, MEASURE)

    assert [one.post_id for one in of(ComplaintEscalated, events)] == [one.id for one in LINE]
    assert escalated.escalates_at is None


@pytest.mark.clause("FOAD-6")
@pytest.mark.parametrize(("now", "in_time"), [(NOON - INSTANT, True), (NOON, False)])
def test_an_answer_at_exactly_three_hours_is_late(now: datetime, in_time: bool) -> None:
    _, events = handling.answer(complaint(), "انجام شد.", OFFICER, now, LINE, MEASURE)

    assert [one.in_time for one in of(ComplaintAnswered, events)] == [in_time]


@pytest.mark.clause("FOAD-6")
def test_a_late_answer_escalates_first_even_if_no_sweep_came_by() -> None:
    _, events = handling.answer(complaint(), "انجام شد.", OFFICER, NOON + timedelta(hours=1), LINE, MEASURE)

    assert [type(one) for one in events] == [ComplaintEscalated, ComplaintAnswered]
    assert of(ComplaintAnswered, events)[0].late_by_s == 3600


@pytest.mark.clause("FOAD-6")
def test_lateness_is_counted_in_working_time() -> None:
    sunday_nine = SATURDAY_NINE + timedelta(days=1)
    answered, _ = handling.answer(complaint(), "انجام شد.", OFFICER, sunday_nine, LINE, MEASURE)

    assert answered.round.late_by == timedelta(hours=4)  # three on Saturday, one on Sunday


@pytest.mark.clause("FOAD-6")
def test_taking_it_does_not_move_the_clock() -> None:
    before = complaint()
    taken, _ = handling.take(before, OFFICER, SATURDAY_NINE + timedelta(hours=2))

    assert (taken.round.due_at, taken.escalates_at) == (NOON, NOON)


@pytest.mark.clause("RIGHTS-P9-5")
def test_the_verdict_counts_every_round_and_keeps_the_worst() -> None:
    late, _ = handling.answer(complaint(), "نه.", OFFICER, NOON + timedelta(hours=1), LINE, MEASURE)
    again, _ = verdict.rate(
        late, satisfied=False, reason=None, now=NOON + timedelta(days=1), line=LINE, measure=MEASURE
    )
    answered, _ = handling.answer(again, "بله.", DEPUTY, again.round.started_at, LINE, MEASURE)
    _, events = verdict.rate(
        answered, satisfied=True, reason=None, now=again.round.started_at, line=LINE, measure=MEASURE
    )
    [closed] = of(ComplaintClosed, events)

    assert (closed.in_time, closed.late_by_s, closed.rounds, closed.satisfied) == (False, 3600, 2, True)


@pytest.mark.clause("RIGHTS-P9-5")
def test_after_seven_days_no_verdict_is_taken() -> None:
    answered, _ = handling.answer(complaint(), "انجام شد.", OFFICER, SATURDAY_NINE, LINE, MEASURE)
    late = SATURDAY_NINE + timedelta(days=7)
    with pytest.raises(Refused, match="RIGHTS-P9-5"):
        verdict.rate(answered, satisfied=False, reason=None, now=late, line=LINE, measure=MEASURE)

    assert verdict.close_unrated(answered, late - INSTANT) == (answered, [])
    assert verdict.close_unrated(answered, late)[0].status is Status.CLOSED


@pytest.mark.clause("FOAD-10")
def test_an_answered_complaint_is_neither_taken_nor_answered_again() -> None:
    answered, _ = handling.answer(complaint(), "انجام شد.", OFFICER, SATURDAY_NINE, LINE, MEASURE)

    with pytest.raises(Refused, match="FOAD-10"):
        handling.take(answered, OFFICER, SATURDAY_NINE)
    with pytest.raises(Refused, match="FOAD-10"):
        handling.answer(answered, "دوباره", OFFICER, SATURDAY_NINE, LINE, MEASURE)


def chart(*empty: str) -> Chart:
    posts = {one.id: one for one in posts_of("water")}
    return Chart(
        agency_id="water",
        name=Name(fa="آب"),
        units={id_: Unit(id=id_, name=Name(fa=id_)) for id_ in ("desk", "works", "pr")},
        posts=posts,
        holdings={
            id_: (Holding(person_id=f"p-{id_}", from_at=LONG_AGO),) for id_ in posts if id_ not in empty
        },
    )


def province(*, filled: bool = True) -> Chart:
    holding = (Holding(person_id="p-inspection", from_at=LONG_AGO),)
    return Chart(
        agency_id=PROVINCE,
        name=Name(fa="استانداری"),
        posts={INSPECTION.id: INSPECTION},
        holdings={INSPECTION.id: holding} if filled else {},
    )


@pytest.mark.clause("FOAD-6")
@pytest.mark.parametrize(
    ("empty", "line"),
    [
        ((), ["water.desk.head", "water.deputy", "water.head", "governorate.inspection"]),
        (("water.desk.head",), ["water.deputy", "water.head", "governorate.inspection"]),
        (tuple(one.id for one in posts_of("water")), ["governorate.inspection"]),
    ],
)
def test_an_empty_post_is_passed_over_and_the_line_ends_at_a_named_post(
    empty: tuple[str, ...], line: list[str]
) -> None:
    found = escalation_line(chart(*empty), province(), "desk", SATURDAY_NINE)

    assert [one.id for one in found] == line


@pytest.mark.clause("FOAD-6")
def test_with_nobody_anywhere_the_highest_post_stands() -> None:
    nobody = tuple(one.id for one in posts_of("water"))
    found = escalation_line(chart(*nobody), province(filled=False), "desk", SATURDAY_NINE)

    assert [one.id for one in found] == ["governorate.inspection"]


@pytest.mark.clause("FOAD-6")
def test_a_unit_without_a_head_begins_at_the_agencys_head() -> None:
    found = escalation_line(chart(), None, "no-such-unit", SATURDAY_NINE)

    assert [one.id for one in found] == ["water.head"]


def test_a_refusal_tells_why_in_both_languages() -> None:
    with pytest.raises(Refused) as refused:
        handling.take(replace(complaint(), status=Status.CLOSED), OFFICER, NOON)

    assert isinstance(refused.value.detail, Text)


def test_only_the_units_desk_and_the_line_above_may_work_it() -> None:
    other_desk = post("water", "other.officer", Role.CASE_OFFICER, "other")
    filed = complaint()

    assert [filed.may_be_worked_by(one) for one in (OFFICER, other_desk, DEPUTY, HEAD)] == [
        True,
        False,
        False,
        True,
    ]
    escalated, _ = escalation.check_clock(filed, NOON + timedelta(hours=2), LINE, MEASURE)
    assert escalated.may_be_worked_by(DEPUTY)


class Lives(RuleBasedStateMachine):
    """Any order of acts and clocks: no complaint without an owner, no clock stopped wrongly."""

    @initialize()
    def file(self) -> None:
        self.now = SATURDAY_NINE
        self.complaint = complaint()
        self.facts: Facts = []

    @rule(minutes=st.integers(0, 3000))
    def time_passes(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)

    @rule()
    def sweep(self) -> None:
        self._take_over(escalation.check_clock(self.complaint, self.now, LINE, MEASURE))
        self._take_over(verdict.close_unrated(self.complaint, self.now))

    @rule()
    def take(self) -> None:
        if self.complaint.is_open:
            self._take_over(handling.take(self.complaint, OFFICER, self.now))

    @rule()
    def answer(self) -> None:
        if self.complaint.is_open:
            self._take_over(handling.answer(self.complaint, "پاسخ", OFFICER, self.now, LINE, MEASURE))

    @rule(satisfied=st.booleans())
    def rate(self, satisfied: bool) -> None:
        by = self.complaint.rate_by_at
        if self.complaint.status is Status.ANSWERED and by is not None and self.now < by:
            self._take_over(
                verdict.rate(
                    self.complaint, satisfied=satisfied, reason=None, now=self.now, line=LINE, measure=MEASURE
                )
            )

    def _take_over(self, decision: tuple[Complaint, Facts]) -> None:
        self.complaint, facts = decision
        self.facts += facts

    @invariant()
    def an_open_complaint_has_a_running_clock_or_stands_at_the_top(self) -> None:
        if self.complaint.is_open:
            assert self.complaint.escalates_at is not None or self.complaint.level >= len(LINE)
            assert self.complaint.rate_by_at is None
        else:
            assert self.complaint.escalates_at is None

    @invariant()
    def an_answered_one_waits_for_a_verdict_and_a_closed_one_for_nothing(self) -> None:
        assert (self.complaint.rate_by_at is not None) == (self.complaint.status is Status.ANSWERED)

    @invariant()
    def a_due_escalation_never_outlives_a_sweep(self) -> None:
        swept, _ = escalation.check_clock(self.complaint, self.now, LINE, MEASURE)
        assert swept.escalates_at is None or swept.escalates_at > self.now

    @invariant()
    def each_level_was_told_once_and_in_order(self) -> None:
        levels = [one.level for one in of(ComplaintEscalated, self.facts)]
        assert levels == sorted(set(levels))

    @invariant()
    def it_closes_at_most_once(self) -> None:
        assert len(of(ComplaintClosed, self.facts)) <= 1

    @invariant()
    def every_deadline_is_three_working_hours_after_its_start(self) -> None:
        for one in self.complaint.rounds:
            assert MEASURE.calendar.between(one.started_at, one.due_at) == timedelta(hours=3)


Lives.TestCase.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
TestLives = Lives.TestCase
