"""A day is closed after complaints were filed: what had not passed moves, once, and everybody can see it."""

import asyncio
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.complaints.domain import escalation, filing, handling
from services.complaints.domain.clock import Measure
from services.complaints.domain.complaint import Complaint
from services.complaints.domain.contact import Contact
from services.complaints.domain.door import Door
from services.complaints.usecases import clock
from shared.bus.effects import Projection, Told
from shared.calendar.working_time import WorkingCalendar
from shared.cloudevents import envelope_of
from shared.directory.lookup import Directory
from shared.directory.replica import COLLECTION, fold
from shared.events.complaints import ComplaintDeadlineMoved
from shared.rule import PRESETS
from shared.store.repository import Repository
from shared.sweep import sweep_once
from tests.complaints.cases import MOBILE, act, event_names, file, only_id
from tests.complaints.test_domain import LINE, OFFICER, of
from tests.province import SATURDAY_NINE, calendar_event
from tests.serving import Serving, bearer

INSTANT = timedelta(milliseconds=1)
HOUR = timedelta(hours=1)
AT_TWO = SATURDAY_NINE + 5 * HOUR
"""Filed then: an hour on Saturday, two on Sunday."""
SUNDAY_TEN = datetime(2026, 11, 22, 6, 30, tzinfo=UTC)
MONDAY_TEN, TUESDAY_TEN = SUNDAY_TEN + 24 * HOUR, SUNDAY_TEN + 48 * HOUR
AT_NINE_IN_THE_EVENING = datetime(2026, 11, 21, 17, 30, tzinfo=UTC)
SUNDAY, MONDAY = date(2026, 11, 22), date(2026, 11, 23)


def closing(*days: date) -> list[dict[str, Any]]:
    why = {"fa": "برف", "en": "Snow"}
    return [{"day": day.isoformat(), "hours": [], "why": why} for day in days]


def measure(*closed: date, version: int = 2, set_at: datetime = AT_NINE_IN_THE_EVENING) -> Measure:
    """By a version of the province's calendar with these days closed."""
    data = calendar_event(id="governorate", version=version, overrides=closing(*closed)).calendar
    return Measure(calendar=WorkingCalendar.from_data(data), figures=PRESETS, set_at=set_at)


def filed(at: datetime = AT_TWO) -> Complaint:
    contact = Contact(id="c", sealed="s")
    return filing.file(
        id_="1",
        tracking_code="3TMJWP0K48R6TF3J",
        agency_id="water",
        service_code="1001",
        unit_id="desk",
        ground="put-off-without-reason",
        text="متن",
        door=Door.WEB,
        contact=contact,
        now=at,
        measure=measure(version=1, set_at=SATURDAY_NINE - 1000 * HOUR),
    )[0]


@pytest.mark.clause("FOAD-6")
def test_tomorrow_closed_at_nine_in_the_evening_moves_the_deadline_by_that_day() -> None:
    before = filed()
    after, facts = escalation.follow_calendar(before, measure(SUNDAY), AT_NINE_IN_THE_EVENING)

    assert before.round.due_at == SUNDAY_TEN
    assert (after.round.due_at, after.escalates_at) == (MONDAY_TEN, MONDAY_TEN)
    [event] = of(ComplaintDeadlineMoved, facts)
    assert (event.was_due_at, event.reply_due_at, event.calendar_version) == (SUNDAY_TEN, MONDAY_TEN, 2)
    assert escalation.follow_calendar(after, measure(SUNDAY), AT_NINE_IN_THE_EVENING + HOUR) == (after, [])


@pytest.mark.clause("FOAD-6")
@pytest.mark.parametrize(("set_at", "due_at"), [(SUNDAY_TEN - INSTANT, MONDAY_TEN), (SUNDAY_TEN, SUNDAY_TEN)])
def test_a_deadline_moves_until_the_instant_before_it_and_not_at_it(
    set_at: datetime, due_at: datetime
) -> None:
    after, facts = escalation.follow_calendar(filed(), measure(SUNDAY, set_at=set_at), TUESDAY_TEN)

    assert (after.round.due_at, after.escalates_at) == (due_at, due_at)
    assert len(facts) == (due_at != SUNDAY_TEN)


@pytest.mark.clause("FOAD-6")
def test_an_older_version_that_comes_late_changes_nothing() -> None:
    newest, _ = escalation.follow_calendar(
        filed(), measure(SUNDAY, MONDAY, version=3), AT_NINE_IN_THE_EVENING
    )

    assert newest.round.due_at == TUESDAY_TEN
    assert escalation.follow_calendar(newest, measure(SUNDAY), AT_NINE_IN_THE_EVENING) == (newest, [])


