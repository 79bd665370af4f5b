"""A working calendar as plain data: the directory keeps it, events carry it, each service has a copy.

All of it has dates: a change of hours holds from its day on, and an old case keeps its own.
"""

import re
from datetime import date
from itertools import pairwise
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from shared.calendar.jalali import YEAR_MAX, YEAR_MIN, JalaliHalfYear, Weekday
from shared.language import Text

_WINDOW = re.compile(r"([0-2][0-9]):([0-5][0-9])-([0-2][0-9]):([0-5][0-9])")
_MINUTES_IN_DAY = 24 * 60
WHY_MAX = 300
VERSION_MAX = 10**9
OVERRIDES_MAX = 1000
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def _written(day: object) -> object:
    # Left alone, a number would be read as so many days or seconds since 1970.
    if type(day) is date or (isinstance(day, str) and _DAY.fullmatch(day)):
        return day
    raise ValueError(Text(fa="روز را مانند 2026-11-21 بنویسید.", en="Write the day like 2026-11-21."))


Day = Annotated[
    date,
    BeforeValidator(_written),
    Field(ge=JalaliHalfYear(YEAR_MIN, 1).first_day, le=JalaliHalfYear(YEAR_MAX, 2).last_day),
]
"""A day of the years that the calendar knows: at the ends of Python's dates no clock can be set."""


def minutes(window: str) -> tuple[int, int]:
    """`07:30-14:30` as minutes after midnight, opening and closing; ValueError for anything else."""
    found = _WINDOW.fullmatch(window)
    if found is None:
        raise ValueError(f"hours are written like 07:30-14:30, not {window[:20]!r}")
    hour, minute, to_hour, to_minute = (int(part) for part in found.groups())
    opens, closes = hour * 60 + minute, to_hour * 60 + to_minute
    if not opens < closes <= _MINUTES_IN_DAY:
        raise ValueError(f"{window} does not close after it opens, on the same day")
    return opens, closes


def _in_order(windows: tuple[str, ...]) -> tuple[str, ...]:
    for (_, closes), (opens, _) in pairwise([minutes(window) for window in windows]):
        if opens < closes:
            raise ValueError(f"hours overlap or are out of order: {', '.join(windows)}")
    return windows


Window = Annotated[str, Field(max_length=len("07:30-14:30"), examples=["07:30-14:30"])]
Windows = Annotated[tuple[Window, ...], Field(max_length=8), AfterValidator(_in_order)]


class _Data(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Why(_Data):
    """What makes a day other than usual, as people read it."""

    fa: str = Field(max_length=WHY_MAX)
    en: str = Field(max_length=WHY_MAX)

    @property
    def text(self) -> Text:
        """In both languages."""
        return Text(self.fa, self.en)


class Week(_Data):
    """The hours of each weekday, earliest first. A day left out is closed."""

    saturday: Windows = ()
    sunday: Windows = ()
    monday: Windows = ()
    tuesday: Windows = ()
    wednesday: Windows = ()
    thursday: Windows = ()
    friday: Windows = ()

    def windows(self) -> tuple[tuple[str, ...], ...]:
        """From Saturday to Friday."""
        return (
            self.saturday,
            self.sunday,
            self.monday,
            self.tuesday,
            self.wednesday,
            self.thursday,
            self.friday,
        )

    def on(self, day: date) -> tuple[str, ...]:
        return self.windows()[Weekday.of(day)]


class WeeklyHours(_Data):
    """The usual week in each half of the Jalali year, from a day on until the next such entry."""

    from_day: Day
    first_half: Week
    second_half: Week


class SpecialPeriod(_Data):
    """Other hours from one day to another, both included: Ramadan, summer hours."""

    first_day: Day
    last_day: Day
    why: Why
    week: Week

    @model_validator(mode="after")
    def _forwards(self) -> Self:
        if self.last_day < self.first_day:
            raise ValueError(f"a period ends on {self.last_day}, before it begins")
        return self


class Override(_Data):
    """One day that is not as its weekday, period or holiday says: closed where it has no hours."""

    day: Day
    hours: Windows
    why: Why


EXAMPLE: dict[str, Any] = {
    "id": "province",
    "version": 1,
    "holidays": "IR",
    "hours": [
        {
            "from_day": "2026-03-21",
            "first_half": {"saturday": ["07:00-14:00"]},
            "second_half": {"saturday": ["07:30-14:30"]},
        }
    ],
}


class CalendarData(_Data):
    """An override wins over a holiday, a holiday over a period, a period over the usual week."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    id: str = Field(min_length=1, max_length=100)
    version: int = Field(ge=0, le=VERSION_MAX, strict=True)
    holidays: Literal["IR"] | None = None
    hours: tuple[WeeklyHours, ...] = Field(min_length=1, max_length=100)
    periods: tuple[SpecialPeriod, ...] = Field(default=(), max_length=200)
    overrides: tuple[Override, ...] = Field(default=(), max_length=OVERRIDES_MAX)

    @model_validator(mode="after")
    def _says_one_thing_about_each_day(self) -> Self:
        starts = [hours.from_day for hours in self.hours]
        if any(after <= before for before, after in pairwise(starts)):
            raise ValueError("the usual hours are not in order of their days")
        if any(after.first_day <= before.last_day for before, after in pairwise(self.periods)):
            raise ValueError("two periods overlap or are out of order")
        if len({override.day for override in self.overrides}) < len(self.overrides):
            raise ValueError("a day has two overrides")
        return self

    @model_validator(mode="after")
    def _opens_at_all(self) -> Self:
        # Later hours may close an agency for good; hours that never open are a slip.
        if not any(any(h.first_half.windows() + h.second_half.windows()) for h in self.hours):
            raise ValueError("a calendar without any working hours")
        return self
