"""The citizen is asked something: the clock stands still in working time, and nothing else stops it."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.complaints.domain import asking, escalation, handling
from services.complaints.domain.complaint import Complaint, Facts, Status
from shared.events.complaints import ComplaintAnswered, ComplaintEscalated
from shared.events.complaints_course import ComplaintCitizenReplied, ComplaintWentOn
from shared.rule import Refused
from tests.complaints.cases import MOBILE, act, event_names, file, only_id
from tests.complaints.test_calendar_changes import measure as of_calendar
from tests.complaints.test_domain import (
    INSTANT,
    LINE,
    LINES,
    MEASURE,
    NOON,
    OFFICER,
    UNIT_HEAD,
    complaint,
    of,
)
from tests.province import SATURDAY_NINE
from tests.serving import Serving, bearer

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
TEN = SATURDAY_NINE + HOUR
SUNDAY_NINE = SATURDAY_NINE + DAY
QUESTION, REPLY = "شمارهٔ اشتراک شما چیست؟", "اشتراک ۱۲۳"


def asked(at: datetime = TEN, one: Complaint | None = None) -> Complaint:
    return asking.ask(one or complaint(), QUESTION, OFFICER, at, LINES, MEASURE)[0]


def replied(at: datetime, one: Complaint | None = None) -> tuple[Complaint, Facts]:
    return asking.hear(one or asked(), REPLY, at, LINES, MEASURE)


@pytest.mark.clause("FOAD-6")
@pytest.mark.parametrize(
    ("reply_at", "due_at"),
    [
        (TEN, NOON),  # at once: nothing was lost
        (TEN + HOUR, NOON + HOUR),
        (SATURDAY_NINE + 5 * HOUR, SATURDAY_NINE + DAY - HOUR + HOUR),  # at two: one hour left, one on Sunday
        (SATURDAY_NINE + 12 * HOUR, SUNDAY_NINE + HOUR),  # in the evening: two hours of Sunday from eight
        (SUNDAY_NINE, SUNDAY_NINE + 2 * HOUR),
    ],
)
def test_the_deadline_moves_by_the_working_time_for_which_the_citizen_was_asked(
    reply_at: datetime, due_at: datetime
) -> None:
    going_on, facts = replied(reply_at)

    assert (going_on.round.due_at, going_on.escalates_at) == (due_at, due_at)
    assert MEASURE.calendar.between(NOON, due_at) == MEASURE.calendar.between(TEN, reply_at)
    [told] = of(ComplaintWentOn, facts)
    assert (told.replied, told.was_due_at, told.reply_due_at) == (True, NOON, due_at)


@pytest.mark.clause("FOAD-6")
def test_while_the_citizen_is_asked_no_sweep_takes_it_up() -> None:
    waiting = asked()

    assert (waiting.status, waiting.escalates_at, waiting.taken_by) == (Status.WAITING, None, OFFICER.id)
    just_before = TEN + 3 * DAY - INSTANT
    assert escalation.check_clock(waiting, just_before, LINE, MEASURE) == (waiting, [])


@pytest.mark.clause("FOAD-6")
def test_three_days_without_a_reply_and_the_clock_goes_on_from_that_instant_however_late_the_sweep() -> None:
    waiting, until = asked(), TEN + 3 * DAY
    at_once, facts = escalation.check_clock(waiting, until, LINE, MEASURE)
    late, more = escalation.check_clock(waiting, until + 5 * HOUR, LINE, MEASURE)

    assert (at_once.round.due_at, late.round.due_at) == (until + 2 * HOUR, until + 2 * HOUR)
    assert [one.replied for one in of(ComplaintWentOn, facts)] == [False]
    assert [one.went_on_at for one in of(ComplaintWentOn, more)] == [until]
    assert [one.due_at for one in of(ComplaintEscalated, more)] == [until + 2 * HOUR, until + 4 * HOUR]
    assert escalation.check_clock(at_once, until, LINE, MEASURE) == (at_once, [])


@pytest.mark.clause("FOAD-6")
@pytest.mark.parametrize(("asked_at", "in_time"), [(NOON - INSTANT, True), (NOON, False)])
def test_asking_at_the_last_instant_saves_the_deadline_and_at_the_deadline_it_is_late_for_good(
    asked_at: datetime, in_time: bool
) -> None:
    going_on, _ = replied(SUNDAY_NINE, asked(asked_at))
    answered, facts = handling.answer(going_on, "شد.", OFFICER, SUNDAY_NINE, LINE, MEASURE)

    assert answered.round.in_time is in_time
    assert [one.late_by_s for one in of(ComplaintAnswered, facts)] == [0]


@pytest.mark.clause("FOAD-6")
def test_asked_after_the_deadline_neither_lateness_nor_the_next_step_runs_meanwhile() -> None:
    at_one = NOON + HOUR
    waiting, facts = asking.ask(complaint(), QUESTION, OFFICER, at_one, LINES, MEASURE)
    going_on, _ = replied(SUNDAY_NINE, waiting)
    half_past_nine = SUNDAY_NINE + timedelta(minutes=30)
    answered, told = handling.answer(going_on, "شد.", OFFICER, half_past_nine, LINE, MEASURE)

    # It went up at noon; the deputy's turn would have been at two, an hour after the question.
    assert [one.post_id for one in of(ComplaintEscalated, facts)] == [UNIT_HEAD.id]
    assert (going_on.round.due_at, going_on.escalates_at) == (NOON, SUNDAY_NINE + HOUR)
    assert answered.round.late_by == timedelta(hours=1, minutes=30)
    assert [one.in_time for one in of(ComplaintAnswered, told)] == [False]


@pytest.mark.clause("FOAD-6")
def test_twice_the_citizen_may_be_asked_before_an_answer_and_no_third_time() -> None:
    once, _ = replied(TEN + HOUR)
    twice, _ = asking.hear(asked(TEN + HOUR, once), "باز هم", TEN + 2 * HOUR, LINES, MEASURE)

    assert twice.round.due_at == NOON + 2 * HOUR
    with pytest.raises(Refused, match="FOAD-6: Before each answer a citizen can be asked 2 times"):
        asked(TEN + 2 * HOUR, twice)


@pytest.mark.clause("FOAD-6")
def test_a_question_lost_on_the_citizen_is_heard_late_and_the_clock_does_not_notice() -> None:
    over, _ = escalation.check_clock(asked(), TEN + 3 * DAY, LINE, MEASURE)
    heard, facts = asking.hear(over, REPLY, TEN + 3 * DAY + HOUR, LINES, MEASURE)

    assert heard.round.questions[0].reply == REPLY
    assert (heard.round.due_at, heard.escalates_at) == (over.round.due_at, over.escalates_at)
    assert [type(one) for one in facts] == [ComplaintCitizenReplied]
    assert asking.hear(heard, REPLY, TEN + 4 * DAY, LINES, MEASURE) == (heard, [])
    with pytest.raises(Refused, match="without a reply"):
        asking.hear(heard, "چیز دیگر", TEN + 4 * DAY, LINES, MEASURE)


@pytest.mark.clause("FOAD-6")
def test_a_reply_after_three_days_that_no_sweep_noticed_gives_the_agency_no_more_than_three() -> None:
    late, facts = replied(TEN + 3 * DAY + HOUR)

    assert late.round.due_at == TEN + 3 * DAY + 2 * HOUR
    assert [one.went_on_at for one in of(ComplaintWentOn, facts)] == [TEN + 3 * DAY]


def test_whoever_finds_out_without_the_citizen_answers_and_the_clock_is_judged_as_it_stood() -> None:
    answered, facts = handling.answer(asked(), "شد.", OFFICER, SUNDAY_NINE, LINE, MEASURE)

    assert (answered.status, answered.waits_until_at, answered.round.in_time) == (Status.ANSWERED, None, True)
    assert [type(one) for one in facts] == [ComplaintWentOn, ComplaintAnswered]


@pytest.mark.clause("FOAD-6")
def test_a_day_closed_after_the_reply_moves_what_was_left_and_no_more() -> None:
    def by(*closed: date) -> Any:
        return of_calendar(*closed, set_at=SATURDAY_NINE + 10 * HOUR)

    going_on, _ = replied(SATURDAY_NINE + 9 * HOUR)  # two hours are left, from eight on Sunday
    moved, _ = escalation.follow_calendar(going_on, by(date(2026, 11, 22)), SATURDAY_NINE + 11 * HOUR)

    assert going_on.round.due_at == SUNDAY_NINE + HOUR
    assert (moved.round.due_at, moved.escalates_at) == (SUNDAY_NINE + DAY + HOUR, SUNDAY_NINE + DAY + HOUR)


@settings(deadline=None)
@given(
    ask_after=st.integers(0, 179),
    first_for=st.integers(0, 3000),
    then_after=st.integers(0, 100),
    second_for=st.integers(0, 3000),
)
def test_whenever_the_citizen_is_asked_three_working_hours_are_the_agencys(
    ask_after: int, first_for: int, then_after: int, second_for: int
) -> None:
    now, one, asked_for = SATURDAY_NINE + timedelta(minutes=ask_after), complaint(), timedelta(0)
    for lasts, then in ((first_for, then_after), (second_for, 0)):
        one = asked(now, one)
        until = now + timedelta(minutes=lasts)
        one, _ = asking.hear(one, f"{lasts} {now}", until, LINES, MEASURE)
        if now < one.round.due_at:
            asked_for += MEASURE.calendar.between(now, until)
        now = until + timedelta(minutes=then)
        if now >= one.round.due_at:
            break

    # Closed hours before the first opening count for nobody, so what ends at closing time ends there.
    assert MEASURE.calendar.between(SATURDAY_NINE, one.round.due_at) - asked_for == 3 * HOUR


async def reply(
    complaints: Serving, receipt: dict[str, Any], text: str = REPLY, **more: Any
) -> httpx.Response:
    own = {"code": receipt["tracking_code"], "mobile": MOBILE, "text": text, **more}
    return await complaints.http.post("/v1/follow/reply", json=own)


@pytest.mark.real
@pytest.mark.clause("FOAD-6")
async def test_the_citizen_reads_the_question_by_code_and_replies_and_the_clock_goes_on(
    complaints: Serving,
) -> None:
    receipt = await file(complaints)
    id_ = await only_id(complaints)
    complaints.clock.forward(hours=1)
    waiting = await act(complaints, "water.desk.officer", "ask", id_, text=QUESTION)
    own = {"code": receipt["tracking_code"], "mobile": MOBILE}
    seen = (await complaints.http.post("/v1/follow", json=own)).json()
    complaints.clock.set(SUNDAY_NINE)
    assert await complaints.sweep() == 0
    stranger = await reply(complaints, receipt, mobile="09120000000")
    gone_on = [(await reply(complaints, receipt)).json() for _ in range(2)]

    assert (waiting.json()["status"], seen["status"], seen["question"]["text"]) == (
        "waiting",
        "waiting",
        QUESTION,
    )
    assert seen["question"]["reply_by_at"] == "2026-11-24T06:30:00Z"
    assert stranger.status_code == 404
    assert gone_on[0] == gone_on[1]
    assert (gone_on[0]["status"], gone_on[0]["question"]["reply"]) == ("taken", REPLY)
    assert datetime.fromisoformat(gone_on[0]["reply_due_at"]) == SUNDAY_NINE + 2 * HOUR
    [round_] = (await complaints.http.get(f"/v1/complaints/{id_}", headers=bearer("water.head"))).json()[
        "rounds"
    ]
    assert round_["questions"][0]["reply"] == REPLY
    assert await event_names(complaints) == [
        "ComplaintFiled",
        "ComplaintCitizenAsked",
        "ComplaintCitizenReplied",
        "ComplaintWentOn",
    ]


@pytest.mark.real
@pytest.mark.clause("FOAD-6")
async def test_a_sweep_lets_the_clock_go_on_once_after_three_days(complaints: Serving) -> None:
    receipt = await file(complaints)
    id_ = await only_id(complaints)
    await act(complaints, "water.desk.officer", "ask", id_, text=QUESTION)
    complaints.clock.set(SATURDAY_NINE + 3 * DAY - INSTANT)
    assert await complaints.sweep() == 0
    complaints.clock.set(SATURDAY_NINE + 3 * DAY)
    assert (await complaints.sweep(), await complaints.sweep()) == (1, 0)
    heard = await reply(complaints, receipt)

    assert heard.status_code == 200
    assert heard.json()["reply_due_at"] == "2026-11-24T08:30:00Z"
    assert (await event_names(complaints))[-2:] == ["ComplaintWentOn", "ComplaintCitizenReplied"]


@pytest.mark.real
async def test_many_replies_and_the_clock_at_once_have_one_effect(complaints: Serving) -> None:
    receipt = await file(complaints)
    id_ = await only_id(complaints)
    await act(complaints, "water.desk.officer", "ask", id_, text=QUESTION)
    complaints.clock.set(SATURDAY_NINE + 3 * DAY)
    answers = await asyncio.gather(*[reply(complaints, receipt) for _ in range(5)], complaints.sweep())

    assert {one.status_code for one in answers if isinstance(one, httpx.Response)} == {200}
    names = await event_names(complaints)
    assert (names.count("ComplaintWentOn"), names.count("ComplaintCitizenReplied")) == (1, 1)


@pytest.mark.real
async def test_what_was_asked_and_replied_goes_with_the_words_of_the_case(complaints: Serving) -> None:
    receipt = await file(complaints)
    id_ = await only_id(complaints)
    await act(complaints, "water.desk.officer", "ask", id_, text=QUESTION)
    await reply(complaints, receipt)
    await act(complaints, "water.desk.officer", "answer", id_, text="شد.")
    complaints.clock.forward(days=7)
    await complaints.sweep()
    complaints.clock.set(datetime(2032, 1, 1, tzinfo=UTC))
    await complaints.sweep()

    kept = str(await complaints.parts.repositories[0].collection.find_one({"_id": id_}))
    assert (QUESTION in kept, REPLY in kept) == (False, False)