def test_a_day_opened_again_takes_the_deadline_back() -> None:
    closed, _ = escalation.follow_calendar(filed(), measure(SUNDAY), AT_NINE_IN_THE_EVENING)
    opened, [event] = escalation.follow_calendar(
        closed, measure(version=3, set_at=AT_NINE_IN_THE_EVENING + HOUR), AT_NINE_IN_THE_EVENING + HOUR
    )

    assert (opened.round.due_at, opened.escalates_at) == (SUNDAY_TEN, SUNDAY_TEN)
    assert isinstance(event, ComplaintDeadlineMoved)


@pytest.mark.clause("FOAD-6")
def test_once_it_was_escalated_its_deadline_stays_and_only_the_next_step_moves() -> None:
    escalated, _ = escalation.check_clock(filed(), SUNDAY_TEN, LINE, measure(version=1))
    late_in_the_evening = SUNDAY_TEN + 11 * HOUR
    stays, facts = escalation.follow_calendar(
        escalated, measure(MONDAY, set_at=late_in_the_evening), late_in_the_evening
    )
    before_the_step, _ = escalation.follow_calendar(
        escalated, measure(SUNDAY, set_at=SUNDAY_TEN - HOUR), SUNDAY_TEN + HOUR
    )

    assert escalated.escalates_at == SUNDAY_TEN + 2 * HOUR
    assert (stays.round.due_at, stays.escalates_at, facts) == (SUNDAY_TEN, SUNDAY_TEN + 2 * HOUR, [])
    assert before_the_step.round.due_at == SUNDAY_TEN
    assert before_the_step.escalates_at == MONDAY_TEN


@pytest.mark.clause("FOAD-6")
def test_who_answers_before_the_clock_came_by_is_judged_by_the_moved_deadline() -> None:
    answered, facts = handling.answer(filed(), "شد.", OFFICER, MONDAY_TEN - INSTANT, LINE, measure(SUNDAY))

    assert answered.round.in_time
    assert [type(one).__name__ for one in facts] == ["ComplaintDeadlineMoved", "ComplaintAnswered"]


@given(
    closed=st.sets(st.integers(0, 6), max_size=3),
    filed_after=st.integers(0, 60),
    set_after=st.integers(0, 300),
)
def test_a_deadline_never_comes_to_lie_before_the_change_and_past_ones_never_move(
    closed: set[int], filed_after: int, set_after: int
) -> None:
    before = filed(SATURDAY_NINE + filed_after * HOUR)
    set_at = before.filed_at + set_after * HOUR
    days = [date(2026, 11, 21) + timedelta(days=number) for number in closed]
    by = measure(*days, set_at=set_at)
    after, facts = escalation.follow_calendar(before, by, set_at)

    due = after.round.due_at
    assert bool(facts) == (due != before.round.due_at)
    if before.round.due_at <= set_at:
        assert (due, facts) == (before.round.due_at, [])
    else:
        assert due > set_at
        assert due == max(due, by.calendar.add(before.filed_at, 3 * HOUR))
    assert after.escalates_at == due
    assert escalation.follow_calendar(after, by, set_at) == (after, [])


async def hears(complaints: Serving, *closed: date, version: int, at: datetime) -> None:
    """The directory's event reaches the copy; what the service remembered of the old one is forgotten."""
    event = calendar_event(version=version, overrides=closing(*closed))
    envelope = envelope_of(event, subject="calendar:governorate", sequence=version, time=at, traceparent=None)
    await Projection(complaints.database[COLLECTION], fold).work([Told(envelope, None)])
    object.__setattr__(complaints.parts.use, "directory", Directory(complaints.database))


async def due_of(complaints: Serving, receipt: dict[str, Any]) -> datetime:
    """What the citizen sees."""
    body = {"code": receipt["tracking_code"], "mobile": MOBILE}
    seen = (await complaints.http.post("/v1/follow", json=body)).json()
    return datetime.fromisoformat(seen["reply_due_at"])


async def moves(complaints: Serving) -> int:
    """How many deadlines were told to have moved."""
    return (await event_names(complaints)).count("ComplaintDeadlineMoved")


