"""Working time in the cases people ask about, with the figures written out."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from shared.calendar import working_time
from shared.calendar.working_time import NeverOpens, WorkingCalendar
from shared.language import Text
from tests.shared.calendar.oracle import gregorian, tehran

INSTANT = timedelta(microseconds=1)
THREE_HOURS = timedelta(hours=3)
WORKING_WEEK = ("saturday", "sunday", "monday", "tuesday", "wednesday")
WHY = {"fa": "بازدید وزیر", "en": "The minister's visit"}


def week(*hours: str) -> dict[str, list[str]]:
    return {weekday: list(hours) for weekday in WORKING_WEEK}


def every_day(*hours: str) -> dict[str, dict[str, list[str]]]:
    days = week(*hours) | {"thursday": list(hours), "friday": list(hours)}
    return {"first_half": days, "second_half": days}


def calendar(**other: Any) -> WorkingCalendar:
    """Saturday to Wednesday, 07:30 to 14:30 in the first half of the year, 08:00 to 15:00 after."""
    usual = {
        "from_day": "2019-03-21",
        "first_half": week("07:30-14:30"),
        "second_half": week("08:00-15:00"),
    }
    data = {"id": "province", "version": 1, "holidays": "IR", "hours": [usual]}
    return WorkingCalendar.from_data(data | other)


# 1405-09-11 is a Wednesday, 1405-09-14 the Saturday after it.
@pytest.mark.parametrize(
    ("start", "due"),
    [
        (tehran(1405, 9, 11, 10), tehran(1405, 9, 11, 13)),
        (tehran(1405, 9, 11, 12), tehran(1405, 9, 11, 15)),
        (tehran(1405, 9, 11, 12) + INSTANT, tehran(1405, 9, 14, 8) + INSTANT),
        (tehran(1405, 9, 11, 14, 30), tehran(1405, 9, 14, 10, 30)),
        (tehran(1405, 9, 11, 15), tehran(1405, 9, 14, 11)),
        (tehran(1405, 9, 12, 3), tehran(1405, 9, 14, 11)),
        (tehran(1405, 9, 14, 8) - INSTANT, tehran(1405, 9, 14, 11)),
        (tehran(1405, 9, 14, 8), tehran(1405, 9, 14, 11)),
    ],
)
def test_three_working_hours_pass_over_nights_and_weekends(start: datetime, due: datetime) -> None:
    assert calendar().add(start, THREE_HOURS) == due


def test_a_span_of_a_whole_day_ends_at_closing_time_and_not_at_the_next_opening() -> None:
    assert calendar().add(tehran(1405, 9, 14, 8), timedelta(hours=7)) == tehran(1405, 9, 14, 15)


def test_a_deadline_at_midnight_is_the_end_of_its_day_and_stays_there() -> None:
    evening = {"from_day": "2019-03-21"} | every_day("16:00-24:00")
    desk = calendar(hours=[evening])
    midnight = tehran(1405, 9, 15)

    assert desk.add(tehran(1405, 9, 14, 20), timedelta(hours=4)) == midnight
    assert desk.add(midnight, timedelta()) == midnight
    assert desk.add(midnight, INSTANT) == tehran(1405, 9, 15, 16) + INSTANT


def test_a_span_of_years_passes_over_more_weekends_than_any_closure_has_days() -> None:
    start, thousand_days = tehran(1405, 9, 14, 8), 1000 * timedelta(hours=7)
    due = calendar().add(start, thousand_days)

    assert timedelta(days=1401) < due - start < timedelta(days=1700)
    assert calendar().between(start, due) == thousand_days


def test_hours_change_on_the_first_day_of_mehr() -> None:
    # 1405-06-31 is a Tuesday in the first half; 1405-07-01 opens half an hour later.
    assert calendar().add(tehran(1405, 6, 31, 14), THREE_HOURS) == tehran(1405, 7, 1, 10, 30)


def test_nowruz_is_passed_over() -> None:
    # Wednesday 1404-12-27 at 14:00, one hour left; 1 to 4 Farvardin are holidays, the 5th a Wednesday.
    assert calendar().add(tehran(1404, 12, 27, 14), THREE_HOURS) == tehran(1405, 1, 5, 9, 30)


def test_without_holidays_nowruz_is_worked() -> None:
    due = calendar(holidays=None).add(tehran(1404, 12, 27, 14), THREE_HOURS)

    assert due == tehran(1405, 1, 1, 9, 30)


def test_new_hours_hold_from_their_day_on_and_not_before() -> None:
    usual = calendar().to_data()["hours"]
    later = {"from_day": "2026-12-06", "first_half": week("09:00-16:00")}
    changed = calendar(hours=[*usual, later | {"second_half": week("09:00-16:00")}])

    assert changed.hours_of(date(2026, 12, 5)).hours == ("08:00-15:00",)
    assert changed.hours_of(date(2026, 12, 6)).hours == ("09:00-16:00",)


def test_before_its_first_day_a_calendar_has_no_hours() -> None:
    assert calendar().next_opening(tehran(1397, 12, 20)) == tehran(1398, 1, 5, 7, 30)


RAMADAN = {
    "first_day": "2027-02-09",  # a Tuesday
    "last_day": "2027-02-10",
    "why": {"fa": "ماه مبارک رمضان", "en": "Ramadan"},
    "week": week("09:00-14:00"),
}


def test_a_period_has_its_own_hours_from_its_first_day_to_its_last() -> None:
    hours_of = calendar(periods=[RAMADAN]).hours_of

    days = [date(2027, 2, day) for day in (8, 9, 10, 13)]
    assert [hours_of(day).hours for day in days] == [
        ("08:00-15:00",),
        ("09:00-14:00",),
        ("09:00-14:00",),
        ("08:00-15:00",),
    ]
    assert hours_of(date(2027, 2, 9)).why == Text("ماه مبارک رمضان", "Ramadan")
    assert hours_of(date(2027, 2, 8)).why is None


def test_an_override_opens_a_holiday_and_closes_a_working_day() -> None:
    nowruz, working_day = gregorian(1405, 1, 1), gregorian(1405, 9, 14)
    overridden = calendar(
        overrides=[
            {"day": nowruz.isoformat(), "hours": ["10:00-12:00"], "why": WHY},
            {"day": working_day.isoformat(), "hours": [], "why": WHY},
        ]
    )

    assert overridden.add(tehran(1405, 1, 1), timedelta(hours=1)) == tehran(1405, 1, 1, 11)
    assert overridden.next_working_day(working_day) == gregorian(1405, 9, 15)
    assert overridden.hours_of(working_day).why == Text("بازدید وزیر", "The minister's visit")


def test_a_holiday_in_a_period_is_a_holiday() -> None:
    # 1405-12-10, 21 Ramadan, would be worked from 9 to 14.
    ramadan = RAMADAN | {"last_day": "2027-03-09"}
    day = calendar(periods=[ramadan]).hours_of(date(2027, 3, 1))

    assert day.hours == ()
    assert day.why is not None
    assert day.why.en.startswith("Martyrdom of Imam Ali")


@pytest.mark.parametrize(
    ("at", "is_open"),
    [
        (tehran(1405, 9, 14, 8) - INSTANT, False),
        (tehran(1405, 9, 14, 8), True),
        (tehran(1405, 9, 14, 15) - INSTANT, True),
        (tehran(1405, 9, 14, 15), False),
        (tehran(1405, 9, 12, 10), False),
    ],
)
def test_an_office_is_open_from_opening_up_to_closing(at: datetime, is_open: bool) -> None:
    assert calendar().is_open(at) is is_open


@pytest.mark.parametrize(
    ("at", "opening"),
    [
        (tehran(1405, 9, 14, 9, 10), tehran(1405, 9, 14, 9, 10)),
        (tehran(1405, 9, 11, 15) - INSTANT, tehran(1405, 9, 11, 15) - INSTANT),
        (tehran(1405, 9, 11, 15), tehran(1405, 9, 14, 8)),
    ],
)
def test_the_next_opening_is_now_when_it_is_open_and_else_the_next_one(
    at: datetime, opening: datetime
) -> None:
    assert calendar().next_opening(at) == opening


def test_a_lunch_break_does_not_count() -> None:
    split = week("08:00-12:00", "13:00-16:00")
    usual = {"from_day": "2019-03-21", "first_half": split, "second_half": split}
    with_lunch = calendar(hours=[usual])

    assert with_lunch.add(tehran(1405, 9, 14, 10), THREE_HOURS) == tehran(1405, 9, 14, 14)
    assert with_lunch.add(tehran(1405, 9, 14, 9), THREE_HOURS) == tehran(1405, 9, 14, 12)
    assert with_lunch.between(tehran(1405, 9, 14), tehran(1405, 9, 15)) == timedelta(hours=7)


def test_how_late_is_counted_in_working_time_and_early_is_negative() -> None:
    due = tehran(1405, 9, 11, 14)

    assert calendar().between(due, tehran(1405, 9, 14, 10)) == timedelta(hours=3)
    assert calendar().between(due, tehran(1405, 9, 11, 12, 30)) == timedelta(minutes=-90)


@pytest.mark.parametrize(
    ("day", "hours"),
    # Until 1401 clocks in Iran went forward on 2 Farvardin 00:00 and back on 31 Shahrivar 00:00.
    [((1400, 1, 2), 23), ((1400, 6, 30), 25), ((1400, 6, 31), 24), ((1402, 1, 2), 24)],
)
def test_a_desk_open_round_the_clock_works_the_hours_the_day_really_has(
    day: tuple[int, int, int], hours: int
) -> None:
    usual = {"from_day": "2019-03-21"} | every_day("00:00-24:00")
    desk = calendar(hours=[usual], holidays=None)
    midnight = tehran(*day)
    next_midnight = tehran(*day) + timedelta(days=1)  # on the wall, whatever the clocks do between

    assert desk.between(midnight, next_midnight) == timedelta(hours=hours)
    assert desk.add(midnight, timedelta(hours=hours)) == next_midnight


def test_an_hour_that_the_clocks_skip_is_not_worked_twice() -> None:
    skipped = {"day": "2021-03-22", "hours": ["00:00-00:30", "00:30-01:00", "01:00-02:00"]}
    night = calendar(overrides=[skipped | {"why": WHY}])

    worked = night.between(tehran(1400, 1, 2), tehran(1400, 1, 3))

    assert worked == timedelta(hours=1)


@pytest.mark.parametrize("question", ["add", "between", "is_open", "next_opening"])
def test_a_time_without_a_zone_is_refused(question: str) -> None:
    naive = tehran(1405, 9, 14, 8).replace(tzinfo=None)
    rest = {"add": [THREE_HOURS], "between": [tehran(1405, 9, 14)]}.get(question, [])

    with pytest.raises(ValueError, match="without a zone"):
        getattr(calendar(), question)(naive, *rest)


def test_working_time_is_never_added_backwards() -> None:
    with pytest.raises(ValueError, match="forward"):
        calendar().add(tehran(1405, 9, 14, 8), -INSTANT)


def test_a_calendar_that_closes_for_good_says_so() -> None:
    usual = calendar().to_data()["hours"]
    closed = {"from_day": "2026-12-01", "first_half": week(), "second_half": week()}

    with pytest.raises(NeverOpens, match="province version 1 is closed for 400 days"):
        calendar(hours=[*usual, closed]).add(tehran(1405, 9, 11, 10), THREE_HOURS)


@pytest.mark.parametrize(("days", "opens"), [(400, True), (401, False)])
def test_an_office_comes_back_after_400_closed_days_and_not_after_401(days: int, opens: bool) -> None:
    saturday = gregorian(1405, 9, 14)
    again = (saturday + timedelta(days=days)).isoformat()
    usual = {"from_day": again} | every_day("08:00-15:00")
    comes_back = calendar(hours=[usual], holidays=None)

    if opens:
        assert comes_back.next_working_day(saturday).isoformat() == again
    else:
        with pytest.raises(NeverOpens):
            comes_back.next_working_day(saturday)


def test_each_day_is_worked_out_once_and_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    worked_out: list[date] = []

    def counted(data: Any, day: date) -> working_time.Day:
        worked_out.append(day)
        return work_out_day(data, day)

    work_out_day = working_time.work_out_day
    monkeypatch.setattr(working_time, "work_out_day", counted)
    one = calendar()

    dues = {one.add(tehran(1405, 9, 14, 8), THREE_HOURS) for _ in range(3)}

    assert dues == {tehran(1405, 9, 14, 11)}
    assert worked_out == [gregorian(1405, 9, 14)]


def test_answers_are_in_utc() -> None:
    due = calendar().add(tehran(1405, 9, 14, 8), THREE_HOURS)

    assert (due.tzinfo, due.isoformat()) == (UTC, "2026-12-05T07:30:00+00:00")


def test_a_calendar_knows_its_id_and_version() -> None:
    assert (calendar(id="water", version=7).id, calendar(id="water", version=7).version) == (
        "water",
        7,
    )
