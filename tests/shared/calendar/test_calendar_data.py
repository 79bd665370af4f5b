"""What plain data may not say."""

from typing import Any

import pytest
from pydantic import ValidationError

from shared.calendar.calendar_data import CalendarData, minutes

WEEK = {"saturday": ["08:00-12:00"]}
WHY = {"fa": "رمضان", "en": "Ramadan"}
USUAL = {"from_day": "2021-03-21", "first_half": WEEK, "second_half": WEEK}


def data(**other: Any) -> dict[str, Any]:
    return {"id": "province", "version": 1, "hours": [USUAL]} | other


def week(*hours: str) -> dict[str, Any]:
    return data(hours=[USUAL | {"second_half": {"friday": list(hours)}}])


def period(first_day: str, last_day: str) -> dict[str, Any]:
    return {"first_day": first_day, "last_day": last_day, "why": WHY, "week": WEEK}


def override(day: str) -> dict[str, Any]:
    return {"day": day, "hours": [], "why": WHY}


@pytest.mark.parametrize(
    ("window", "opens", "closes"),
    [("07:30-14:30", 450, 870), ("00:00-24:00", 0, 1440), ("23:59-24:00", 1439, 1440)],
)
def test_hours_are_minutes_after_midnight(window: str, opens: int, closes: int) -> None:
    assert minutes(window) == (opens, closes)


@pytest.mark.parametrize(
    "wrong",
    [
        week("7:30-14:30"),
        week("۰۷:۳۰-۱۴:۳۰"),
        week("14:30-07:30"),
        week("08:00-08:00"),
        week("08:00-24:01"),
        week("08:60-09:00"),
        week("08:00-12:00", "11:59-14:00"),
        week("13:00-14:00", "08:00-12:00"),
        week(*(f"{hour:02}:00-{hour:02}:30" for hour in range(9))),
        data(hours=[]),
        data(hours=[USUAL | {"first_half": {}, "second_half": {}}]),
        data(hours=[USUAL, USUAL]),
        data(hours=[USUAL, USUAL | {"from_day": "2020-03-20"}]),
        data(periods=[period("2026-02-19", "2026-02-18")]),
        data(periods=[period("2026-02-19", "2026-03-20"), period("2026-03-20", "2026-04-01")]),
        data(overrides=[override("2026-02-19"), override("2026-02-19")]),
        data(holidays="XX"),
        data(id=""),
        data(version=-1),
        data(overides=[]),
    ],
)
def test_contradictory_or_unreadable_data_make_no_calendar(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        CalendarData.model_validate(wrong)


@pytest.mark.parametrize(
    "right",
    [
        week("08:00-12:00", "12:00-14:00"),
        week(*(f"{hour:02}:00-{hour:02}:30" for hour in range(8))),
        data(hours=[USUAL | {"first_half": {}}]),
        data(hours=[USUAL, USUAL | {"from_day": "2021-03-22"}]),
        data(periods=[period("2026-02-19", "2026-02-19")]),
        data(periods=[period("2026-02-19", "2026-03-20"), period("2026-03-21", "2026-04-01")]),
        data(overrides=[override("2026-02-19"), override("2026-02-20")]),
    ],
)
def test_data_at_the_very_edge_of_what_is_allowed_make_a_calendar(right: dict[str, Any]) -> None:
    assert CalendarData.model_validate(right).id == "province"
