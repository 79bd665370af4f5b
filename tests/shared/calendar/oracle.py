"""A second, slow answer to every question of working time, written another way and with other parts.

It walks minute by minute and looks at the wall clock each time, takes its Jalali dates from jdatetime
(the code under test uses persiantools), and reads the plain data without the code's own models.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import holidays
import jdatetime

TEHRAN = ZoneInfo("Asia/Tehran")
MINUTE = timedelta(minutes=1)
_ENGLISH_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_IRAN = holidays.country_holidays("IR", years=range(2020, 2034))


def gregorian(year: int, month: int, day: int) -> date:
    """A Jalali date as jdatetime knows it."""
    return jdatetime.date(year, month, day).togregorian()


def tehran(year: int, month: int, day: int, hour: int = 0, minute: int = 0) -> datetime:
    """A Jalali date and the time on the wall in Tehran."""
    on = gregorian(year, month, day)
    return datetime(on.year, on.month, on.day, hour, minute, tzinfo=TEHRAN)


class SlowCalendar:
    """Knows only whether a minute is worked."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        self._data = data
        self._days: dict[date, list[tuple[int, int]]] = {}

    def is_worked(self, minute: datetime) -> bool:
        wall = minute.astimezone(TEHRAN)
        on = wall.hour * 60 + wall.minute
        if wall.date() not in self._days:
            self._days[wall.date()] = [
                (int(w[0:2]) * 60 + int(w[3:5]), int(w[6:8]) * 60 + int(w[9:11]))
                for w in self._hours(wall.date())
            ]
        return any(opens <= on < closes for opens, closes in self._days[wall.date()])

    def _hours(self, day: date) -> list[str]:
        special = {override["day"]: override["hours"] for override in self._data["overrides"]}
        if day.isoformat() in special:
            return special[day.isoformat()]
        if self._data["holidays"] == "IR" and day in _IRAN:
            return []
        weekday = _ENGLISH_WEEKDAYS[day.weekday()]
        for period in self._data["periods"]:
            if period["first_day"] <= day.isoformat() <= period["last_day"]:
                return period["week"].get(weekday, [])
        begun = [h for h in self._data["hours"] if h["from_day"] <= day.isoformat()]
        in_second = any(gregorian(y, 7, 1) <= day < gregorian(y + 1, 1, 1) for y in range(1398, 1412))
        half = "second_half" if in_second else "first_half"
        return begun[-1][half].get(weekday, []) if begun else []

    def add(self, start: datetime, minutes: int) -> datetime:
        """`start` on a whole minute, and at least one minute to work."""
        at = start.astimezone(UTC)
        while minutes:
            minutes -= self.is_worked(at)
            at += MINUTE
        return at

    def between(self, start: datetime, end: datetime) -> timedelta:
        """Both on whole minutes, `start` first."""
        at, worked = start.astimezone(UTC), 0
        while at < end:
            worked += self.is_worked(at)
            at += MINUTE
        return worked * MINUTE