@pytest.mark.real
@pytest.mark.clause("FOAD-6")
async def test_the_citizen_sees_the_new_deadline_and_the_history_says_why(complaints: Serving) -> None:
    complaints.clock.set(AT_TWO)
    receipt = await file(complaints)
    complaints.clock.set(AT_NINE_IN_THE_EVENING)
    await hears(complaints, SUNDAY, version=2, at=AT_NINE_IN_THE_EVENING)
    handled = [await complaints.sweep() for _ in range(3)]
    id_ = await only_id(complaints)
    history = await complaints.http.get(f"/v1/complaints/{id_}/history", headers=bearer("water.desk.officer"))

    assert handled == [1, 0, 0]
    assert await due_of(complaints, receipt) == MONDAY_TEN
    entry = history.json()[-1]
    assert (entry["act"], entry["by"]) == ("follow-calendar", "clock")
    assert entry["note"] == "calendar governorate/2"
    complaints.clock.set(SUNDAY_TEN)
    assert await complaints.sweep() == 0
    complaints.clock.set(MONDAY_TEN)
    assert await complaints.sweep() == 1
    assert await event_names(complaints) == ["ComplaintFiled", "ComplaintDeadlineMoved", "ComplaintEscalated"]


@pytest.mark.real
async def test_an_answered_case_and_a_far_day_tell_nothing(complaints: Serving) -> None:
    complaints.clock.set(AT_TWO)
    await file(complaints)
    answered = await act(complaints, "water.desk.officer", "answer", await only_id(complaints), text="شد.")
    open_one = await file(complaints)
    await hears(complaints, date(2026, 12, 30), version=2, at=AT_NINE_IN_THE_EVENING)

    assert answered.status_code == 200
    assert [await complaints.sweep(), await complaints.sweep()] == [1, 0]
    assert (await moves(complaints), await due_of(complaints, open_one)) == (0, SUNDAY_TEN)


@pytest.mark.real
async def test_an_agency_that_gets_a_calendar_of_its_own_follows_that_whatever_its_version(
    complaints: Serving,
) -> None:
    complaints.clock.set(AT_TWO)
    await hears(complaints, version=7, at=SATURDAY_NINE)
    receipt = await file(complaints)
    own = calendar_event(overrides=closing(SUNDAY)).model_copy(update={"agency_id": "water"})
    envelope = envelope_of(
        own, subject="calendar:water", sequence=1, time=AT_NINE_IN_THE_EVENING, traceparent=None
    )
    await Projection(complaints.database[COLLECTION], fold).work([Told(envelope, None)])
    object.__setattr__(complaints.parts.use, "directory", Directory(complaints.database))

    assert [await complaints.sweep(), await complaints.sweep()] == [1, 0]
    assert await due_of(complaints, receipt) == MONDAY_TEN


@pytest.mark.real
async def test_a_thousand_cases_move_once_each_by_two_workers_that_are_killed_in_the_middle(
    complaints: Serving, monkeypatch: pytest.MonkeyPatch
) -> None:
    complaints.clock.set(AT_TWO)
    repository: Repository[Any] = complaints.parts.repositories[0]
    await file(complaints)
    [template] = await repository.collection.find({}).to_list()
    copies: list[dict[str, Any]] = [
        {
            **template,
            "_id": f"copy-{number:04}",
            "state": {**template["state"], "id": f"copy-{number:04}", "tracking_code": f"code-{number:04}"},
        }
        for number in range(999)
    ]
    await repository.collection.insert_many(copies)
    await hears(complaints, SUNDAY, version=2, at=AT_NINE_IN_THE_EVENING)
    monkeypatch.setattr("shared.directory.measured.PAGE", 100)
    [sweep] = [one for one in complaints.parts.sweeps if one.name == "complaints.follow-calendar"]
    in_the_middle, handled, handle = asyncio.Event(), 0, sweep.handle

    async def counted(id_: str, now: datetime) -> None:
        nonlocal handled
        await handle(id_, now)
        handled += 1
        if handled == 50:
            in_the_middle.set()

    watched = replace(sweep, handle=counted)
    workers = [asyncio.create_task(sweep_once(watched, AT_NINE_IN_THE_EVENING)) for _ in range(2)]
    await in_the_middle.wait()
    for worker in workers:
        worker.cancel()
    await asyncio.gather(*workers, return_exceptions=True)
    assert 0 < await moves(complaints) < 1000
    await asyncio.gather(*[sweep_once(sweep, AT_NINE_IN_THE_EVENING) for _ in range(2)])

    assert await moves(complaints) == 1000
    dues = await repository.collection.distinct("state.rounds.due_at")
    assert dues == [MONDAY_TEN]
    use = complaints.parts.use
    assert [id_ async for id_ in clock.behind_calendar(use, use.cases)] == []
