"""What holds for every calendar, start and span; and that a slow second answer agrees with the first."""

import json
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, NamedTuple

from hypothesis import given, settings
from hypothesis import strategies as st

from shared.calendar.working_time import WorkingCalendar
from tests.shared.calendar.oracle import TEHRAN, SlowCalendar, gregorian

TEN_YEARS = (gregorian(1400, 1, 1), gregorian(1409, 12, 29))
INSTANT = timedelta(microseconds=1)
WEEKDAYS = ("saturday", "sunday", "monday", "tuesday", "wednesday", "thursday", "friday")
NOTHING = timedelta()


def clock(half_hours: int) -> str:
    return f"{half_hours // 2:02}:{half_hours % 2 * 30:02}"


@st.composite
def windows(draw: st.DrawFn, least: int = 0) -> list[str]:
    """Up to two windows, touching or apart; or the whole day.

    None begins or ends inside the first or last hour: until 1401 clocks skipped or repeated those.
    """
    if draw(st.integers(0, 9)) == 0:
        return ["00:00-24:00"]
    count = draw(st.integers(least, 2))
    half_hours = st.sampled_from([0, *range(2, 47), 48])
    marks = sorted(draw(st.lists(half_hours, min_size=4, max_size=4, unique=True)))
    if draw(st.booleans()):
        marks[2] = marks[1]
    return [f"{clock(marks[2 * n])}-{clock(marks[2 * n + 1])}" for n in range(count)]


@st.composite
def weeks(draw: st.DrawFn) -> dict[str, list[str]]:
    """Saturday is always worked, so that no calendar is closed for good."""
    week = draw(st.fixed_dictionaries({}, optional=dict.fromkeys(WEEKDAYS[1:], windows())))
    return week | {"saturday": draw(windows(least=1))}


class World(NamedTuple):
    """A calendar, and a local noon with all that is special in the calendar within weeks of it."""

    data: dict[str, Any]
    calendar: WorkingCalendar
    noon: datetime


@st.composite
def worlds(draw: st.DrawFn) -> World:
    middle = draw(st.dates(*TEN_YEARS))
    nearby = st.integers(-30, 30).map(lambda n: middle + timedelta(days=n))
    changes = sorted(draw(st.sets(nearby, max_size=2)))
    first_day = draw(nearby)
    why = {"fa": "ساعت کار تابستانی", "en": "Summer hours"}
    period = {
        "first_day": first_day.isoformat(),
        "last_day": (first_day + timedelta(days=draw(st.integers(0, 40)))).isoformat(),
        "why": why,
        "week": draw(weeks()),
    }
    data = {
        "id": "province",
        "version": 1,
        "holidays": draw(st.sampled_from(["IR", None])),
        "hours": [
            {"from_day": d.isoformat(), "first_half": draw(weeks()), "second_half": draw(weeks())}
            for d in (date(2020, 1, 1), *changes)
        ],
        "periods": [period] if draw(st.booleans()) else [],
        "overrides": [
            {"day": day.isoformat(), "hours": draw(windows()), "why": why}
            for day in draw(st.sets(nearby, max_size=5))
        ],
    }
    noon = datetime.combine(middle, time(12), TEHRAN).astimezone(UTC)
    return World(data, WorkingCalendar.from_data(data), noon)


# Whole half-hours are likely, so that starts and ends fall on openings and closings.
half_hours = st.integers(-30 * 48, 30 * 48).map(lambda n: n * timedelta(minutes=30))
moments = half_hours | st.timedeltas(timedelta(days=-30), timedelta(days=30))
short_whiles = st.integers(0, 96).map(lambda n: n * timedelta(minutes=30)) | st.timedeltas(
    NOTHING, timedelta(days=2)
)
spans = st.integers(0, 120).map(lambda n: n * timedelta(minutes=30)) | st.timedeltas(
    NOTHING, timedelta(hours=60)
)
lawful = settings(deadline=None, max_examples=80)


@lawful
@given(world=worlds(), moment=moments, later_by=short_whiles, span=spans)
def test_who_starts_later_is_never_due_earlier(
    world: World, moment: timedelta, later_by: timedelta, span: timedelta
) -> None:
    start = world.noon + moment

    assert world.calendar.add(start, span) <= world.calendar.add(start + later_by, span)


