"""The calendar of the demo province."""

import json
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest

from shared.calendar.holidays import holidays_of
from shared.calendar.working_time import WorkingCalendar
from shared.language import Text
from tests.shared.calendar.oracle import TEHRAN, SlowCalendar, gregorian

DEMO = Path(__file__).parents[3] / "deploy" / "demo" / "calendar.json"


@pytest.fixture(scope="module")
def province() -> WorkingCalendar:
    return WorkingCalendar.from_data(json.loads(DEMO.read_text()))


@pytest.mark.parametrize(
    ("day", "hours"),
    [
        ((1405, 6, 31), ("07:30-14:30",)),
        ((1405, 7, 1), ("08:00-15:00",)),
        ((1405, 9, 12), ()),  # Thursday
        ((1405, 9, 13), ()),  # Friday
        ((1405, 9, 14), ("08:00-15:00",)),
        ((1405, 1, 1), ()),  # Nowruz
        ((1404, 11, 29), ("08:00-15:00",)),
        ((1404, 12, 2), ("09:00-14:00",)),  # 3 Ramadan 1447
        ((1405, 12, 18), ("09:00-14:00",)),  # 29 Ramadan 1448
        ((1405, 12, 22), ("08:00-15:00",)),
    ],
)
def test_the_province_works_by_season_and_shorter_in_ramadan(
    province: WorkingCalendar, day: tuple[int, int, int], hours: tuple[str, ...]
) -> None:
    assert province.hours_of(gregorian(*day)).hours == hours


def test_its_ramadans_are_those_whose_holidays_are_kept(province: WorkingCalendar) -> None:
    """The 21st of Ramadan and the day after its last are public holidays."""
    for period in province.data.periods:
        twenty_first = period.first_day + timedelta(days=20)
        eid = period.last_day + timedelta(days=1)

        assert "Martyrdom of Imam Ali" in holidays_of("IR", twenty_first.year)[twenty_first].en
        assert "Eid al-Fitr" in holidays_of("IR", eid.year)[eid].en


def test_it_has_the_ramadans_of_1404_to_1406(province: WorkingCalendar) -> None:
    first_days = [period.first_day for period in province.data.periods]

    assert first_days == [
        date(2025, 3, 2),
        gregorian(1404, 11, 30),
        gregorian(1405, 11, 20),
        gregorian(1406, 11, 9),
    ]


def test_a_holiday_says_in_both_languages_what_is_kept_on_it() -> None:
    on = holidays_of("IR", 2026)

    assert on[date(2026, 6, 5)] == Text("قیام ۱۵ خرداد", "15 Khordad Uprising")
    assert on[date(2026, 3, 22)] == Text(
        "تعطیل به مناسبت عید سعید فطر، عیدنوروز", "Eid al-Fitr Holiday; Nowruz Holiday"
    )


def test_each_day_of_ten_years_has_the_working_time_that_a_walk_through_its_minutes_finds(
    province: WorkingCalendar,
) -> None:
    slow = SlowCalendar(json.loads(DEMO.read_text()))
    first, last = gregorian(1400, 1, 1), gregorian(1409, 12, 29)
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    opens = [datetime.combine(day, time(6), TEHRAN).astimezone(UTC) for day in days]

    found = [province.between(at, at + timedelta(hours=14)) for at in opens]

    assert len(days) in (3652, 3653)
    assert found == [slow.between(at, at + timedelta(hours=14)) for at in opens]


def test_a_complaint_of_each_week_of_ten_years_is_due_when_a_walk_through_the_minutes_says(
    province: WorkingCalendar,
) -> None:
    slow, minute = SlowCalendar(json.loads(DEMO.read_text())), timedelta(minutes=1)
    first = datetime.combine(gregorian(1400, 1, 1), time(0), TEHRAN).astimezone(UTC)
    # Each a week and 1,013 minutes after the one before: at every time of day, on every day of the week.
    filed = [first + n * (timedelta(days=7) + 1013 * minute) for n in range(470)]

    due = [province.add(at, timedelta(hours=3)) for at in filed]

    assert due == [slow.add(at, 180) for at in filed]
