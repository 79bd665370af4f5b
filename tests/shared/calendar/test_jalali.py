"""Jalali months, quarters and half-years, and days as people write them."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.calendar.jalali import (
    JalaliHalfYear,
    JalaliMonth,
    JalaliPeriod,
    JalaliQuarter,
    Weekday,
    local_day,
    midnight,
    read_day,
    read_instant,
    show_day,
    show_day_in_figures,
    show_instant,
)
from shared.language import Text
from tests.shared.calendar.oracle import gregorian, tehran

INSTANT = timedelta(microseconds=1)
ONE_DAY = timedelta(days=1)
KINDS = (JalaliMonth, JalaliQuarter, JalaliHalfYear)
days = st.dates(gregorian(1310, 1, 1), gregorian(1480, 1, 1))
kinds = st.sampled_from(KINDS)


@pytest.mark.parametrize(
    ("kind", "text", "first", "last"),
    [
        (JalaliMonth, "1405-09", (1405, 9, 1), (1405, 9, 30)),
        (JalaliMonth, "۱۴۰۵/۰۹", (1405, 9, 1), (1405, 9, 30)),
        (JalaliMonth, " ١٤٠٥/٩ ", (1405, 9, 1), (1405, 9, 30)),
        (JalaliMonth, "1403-12", (1403, 12, 1), (1403, 12, 30)),
        (JalaliMonth, "1404-12", (1404, 12, 1), (1404, 12, 29)),
        (JalaliQuarter, "1405-Q1", (1405, 1, 1), (1405, 3, 31)),
        (JalaliQuarter, "۱۴۰۵-q3", (1405, 7, 1), (1405, 9, 30)),
        (JalaliQuarter, "1403Q4", (1403, 10, 1), (1403, 12, 30)),
        (JalaliHalfYear, "1405-H1", (1405, 1, 1), (1405, 6, 31)),
        (JalaliHalfYear, "1405/h2", (1405, 7, 1), (1405, 12, 29)),
    ],
)
def test_a_period_is_read_and_has_a_first_and_a_last_day(
    kind: type[JalaliPeriod],
    text: str,
    first: tuple[int, int, int],
    last: tuple[int, int, int],
) -> None:
    period = kind.parse(text)

    assert (period.first_day, period.last_day) == (gregorian(*first), gregorian(*last))


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (JalaliMonth, "1405-13"),
        (JalaliMonth, "1405-00"),
        (JalaliMonth, "05-09"),
        (JalaliMonth, "1405-Q3"),
        (JalaliMonth, "2026-09"),
        (JalaliMonth, "1299-09"),
        (JalaliMonth, ""),
        (JalaliQuarter, "1405-3"),
        (JalaliQuarter, "1405-Q5"),
        (JalaliHalfYear, "1405-H3"),
        (JalaliHalfYear, "1499-H1"),
    ],
)
def test_what_is_no_such_period_is_refused(kind: type[JalaliPeriod], text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        kind.parse(text)


@given(kind=kinds, day=days)
def test_a_period_holds_its_days_and_touches_its_neighbours(kind: type[JalaliPeriod], day: date) -> None:
    period = kind.of(day)

    assert period.contains(day)
    assert period.contains(period.first_day)
    assert period.contains(period.last_day)
    assert not period.contains(period.first_day - ONE_DAY)
    assert not period.contains(period.last_day + ONE_DAY)
    assert period.next().first_day == period.last_day + ONE_DAY
    assert period.next().previous() == period
    assert period < period.next()
    assert kind.parse(str(period)) == period


def test_a_quarter_holds_three_months_and_a_half_year_two_quarters() -> None:
    assert JalaliQuarter(1405, 3).first_day == JalaliMonth(1405, 7).first_day
    assert JalaliHalfYear(1405, 2).last_day == JalaliQuarter(1405, 4).last_day
    assert JalaliMonth(1405, 1).plus(-14) == JalaliMonth(1403, 11)


@pytest.mark.parametrize("kind", KINDS)
def test_a_period_begins_at_midnight_in_tehran_and_ends_where_the_next_begins(
    kind: type[JalaliPeriod],
) -> None:
    period = kind.of(gregorian(1405, 7, 1))

    assert kind.at(tehran(1405, 7, 1) - INSTANT) == period.previous()
    assert kind.at(tehran(1405, 7, 1)) == period
    assert period.starts_at == datetime(2026, 9, 22, 20, 30, tzinfo=UTC)
    assert period.ends_at == period.next().starts_at


@pytest.mark.parametrize(
    ("at", "day"),
    [
        (datetime(2026, 12, 1, 20, 30, tzinfo=UTC) - INSTANT, date(2026, 12, 1)),
        (datetime(2026, 12, 1, 20, 30, tzinfo=UTC), date(2026, 12, 2)),
        # In the summers until 1401 Tehran was an hour further on.
        (datetime(2021, 7, 1, 19, 30, tzinfo=UTC) - INSTANT, date(2021, 7, 1)),
        (datetime(2021, 7, 1, 19, 30, tzinfo=UTC), date(2021, 7, 2)),
    ],
)
def test_a_day_begins_at_midnight_in_tehran(at: datetime, day: date) -> None:
    assert local_day(at) == day
    assert midnight(day) <= at < midnight(day + ONE_DAY)


def test_a_time_without_a_zone_has_no_day() -> None:
    with pytest.raises(ValueError, match="without a zone"):
        local_day(datetime(2026, 12, 2, 8))  # noqa: DTZ001 - the slip that is to be refused


@pytest.mark.parametrize(
    ("month", "wednesday"),
    # First days: 1405-09 a Sunday, 1405-04 a Monday, 1405-07 a Wednesday, 1404-08 a Thursday.
    [((1405, 9), 11), ((1405, 4), 10), ((1405, 7), 8), ((1404, 8), 14)],
)
def test_the_wednesday_of_the_second_week_is_the_second_wednesday(
    month: tuple[int, int], wednesday: int
) -> None:
    assert JalaliMonth(*month).nth_weekday(2, Weekday.WEDNESDAY) == gregorian(*month, wednesday)


@given(day=days, weekday=st.sampled_from(Weekday), nth=st.integers(1, 4))
def test_the_nth_weekday_lies_in_the_nth_seven_days_of_its_month(
    day: date, weekday: Weekday, nth: int
) -> None:
    month = JalaliMonth.of(day)
    found = month.nth_weekday(nth, weekday)

    assert Weekday.of(found) is weekday
    assert 7 * (nth - 1) <= (found - month.first_day).days < 7 * nth


@pytest.mark.parametrize("nth", [0, 5])
def test_only_the_four_weeks_every_month_has_can_be_asked_for(nth: int) -> None:
    with pytest.raises(ValueError, match="1 to 4"):
        JalaliMonth(1405, 9).nth_weekday(nth, Weekday.SATURDAY)


def test_periods_are_named_as_people_name_them() -> None:
    assert JalaliMonth(1405, 9).title == Text("آذر ۱۴۰۵", "Azar 1405")
    assert JalaliQuarter(1405, 3).title == Text("سه‌ماهه سوم ۱۴۰۵", "Third quarter of 1405")
    assert JalaliHalfYear(1405, 2).title == Text("نیمه دوم ۱۴۰۵", "Second half of 1405")


def test_days_and_instants_are_shown_as_people_write_them() -> None:
    day, at = date(2026, 12, 2), datetime(2026, 12, 2, 7, 0, tzinfo=UTC)

    assert show_day(day) == Text("چهارشنبه ۱۱ آذر ۱۴۰۵", "Wednesday 11 Azar 1405")
    assert show_day_in_figures(day) == Text("۱۴۰۵/۰۹/۱۱", "1405/09/11")
    assert show_instant(at) == Text("چهارشنبه ۱۱ آذر ۱۴۰۵، ساعت ۱۰:۳۰", "Wednesday 11 Azar 1405, 10:30")
    minute, instant = timedelta(minutes=1), timedelta(microseconds=1)
    assert show_instant(at + minute - instant) == show_instant(at)
    assert show_instant(at + minute).en == "Wednesday 11 Azar 1405, 10:31"


@pytest.mark.parametrize(
    "typed",
    [
        "۱۴۰۵/۹/۱۱",
        "1405/09/11",
        "١٤٠٥-٠٩-١١",
        " ۱۴۰۵.۹.۱۱ ",
        "۱۱ آذر ۱۴۰۵",
        "11 آذرماه 1405",
        "۱۱ آذر ماه ۱۴۰۵",
        "11 azar 1405",
    ],
)
def test_a_day_is_read_as_people_type_it(typed: str) -> None:
    assert read_day(typed) == date(2026, 12, 2)


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "فردا",
        "۱۴۰۵/۱۳/۱",
        "۱۴۰۵/۷/۳۱",
        "1404/12/30",
        "1405/0/1",
        "05/09/11",
        "2026-12-02",
        "1299/01/01",
        "۱۱ دسامبر ۱۴۰۵",
        pytest.param("1405/09/11" + "1" * 10_000_000, id="ten million figures"),
    ],
)
def test_what_is_no_jalali_day_is_not_read(typed: str) -> None:
    assert read_day(typed) is None


@given(day=days)
def test_a_day_that_was_shown_is_read_back(day: date) -> None:
    shown, in_words = show_day_in_figures(day), show_day(day)

    assert read_day(shown.fa) == read_day(shown.en) == day
    assert read_day(in_words.fa.split(" ", 1)[1]) == day


@pytest.mark.parametrize(
    "typed",
    [
        "1405/09/11 08:05",
        "۱۴۰۵/۹/۱۱ ۸:۰۵",
        "١٤٠٥-٠٩-١١، ساعت ٠٨:٠٥",
        "۱۱ آذر ۱۴۰۵، ساعت ۰۸:۰۵",
        "11 Azar 1405, 08:05",
        "11 azar 1405 at 8:05",
        "  1405.9.11   08:05 ",
    ],
)
def test_a_day_with_its_hour_is_read_in_any_spelling(typed: str) -> None:
    assert read_instant(typed) == datetime(2026, 12, 2, 4, 35, tzinfo=UTC)


def test_a_day_without_an_hour_is_its_beginning() -> None:
    assert read_instant("۱۴۰۵/۹/۱۱") == datetime(2026, 12, 1, 20, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "08:05",
        "1405/09/11 24:00",
        "1405/09/11 08:60",
        "1405/09/11 8",
        "1405/13/11 08:05",
        "1405/09/11 08:05:00",
        "2026-12-02T08:05",
        "1405/09/11 -8:05",
        "9999/09/11 08:05",
    ],
)
def test_what_is_no_hour_of_a_day_is_none(typed: str) -> None:
    assert read_instant(typed) is None