@lawful
@given(world=worlds(), moment=moments, span=spans, more=spans)
def test_who_has_more_time_is_due_later(
    world: World, moment: timedelta, span: timedelta, more: timedelta
) -> None:
    start = world.noon + moment
    due, due_with_more = world.calendar.add(start, span), world.calendar.add(start, span + more)

    assert due < due_with_more if more else due == due_with_more


@lawful
@given(world=worlds(), moment=moments, first=spans, then=spans)
def test_time_added_in_two_parts_is_time_added_at_once(
    world: World, moment: timedelta, first: timedelta, then: timedelta
) -> None:
    add, start = world.calendar.add, world.noon + moment

    assert add(add(start, first), then) == add(start, first + then)


@lawful
@given(world=worlds(), moment=moments, span=spans)
def test_the_time_between_start_and_deadline_is_the_time_that_was_given(
    world: World, moment: timedelta, span: timedelta
) -> None:
    start = world.noon + moment

    assert world.calendar.between(start, world.calendar.add(start, span)) == span


@lawful
@given(world=worlds(), moment=moments, span=spans)
def test_a_deadline_falls_in_working_time_or_on_its_closing_instant(
    world: World, moment: timedelta, span: timedelta
) -> None:
    due = world.calendar.add(world.noon + moment, span)

    assert world.calendar.is_open(due) or world.calendar.is_open(due - INSTANT)
    assert due.tzinfo is UTC


@lawful
@given(world=worlds(), moment=moments)
def test_adding_nothing_leads_to_the_next_instant_that_counts(world: World, moment: timedelta) -> None:
    calendar, start = world.calendar, world.noon + moment
    stays = calendar.is_open(start) or calendar.is_open(start - INSTANT)

    assert calendar.add(start, NOTHING) == (start if stays else calendar.next_opening(start))


@lawful
@given(world=worlds(), moment=moments)
def test_the_next_opening_is_open_and_nothing_is_worked_before_it(world: World, moment: timedelta) -> None:
    start = world.noon + moment
    opening = world.calendar.next_opening(start)

    assert world.calendar.is_open(opening)
    assert opening >= start
    assert world.calendar.between(start, opening) == NOTHING


@lawful
@given(world=worlds(), three=st.lists(moments, min_size=3, max_size=3))
def test_working_time_between_instants_adds_up_in_whatever_order_they_come(
    world: World, three: list[timedelta]
) -> None:
    between, (a, b, c) = world.calendar.between, (world.noon + moment for moment in three)

    assert between(a, b) + between(b, c) == between(a, c)
    assert between(a, b) == -between(b, a)


@lawful
@given(world=worlds(), days_on=st.integers(-30, 30))
def test_the_next_working_day_has_hours_and_the_days_passed_over_have_none(
    world: World, days_on: int
) -> None:
    day = world.noon.date() + timedelta(days=days_on)
    found = world.calendar.next_working_day(day)

    assert world.calendar.hours_of(found).hours
    passed = [day + timedelta(days=n) for n in range((found - day).days)]
    assert not any(world.calendar.hours_of(passed_day).hours for passed_day in passed)


@lawful
@given(world=worlds())
def test_a_calendar_survives_its_journey_as_plain_data(world: World) -> None:
    travelled = json.loads(json.dumps(world.calendar.to_data()))

    assert WorkingCalendar.from_data(travelled) == world.calendar


@lawful
@given(world=worlds(), moment=half_hours, minutes=st.integers(1, 60 * 60))
def test_walking_minute_by_minute_comes_to_the_same_deadline(
    world: World, moment: timedelta, minutes: int
) -> None:
    start = world.noon + moment
    due = world.calendar.add(start, timedelta(minutes=minutes))

    assert due == SlowCalendar(world.data).add(start, minutes)


@lawful
@given(world=worlds(), moment=half_hours, minutes=st.integers(0, 20 * 24 * 60))
def test_walking_minute_by_minute_counts_the_same_working_time(
    world: World, moment: timedelta, minutes: int
) -> None:
    start = world.noon + moment
    end = start + timedelta(minutes=minutes)

    assert world.calendar.between(start, end) == SlowCalendar(world.data).between(start, end)
