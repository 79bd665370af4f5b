"""Any order of everything that people and time can do: no case is lost, nobody's, or on a stopped clock."""

import itertools
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
)

from services.complaints.domain import (
    asking,
    assigning,
    escalation,
    handling,
    outside,
    sorting,
    transfer,
    verdict,
    withdrawal,
)
from services.complaints.domain.complaint import ENDED, Complaint, Facts, Status
from services.complaints.domain.line import Lines
from services.complaints.domain.moves import COURSES, Move
from services.complaints.domain.reckoning import Reckoned
from services.complaints.domain.sorting import Named
from services.complaints.domain.transfer import Onto
from shared.events.complaints import ComplaintClosed, ComplaintFiled
from shared.events.complaints_course import (
    ComplaintDeadlineNear,
    ComplaintSorted,
    ComplaintTakenOver,
    ComplaintTransferred,
    ComplaintWithdrawn,
)
from shared.events.event import Event
from shared.rule import Refused
from tests.complaints.cases import act, file, only_id
from tests.complaints.cases import verdict as rated
from tests.complaints.test_domain import (
    HEAD,
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
from tests.complaints.test_moves import OFFICER_2, SEALED, unsorted
from tests.province import SATURDAY_NINE, posts_of
from tests.serving import Serving, bearer

LADDER_LENGTH = 4
ENDS = ComplaintClosed | ComplaintWithdrawn | ComplaintTransferred
Decide = Callable[[Complaint, datetime], tuple[Complaint, Facts]]


AGENCIES = ("water", "roads", "power", "gas")
ROADS_LINE = (
    *(one for name in ("desk.head", "head") for one in posts_of("roads") if one.id == f"roads.{name}"),
    LINE[-1],
)
"""Another agency's is shorter; above both is the same inspection."""


def lines_of(one: Complaint) -> Lines:
    return LINES if one.agency_id == "water" else lambda _: ROADS_LINE


def rate(satisfied: bool) -> Decide:
    return lambda one, now: verdict.rate(
        one, satisfied=satisfied, reason=None, now=now, line=lines_of(one)(one.unit_id), measure=MEASURE
    )


def handed_over(one: Complaint, now: datetime) -> tuple[Complaint, Facts]:
    onto = Onto(
        agency_id=AGENCIES[one.agencies_before + 1], service_code="2001", unit_id="desk", ground=one.ground
    )
    return transfer.transfer(one, onto, SEALED, HEAD, now, lines_of(one), MEASURE)


def arrived(one: Complaint, now: datetime) -> tuple[Complaint, Facts]:
    assert one.onward is not None
    there = ROADS_LINE
    return transfer.take_over(
        one,
        one.onward,
        contact=one.contact,
        identity=None,
        reasons=[SEALED] * (one.agencies_before + 1),
        deeds=(),
        line=there,
        overseen_by=None,
        measure=MEASURE,
        now=now,
    )


def sent_on(one: Complaint, now: datetime) -> tuple[Complaint, Facts]:
    unit = "pr" if one.unit_id == "desk" else "desk"
    return assigning.route(one, unit, chart(), now, lines_of(one), MEASURE)


def sorted_(one: Complaint, now: datetime) -> tuple[Complaint, Facts]:
    """As a service of the other unit, and then of this one again."""
    code, unit = ("1002", "pr") if one.unit_id == "desk" else ("1001", "desk")
    named = Named(service_code=code, unit_id=unit, ground="nobody-at-the-desk")
    return sorting.sort(one, named, UNIT_HEAD, now, lines_of(one), MEASURE)


ACTS: dict[str, Decide] = {
    "take": lambda one, now: handling.take(one, OFFICER, now),
    "assign": lambda one, now: assigning.assign(one, OFFICER_2, UNIT_HEAD, now),
    "give back": lambda one, now: assigning.give_back(one, OFFICER, now, lines_of(one)),
    "take off": lambda one, now: assigning.give_back(one, UNIT_HEAD, now, lines_of(one)),
    "sort": sorted_,
    "route": sent_on,
    "hand over": handed_over,
    "ask": lambda one, now: asking.ask(one, "کدام روز؟", OFFICER, now, lines_of(one), MEASURE),
    "reply": lambda one, now: asking.hear(one, f"{now}", now, lines_of(one), MEASURE),
    "answer": lambda one, now: handling.answer(
        one, "پاسخ", OFFICER, now, lines_of(one)(one.unit_id), MEASURE
    ),
    "point elsewhere": lambda one, now: outside.point_elsewhere(
        one, outside.RightDoor.REQUEST, "آنجا", OFFICER, now, lines_of(one), MEASURE
    ),
    "withdraw": lambda one, now: withdrawal.withdraw(one, None, now, lines_of(one), MEASURE),
    "satisfied": rate(satisfied=True),
    "not satisfied": rate(satisfied=False),
}
SELDOM = ("hand over", "withdraw", "satisfied", "point elsewhere")
"""What ends a life: drawn as often as the others, few lives would be long."""


class Course(RuleBasedStateMachine):
    """One complaint's life. Each act is tried wherever it stands: done as the table says, or refused."""

    @initialize()
    def file(self) -> None:
        self.now, self.complaint = SATURDAY_NINE, unsorted(complaint())
        self.told: list[Event] = [
            ComplaintFiled(
                **self.complaint.case,
                service_code=self.complaint.service_code,
                unit_id="desk",
                ground=self.complaint.ground,
                door="web",
                filed_at=self.now,
                reply_due_at=NOON,
            )
        ]
        self.asked_for = [timedelta(0)]

    @rule(minutes=st.sampled_from([0, 1, 30, 60, 119, 120, 180, 600, 1440, 4320, 10080]))
    def time_passes(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)

    @rule()
    def sweep(self) -> None:
        line = lines_of(self.complaint)(self.complaint.unit_id)
        self._take_over(escalation.warn(self.complaint, self.now, line, MEASURE, lambda _: True))
        self._take_over(verdict.close_unrated(self.complaint, self.now))

    @rule(name=st.sampled_from([one for one in ACTS if one not in SELDOM]))
    def somebody_acts(self, name: str) -> None:
        self._try(name)

    @rule(name=st.sampled_from(SELDOM))
    def it_comes_to_an_end(self, name: str) -> None:
        self._try(name)

    @rule()
    def it_arrives_where_it_was_handed_over_to(self) -> None:
        before = self.complaint
        if before.onward is None:
            return
        after, facts = arrived(before, self.now)
        assert (after.round.due_at, after.level, after.filed_at) == (
            before.round.due_at,
            before.level,
            before.filed_at,
        )
        assert (after.escalates_at, after.warns_at) == (before.onward.escalates_at, before.onward.warns_at)
        assert after.past[-1].rounds == before.rounds
        self.complaint, self.told, self.asked_for = after, [*facts], [self.asked_for[-1]]

    def _try(self, name: str) -> None:
        try:
            decision = ACTS[name](self.complaint, self.now)
        except Refused:
            return
        self._take_over(decision)

    def _take_over(self, decision: tuple[Complaint, Facts]) -> None:
        after, facts = decision
        for number, one in enumerate(after.rounds):
            if number == len(self.asked_for):
                self.asked_for.append(timedelta(0))
            # What stood still is counted by itself, from the questions alone.
            self.asked_for[number] = sum(
                (
                    MEASURE.calendar.between(asked.asked_at, asked.over_at)
                    for asked in one.questions
                    if asked.over_at is not None and asked.left is not None
                ),
                timedelta(0),
            )
        self.complaint = after
        self.told += facts

    @invariant()
    def somebody_who_has_a_name_owes_what_is_owed(self) -> None:
        one = self.complaint
        owner = one.taken_by or one.level_post or lines_of(one)(one.unit_id)[0].id
        line = lines_of(one)(one.unit_id)
        assert owner in chart().posts or owner in {post.id for post in line}
        assert one.level_post in {None, *(post.id for post in line)}
        assert one.status is not Status.TAKEN or one.taken_by is not None
        assert (one.level == 0) == (one.level_post is None)

    @invariant()
    def just_the_clock_of_where_it_stands_runs(self) -> None:
        one = self.complaint
        assert (one.escalates_at is not None) <= one.is_open
        assert not one.is_open or one.escalates_at is not None or one.level >= LADDER_LENGTH
        assert (one.measured_by is not None) == one.is_open
        assert (one.warns_at is not None) <= one.is_open
        assert (one.waits_until_at is not None) == (one.status is Status.WAITING)
        assert (one.rate_by_at is not None) == (one.status in {Status.ANSWERED, Status.OUTSIDE})
        assert (one.closed_at is not None) == (one.status in ENDED)

    @invariant()
    def three_working_hours_are_the_agencys_and_only_a_question_adds_to_them(self) -> None:
        for one, asked_for in zip(self.complaint.rounds, self.asked_for, strict=True):
            allowed = MEASURE.calendar.between(one.started_at, one.due_at) - asked_for
            assert allowed == timedelta(hours=3)

    @invariant()
    def nothing_that_is_due_outlives_a_sweep(self) -> None:
        swept, _ = escalation.check_clock(
            self.complaint, self.now, lines_of(self.complaint)(self.complaint.unit_id), MEASURE
        )
        assert swept.escalates_at is None or swept.escalates_at > self.now
        assert swept.waits_until_at is None or swept.waits_until_at > self.now

    @invariant()
    def what_it_is_sorted_as_is_what_was_told_last(self) -> None:
        told = [one for one in self.told if isinstance(one, ComplaintFiled | ComplaintTakenOver)][-1:]
        told += [one for one in self.told if isinstance(one, ComplaintSorted)][-1:]
        one = self.complaint
        assert (one.service_code, one.ground) == (told[-1].service_code, told[-1].ground)

    @invariant()
    def it_ends_once_and_says_so_once(self) -> None:
        ends = [one for one in self.told if isinstance(one, ENDS)]
        assert len(ends) == (self.complaint.status in ENDED)

    @invariant()
    def no_post_has_it_opened_twice_and_nobody_is_warned_twice_in_a_round(self) -> None:
        opened_to = [one.opened_to for one in self.complaint.rounds]
        assert len(opened_to) == len(set(opened_to))
        warnings = [one for one in self.told if isinstance(one, ComplaintDeadlineNear)]
        assert len(warnings) <= len(self.complaint.rounds)
        assert all(one.warned_at < one.reply_due_at for one in warnings)

    @invariant()
    def what_was_frozen_is_what_the_events_say(self) -> None:
        assert Reckoned.frozen(self.complaint) == Reckoned.rebuilt(self.told)


Course.TestCase.settings = settings(max_examples=200, stateful_step_count=30, deadline=None)


@pytest.mark.clause("FOAD-6")
@pytest.mark.clause("FOAD-10")
@pytest.mark.clause("RIGHTS-P4-4")
class TestCourse(Course.TestCase):
    """As hypothesis runs it."""


def swept(one: Complaint, now: datetime) -> tuple[Complaint, Facts]:
    checked, facts = escalation.check_clock(one, now, LINES(one.unit_id), MEASURE)
    closed, more = verdict.close_unrated(checked, now)
    return closed, [*facts, *more]


@pytest.mark.clause("FOAD-10")
def test_every_state_and_every_way_of_the_table_can_be_gone() -> None:
    known, led = set[tuple[object, ...]](), set[tuple[Status, Status]]()
    frontier = [(unsorted(complaint()), SATURDAY_NINE)]
    for _ in range(4):
        before, frontier = frontier, list[tuple[Complaint, datetime]]()
        for (one, now), decide in itertools.product(before, [*ACTS.values(), swept]):
            later = now + timedelta(days=7) if decide is swept else now
            try:
                after, _ = decide(one, later)
            except Refused:
                continue
            led.add((one.status, after.status))
            kind = (after.status, after.level, after.taken_by, after.unit_id, bool(after.round.questions))
            if kind not in known:
                known.add(kind)
                frontier.append((after, later))
    ways = {
        (status, course.to or status)
        for move, course in COURSES.items()
        for status in course.out_of
        if move is not Move.ESCALATE
    }

    assert {status for way in led for status in way} == set(Status)
    assert ways - led == set()


@pytest.mark.clause("FOAD-6")
def test_an_answer_is_held_against_the_deadline_that_was_told_not_against_what_it_says() -> None:
    late, facts = handling.answer(complaint(), "شد.", OFFICER, NOON, LINE, MEASURE)
    filed = ComplaintFiled(
        **late.case,
        service_code="1001",
        unit_id="desk",
        ground="nobody-at-the-desk",
        door="web",
        filed_at=SATURDAY_NINE,
        reply_due_at=NOON,
    )
    forged = [one.model_copy(update={"in_time": True}) for one in facts]

    assert Reckoned.rebuilt([filed, *forged]).in_time is False
    assert Reckoned.rebuilt([filed]).in_time is None
    assert of(ComplaintClosed, facts) == []


@pytest.mark.real
@pytest.mark.clause("FOAD-6")
async def test_how_it_was_handled_can_be_read_as_it_was_frozen_and_as_its_history_says(
    complaints: Serving,
) -> None:
    receipt = await file(complaints)
    id_ = await only_id(complaints)
    complaints.clock.set(NOON + timedelta(hours=1))
    await act(complaints, "water.desk.officer", "answer", id_, text="نشد.")
    await rated(complaints, receipt, satisfied=False)
    await act(complaints, "water.head", "answer", id_, text="شد.")
    await rated(complaints, receipt, satisfied=True)
    url = f"/v1/complaints/{id_}/reckoning"
    seen = (await complaints.http.get(url, headers=bearer("water.head"))).json()
    forged = {"state.rounds.0.late_by": "PT0S", "state.rounds.0.answered_at": SATURDAY_NINE}
    await complaints.database["complaints"].update_one({"_id": id_}, {"$set": forged})
    tampered = (await complaints.http.get(url, headers=bearer("water.head"))).json()

    assert seen["frozen"] == {
        "in_time": False,
        "late_by_s": 3600,
        "level": 2,
        "rounds": 2,
        "satisfied": True,
    }
    assert (seen["rebuilt"], seen["agrees"]) == (seen["frozen"], True)
    assert (tampered["agrees"], tampered["frozen"]["in_time"], tampered["rebuilt"]["in_time"]) == (
        False,
        True,
        False,
    )
