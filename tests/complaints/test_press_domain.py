"""Press cases as values: who owes what until when, and that none ends before the public reads its answer."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from services.complaints.domain import press_answer, press_sending
from services.complaints.domain.clock import Measure
from services.complaints.domain.headquarters import head_of_office, is_of_headquarters, line_above
from services.complaints.domain.press import Clipping, Heard, PressCase, PressFacts, PressStatus
from shared.calendar.working_time import WorkingCalendar
from shared.directory.chart import Chart, Holding
from shared.events.complaints_press import (
    MediumKind,
    PressAnswerPublished,
    PressAnswerReady,
    PressCaseEscalated,
    PressCaseSeen,
    PressCaseSent,
    PressDeadlineMoved,
    PressEvent,
    PressKind,
)
from shared.events.directory import Name, Post, Role, Unit, UnitKind
from shared.rule import PRESETS, Invalid, Refused
from tests.complaints.press import COUNTY_POSTS, chart_with_office
from tests.province import LONG_AGO, SATURDAY_NINE, calendar_event, holder, posts_of

MEASURE = Measure(calendar=WorkingCalendar.from_data(calendar_event().calendar), figures=PRESETS)
TUESDAY_NINE = datetime(2026, 11, 24, 5, 30, tzinfo=UTC)
INSTANT, HOUR = timedelta(milliseconds=1), timedelta(hours=1)
POSTS = {one.id.removeprefix("water."): one for one in [*posts_of("water"), *COUNTY_POSTS]}
PR, SECRETARY, HEAD = POSTS["pr.head"], POSTS["pr.secretary"], POSTS["head"]
OFFICE_HEAD, OFFICE_PR = POSTS["county.head"], POSTS["county.pr"]
LINE = (PR, HEAD)
CLIPPING = Clipping(
    medium=MediumKind.NEWSPAPER,
    medium_name="روزنامهٔ صبح استان",
    seen_on=date(2026, 11, 20),
    headline="سه روز بی‌آبی",
    text="کسی پاسخگو نیست.",
)


def entered(
    post: Post = SECRETARY, unit_id: str | None = None, kind: PressKind = PressKind.COMPLAINT
) -> tuple[PressCase, PressFacts]:
    return press_sending.see(
        id_="pc-1",
        agency_id="water",
        kind=kind,
        clipping=CLIPPING,
        unit_id=unit_id,
        post=post,
        head=OFFICE_HEAD,
        now=SATURDAY_NINE,
        measure=MEASURE,
    )


def seen() -> PressCase:
    return entered()[0]


def sent() -> PressCase:
    return press_sending.send(seen(), "county", PR, OFFICE_HEAD, SATURDAY_NINE)[0]


def drafted(case: PressCase | None = None) -> PressCase:
    return press_answer.draft(case or sent(), "آب وصل شد.", OFFICE_PR, SATURDAY_NINE)[0]


def answered(at: datetime = SATURDAY_NINE) -> PressCase:
    return press_answer.approve(drafted(), 1, PR, at, LINE, MEASURE)[0]


def on_site(case: PressCase, sequence: int = 4, item: str = "i", at: datetime = SATURDAY_NINE) -> PressCase:
    return press_answer.is_on_site(case, Heard(item_id=item, sequence=sequence), at, LINE, MEASURE)[0]


def off_site(case: PressCase, sequence: int = 5, item: str = "i") -> PressCase:
    return press_answer.is_off_site(case, Heard(item_id=item, sequence=sequence), SATURDAY_NINE, MEASURE)[0]


def elsewhere(case: PressCase) -> PressCase:
    return press_answer.publish_elsewhere(
        case, "https://n.example/2", "چاپ شد.", SATURDAY_NINE, LINE, MEASURE
    )[0]


@pytest.mark.clause("PR-12")
def test_it_has_a_source_and_a_deadline_of_three_working_days() -> None:
    case, [event] = entered()

    assert isinstance(event, PressCaseSeen)
    assert (event.medium, event.seen_on) == (MediumKind.NEWSPAPER, date(2026, 11, 20))
    assert (event.answer_due_at, case.deadline and case.deadline.due_at) == (TUESDAY_NINE, TUESDAY_NINE)
    assert case.status is PressStatus.SEEN


@pytest.mark.clause("COUNTY-D1")
@pytest.mark.parametrize("kind", PressKind)
def test_what_an_office_finds_of_itself_is_before_its_head_at_once(kind: PressKind) -> None:
    case, [_, event] = entered(OFFICE_PR, "county", kind)

    assert isinstance(event, PressCaseSent)
    assert (event.unit_id, event.to_post, event.clause) == ("county", "water.county.head", "COUNTY-D1")
    assert case.status is PressStatus.SENT


@pytest.mark.parametrize("unit", [None, "desk"])
def test_what_an_office_finds_of_others_waits_for_headquarters(unit: str | None) -> None:
    case, [event] = entered(OFFICE_PR, unit)

    assert isinstance(event, PressCaseSeen)
    assert (case.status, case.sendings) == (PressStatus.SEEN, ())


def test_nobody_saw_it_on_a_day_to_come() -> None:
    tomorrow = replace(CLIPPING, seen_on=date(2026, 11, 22))
    with pytest.raises(Invalid) as refused:
        press_sending.see(
            id_="pc-1",
            agency_id="water",
            kind=PressKind.DOUBT,
            clipping=tomorrow,
            unit_id=None,
            post=PR,
            head=None,
            now=SATURDAY_NINE,
            measure=MEASURE,
        )
    assert refused.value.pointer == "/seen_on"


@pytest.mark.clause("COUNTY-D4")
def test_sending_it_moves_no_deadline_and_the_same_office_twice_is_nothing_new() -> None:
    later = SATURDAY_NINE + 5 * HOUR
    case, [event] = press_sending.send(seen(), "county", PR, OFFICE_HEAD, later)

    assert isinstance(event, PressCaseSent)
    assert (event.to_post, event.answer_due_at) == ("water.county.head", TUESDAY_NINE)
    assert case.deadline == seen().deadline
    assert press_sending.send(case, "county", PR, OFFICE_HEAD, later) == (case, [])


@pytest.mark.clause("COUNTY-D4")
def test_headquarters_urges_whoever_heads_the_office_now() -> None:
    case, [event] = press_sending.urge(sent(), PR, HEAD, SATURDAY_NINE + HOUR)

    assert event.model_dump()["to_post"] == "water.head"
    assert case.sendings[-1].urged_at == SATURDAY_NINE + HOUR
    with pytest.raises(Refused) as refused:
        press_sending.urge(seen(), PR, None, SATURDAY_NINE)
    assert refused.value.rule.clause == "COUNTY-D4"


@pytest.mark.clause("PR-12")
@pytest.mark.parametrize("make", [seen, sent, drafted])
@pytest.mark.parametrize(
    ("now", "posts"),
    [
        (TUESDAY_NINE - INSTANT, []),
        (TUESDAY_NINE, ["water.pr.head"]),
        (TUESDAY_NINE + 24 * HOUR - INSTANT, ["water.pr.head"]),
        (TUESDAY_NINE + 24 * HOUR, ["water.pr.head", "water.head"]),
        (TUESDAY_NINE + 9000 * HOUR, ["water.pr.head", "water.head"]),
    ],
)
def test_unanswered_it_goes_to_the_head_of_public_relations_and_then_to_the_agencys(
    make: Callable[[], PressCase], now: datetime, posts: list[str]
) -> None:
    case, facts = press_sending.check_clock(make(), now, LINE, MEASURE)

    assert [one.post_id for one in facts if isinstance(one, PressCaseEscalated)] == posts
    assert press_sending.check_clock(case, now, LINE, MEASURE) == (case, [])


@pytest.mark.clause("PR-12")
@pytest.mark.parametrize(
    ("now", "in_time", "late_by_s"),
    [
        (TUESDAY_NINE - INSTANT, True, 0),
        (TUESDAY_NINE, False, 0),
        (TUESDAY_NINE + HOUR, False, 3600),
        (TUESDAY_NINE + 24 * HOUR, False, 7 * 3600),
    ],
)
def test_an_answer_at_exactly_the_deadline_is_late_whether_or_not_a_sweep_came_by(
    now: datetime, in_time: bool, late_by_s: int
) -> None:
    case, facts = press_answer.approve(drafted(), 1, PR, now, LINE, MEASURE)
    [ready] = [one for one in facts if isinstance(one, PressAnswerReady)]

    assert (ready.in_time, ready.late_by_s) == (in_time, late_by_s)
    assert bool(case.escalations) is not in_time


@pytest.mark.clause("PR-12")
def test_approved_it_is_owed_to_the_public_within_two_working_days_and_only_then_over() -> None:
    case = answered()
    due = SATURDAY_NINE + 48 * HOUR

    assert case.deadline is not None
    assert (case.status, case.deadline.due_at, case.deadline.level) == (PressStatus.ANSWERED, due, 0)
    late, facts = press_sending.check_clock(case, due, LINE, MEASURE)
    assert [one.model_dump()["post_id"] for one in facts] == ["water.pr.head"]
    closed = on_site(late, at=due)
    assert (closed.status, closed.deadline) == (PressStatus.PUBLISHED, None)
    assert closed.publication is not None
    assert (closed.publication.item_id, closed.publication.in_time) == ("i", False)


@pytest.mark.clause("PR-12")
def test_published_elsewhere_it_keeps_the_link_and_the_reason() -> None:
    closed = elsewhere(answered())

    assert closed.status is PressStatus.PUBLISHED
    assert closed.publication is not None
    assert (closed.publication.link, closed.publication.reason) == ("https://n.example/2", "چاپ شد.")
    assert elsewhere(closed) == closed


@pytest.mark.parametrize("make", [seen, sent, drafted])
def test_without_an_approved_answer_nothing_is_published(make: Callable[[], PressCase]) -> None:
    with pytest.raises(Refused) as refused:
        elsewhere(make())
    assert refused.value.rule.clause == "PR-12"
    assert on_site(make()) == make()


def test_a_draft_sent_back_is_with_the_office_again_and_only_the_newest_is_approved() -> None:
    back, _ = press_answer.send_back(drafted(), 1, "کوتاه است.", PR, SATURDAY_NINE)
    again = press_answer.draft(back, "آب ساعت ۹ وصل شد.", OFFICE_PR, SATURDAY_NINE)[0]

    assert (back.status, back.drafts[0].returned) == (PressStatus.SENT, "کوتاه است.")
    for wrong in (back, again):
        with pytest.raises(Refused):
            press_answer.approve(wrong, 1, PR, SATURDAY_NINE, LINE, MEASURE)
    assert press_answer.approve(again, 2, PR, SATURDAY_NINE, LINE, MEASURE)[0].answer


def test_the_same_draft_and_the_same_approval_twice_are_nothing_new() -> None:
    assert drafted(drafted()) == drafted()
    assert press_answer.approve(answered(), 1, PR, TUESDAY_NINE, LINE, MEASURE) == (answered(), [])


def test_a_case_has_thirty_drafts_at_most() -> None:
    case = sent()
    for number in range(30):
        case = press_answer.draft(case, f"متن {number}", OFFICE_PR, SATURDAY_NINE)[0]
    with pytest.raises(Invalid):
        press_answer.draft(case, "یکی دیگر", OFFICE_PR, SATURDAY_NINE)


def test_taken_off_the_site_it_is_owed_again_and_what_was_told_before_changes_nothing() -> None:
    closed = on_site(answered())
    owed = off_site(closed)

    assert (owed.status, owed.publication) == (PressStatus.ANSWERED, None)
    assert owed.deadline is not None
    assert on_site(owed) == owed
    assert off_site(owed) == owed
    assert on_site(owed, sequence=8).status is PressStatus.PUBLISHED
    assert off_site(closed, item="another").status is PressStatus.PUBLISHED


def test_only_an_unanswered_complaint_becomes_a_complaint_and_does_so_once() -> None:
    made, [event] = press_sending.make_complaint(sent(), "c-1", PR, SATURDAY_NINE)

    assert (made.status, made.deadline) == (PressStatus.COMPLAINT, None)
    assert event.model_dump()["complaint_id"] == "c-1"
    assert press_sending.make_complaint(made, "c-1", PR, SATURDAY_NINE) == (made, [])
    for wrong in (answered(), entered(kind=PressKind.QUESTION)[0]):
        with pytest.raises(Refused):
            press_sending.make_complaint(wrong, "c-1", PR, SATURDAY_NINE)


def closing(*days: date, version: int = 2, set_at: datetime = SATURDAY_NINE + HOUR) -> Measure:
    why = {"fa": "برف", "en": "Snow"}
    overrides: list[dict[str, Any]] = [{"day": day.isoformat(), "hours": [], "why": why} for day in days]
    data = calendar_event(version=version, overrides=overrides).calendar
    return Measure(calendar=WorkingCalendar.from_data(data), figures=PRESETS, set_at=set_at)


@pytest.mark.clause("PR-12")
def test_a_closed_day_moves_the_deadline_once_but_none_that_has_passed() -> None:
    by = closing(date(2026, 11, 22))
    moved, [event] = press_sending.follow_calendar(seen(), by, SATURDAY_NINE + HOUR)

    assert isinstance(event, PressDeadlineMoved)
    assert (event.was_due_at, event.due_at) == (TUESDAY_NINE, TUESDAY_NINE + 24 * HOUR)
    assert press_sending.follow_calendar(moved, by, TUESDAY_NINE) == (moved, [])
    late = press_sending.check_clock(seen(), TUESDAY_NINE, LINE, MEASURE)[0]
    after = closing(date(2026, 11, 22), set_at=TUESDAY_NINE + HOUR)
    kept, facts = press_sending.follow_calendar(late, after, TUESDAY_NINE + HOUR)
    assert kept.deadline is not None
    assert (kept.deadline.due_at, facts) == (TUESDAY_NINE, [])


@given(st.integers(0, 60), st.integers(0, 90))
def test_no_calendar_of_later_makes_anybody_late_by_it(set_after_h: int, asked_after_h: int) -> None:
    at = SATURDAY_NINE + set_after_h * HOUR
    case, _ = press_sending.check_clock(seen(), at, LINE, MEASURE)
    by = closing(date(2026, 11, 22), date(2026, 11, 23), set_at=at)
    moved, _ = press_sending.follow_calendar(case, by, at + asked_after_h * HOUR)

    assert moved.deadline is not None
    assert moved.deadline.due_at >= TUESDAY_NINE


def chart(*empty: str, without: frozenset[str] = frozenset()) -> Chart:
    """Water with its county office, whose public relations has a head of its own; some posts are empty."""
    own = Post(id="water.county.pr-head", title=Name(fa="x"), role=PR.role, unit_id="county")
    posts = [own, *POSTS.values()]
    told = chart_with_office()
    return Chart(
        agency_id="water",
        name=told.name,
        units={unit.id: unit for unit in told.units},
        posts={one.id: one for one in posts if one.id not in without},
        holdings={
            one.id: (Holding(person_id=holder(one.id), from_at=LONG_AGO),)
            for one in posts
            if one.id not in empty
        },
    )


def test_headquarters_is_the_agencys_own_public_relations_and_no_county_offices() -> None:
    own = chart()

    assert own.units["county"].kind is UnitKind.COUNTY_OFFICE
    assert isinstance(own.units["pr"], Unit)
    assert [is_of_headquarters(one, own) for one in (PR, SECRETARY, OFFICE_PR, HEAD)] == [
        True,
        True,
        False,
        False,
    ]
    assert not is_of_headquarters(own.posts["water.county.pr-head"], own)


def test_an_office_without_a_head_answers_by_who_stands_above() -> None:
    heads = [
        head_of_office(chart(*empty), unit, SATURDAY_NINE)
        for unit, empty in [
            ("county", []),
            ("county", ["water.county.head"]),
            ("works", []),
            ("county", list(chart().posts)),
        ]
    ]

    assert [head and head.id for head in heads] == [
        "water.county.head",
        "water.head",
        "water.deputy",
        "water.county.head",
    ]


@pytest.mark.parametrize(
    ("empty", "line"),
    [
        ((), ["water.pr.head", "water.head"]),
        (("water.pr.head",), ["water.head"]),
        (("water.head",), ["water.pr.head"]),
        (("water.pr.head", "water.head"), ["governorate.inspection"]),
    ],
)
def test_what_is_overdue_always_lies_with_somebody(empty: tuple[str, ...], line: list[str]) -> None:
    inspection = Post(id="governorate.inspection", title=Name(fa="بازرسی"), role=Role.INSPECTOR)
    province = Chart(agency_id="governorate", name=Name(fa="x"), posts={inspection.id: inspection})

    assert [one.id for one in line_above(chart(*empty), province, SATURDAY_NINE)] == line
    assert line_above(chart(*empty), None, SATURDAY_NINE)


def test_a_chart_without_any_post_is_refused_with_the_clause() -> None:
    with pytest.raises(Refused) as refused:
        line_above(Chart(agency_id="water", name=Name(fa="x")), None, SATURDAY_NINE)
    assert refused.value.rule.clause == "PR-12"


class AnyPressCase(RuleBasedStateMachine):
    """Whatever people, content and the clock do, in whatever order: no case is lost, none ends too early."""

    def __init__(self) -> None:
        super().__init__()
        self.case, facts = entered()
        self.now, self.facts, self.told = SATURDAY_NINE, list[PressEvent](facts), 0

    def _do(self, decide: Callable[[], tuple[PressCase, PressFacts]]) -> None:
        self.now += HOUR
        try:
            self.case, facts = decide()
        except Refused:
            return
        self.facts += facts

    @rule(unit=st.sampled_from(["county", "desk"]))
    def send(self, unit: str) -> None:
        self._do(lambda: press_sending.send(self.case, unit, PR, OFFICE_HEAD, self.now))

    @rule()
    def urge(self) -> None:
        self._do(lambda: press_sending.urge(self.case, PR, OFFICE_HEAD, self.now))

    @rule(text=st.sampled_from(["الف", "ب"]))
    def draft(self, text: str) -> None:
        if len(self.case.drafts) < press_answer.DRAFTS_MAX:
            self._do(lambda: press_answer.draft(self.case, text, OFFICE_PR, self.now))

    @rule(number=st.integers(1, 4))
    def send_back(self, number: int) -> None:
        self._do(lambda: press_answer.send_back(self.case, number, "چرا", PR, self.now))

    @rule(behind=st.integers(0, 1))
    def approve(self, behind: int) -> None:
        number = len(self.case.drafts) - behind
        self._do(lambda: press_answer.approve(self.case, number, PR, self.now, LINE, MEASURE))

    @rule(item=st.sampled_from("ij"))
    def published(self, item: str) -> None:
        self.told += 1
        heard = Heard(item_id=item, sequence=self.told)
        self._do(lambda: press_answer.is_on_site(self.case, heard, self.now, LINE, MEASURE))

    @rule(item=st.sampled_from("ij"))
    def withdrawn(self, item: str) -> None:
        self.told += 1
        heard = Heard(item_id=item, sequence=self.told)
        self._do(lambda: press_answer.is_off_site(self.case, heard, self.now, MEASURE))

    @rule()
    def elsewhere(self) -> None:
        self._do(
            lambda: press_answer.publish_elsewhere(
                self.case, "https://n.example", "چاپ شد", self.now, LINE, MEASURE
            )
        )

    @rule(days=st.integers(0, 9))
    def time_passes(self, days: int) -> None:
        self.now += timedelta(days=days)
        self._do(lambda: press_sending.check_clock(self.case, self.now, LINE, MEASURE))

    @rule()
    def its_citizen_is_known(self) -> None:
        self._do(lambda: press_sending.make_complaint(self.case, "c-1", PR, self.now))

    @invariant()
    def something_is_owed_until_the_public_can_read_it(self) -> None:
        over = self.case.status in (PressStatus.PUBLISHED, PressStatus.COMPLAINT)
        assert (self.case.deadline is None) is over
        if self.case.status is PressStatus.PUBLISHED:
            assert self.case.answer
            assert self.case.publication

    @invariant()
    def what_is_overdue_lies_with_a_named_post(self) -> None:
        checked, _ = press_sending.check_clock(self.case, self.now, LINE, MEASURE)
        owed = checked.deadline
        if owed is not None and self.now >= owed.due_at:
            assert owed.level_post in ("water.pr.head", "water.head")

    @invariant()
    def every_end_was_told(self) -> None:
        ends = [one for one in self.facts if isinstance(one, PressAnswerPublished)]
        assert bool(ends) >= (self.case.status is PressStatus.PUBLISHED)


TestAnyPressCase = AnyPressCase.TestCase
