"""The Jalali calendar as people use it: months, quarters, half-years, and days as they are written.

Days are `date` and instants are aware `datetime` everywhere in Paygir; only this file turns them into
Jalali and back. A local day is a day in Tehran.
"""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import IntEnum
from functools import lru_cache
from typing import ClassVar, Self
from zoneinfo import ZoneInfo

from persiantools.jdatetime import JalaliDate
from typing_extensions import override

from shared.language import Text
from shared.persian import fold, latin_digits, persian_digits

TEHRAN = ZoneInfo("Asia/Tehran")
ONE_DAY = timedelta(days=1)
YEAR_MIN, YEAR_MAX = 1300, 1498  # inside these persiantools and jdatetime agree on every day
MONTHS_IN_YEAR = 12
DAYS_IN_WEEK = 7
WHOLE_WEEKS_IN_MONTH = 4
DAYS_KEPT = MINUTES_KEPT = 1024  # of days and minutes as they are shown
TYPED_LENGTH_MAX = 40  # what is longer holds more than a day

MONTHS = (
    Text("فروردین", "Farvardin"),
    Text("اردیبهشت", "Ordibehesht"),
    Text("خرداد", "Khordad"),
    Text("تیر", "Tir"),
    Text("مرداد", "Mordad"),
    Text("شهریور", "Shahrivar"),
    Text("مهر", "Mehr"),
    Text("آبان", "Aban"),
    Text("آذر", "Azar"),
    Text("دی", "Dey"),
    Text("بهمن", "Bahman"),
    Text("اسفند", "Esfand"),
)
WEEKDAYS = (
    Text("شنبه", "Saturday"),
    Text("یکشنبه", "Sunday"),
    Text("دوشنبه", "Monday"),
    Text("سه‌شنبه", "Tuesday"),
    Text("چهارشنبه", "Wednesday"),
    Text("پنج‌شنبه", "Thursday"),
    Text("جمعه", "Friday"),
)
ORDINALS = (
    Text("اول", "First"),
    Text("دوم", "Second"),
    Text("سوم", "Third"),
    Text("چهارم", "Fourth"),
)


class Weekday(IntEnum):
    """The days of the Iranian week, in its order."""

    SATURDAY = 0
    SUNDAY = 1
    MONDAY = 2
    TUESDAY = 3
    WEDNESDAY = 4
    THURSDAY = 5
    FRIDAY = 6

    @classmethod
    def of(cls, day: date) -> "Weekday":
        """Which one a day is."""
        return cls((day.weekday() + 2) % DAYS_IN_WEEK)


def local_day(at: datetime) -> date:
    """The day it is in Tehran at an instant; ValueError for a time without a zone."""
    if at.tzinfo is None:
        raise ValueError("a time without a zone is no instant")
    return at.astimezone(TEHRAN).date()


def midnight(day: date) -> datetime:
    """The instant (UTC) at which a local day begins."""
    return datetime.combine(day, time.min, TEHRAN).astimezone(UTC)


@dataclass(frozen=True, slots=True, order=True)
class JalaliPeriod:
    """So many whole months of a Jalali year: the `number`th such stretch, counted from 1."""

    year: int
    number: int

    LENGTH_MONTHS: ClassVar[int]
    LETTER: ClassVar[str]

    def __post_init__(self) -> None:
        if not YEAR_MIN <= self.year <= YEAR_MAX:
            raise ValueError(f"a Jalali year is {YEAR_MIN} to {YEAR_MAX}, not {self.year}")
        if not 1 <= self.number <= self._per_year():
            raise ValueError(f"{self.number} is not 1 to {self._per_year()}")

    @classmethod
    def _per_year(cls) -> int:
        return MONTHS_IN_YEAR // cls.LENGTH_MONTHS

    @classmethod
    def of(cls, day: date) -> Self:
        """The one a day lies in."""
        jalali = JalaliDate(day)
        return cls(jalali.year, (jalali.month - 1) // cls.LENGTH_MONTHS + 1)

    @classmethod
    def at(cls, at: datetime) -> Self:
        """The one it is in Tehran at an instant."""
        return cls.of(local_day(at))

    @classmethod
    def parse(cls, text: str) -> Self:
        """From `1405-09`, `1405-Q3`, `1405-H2` or with `/`, in any digits; ValueError for all else."""
        pattern = rf"([0-9]{{4}})[-/]?{cls.LETTER}([0-9]{{1,2}})"
        found = re.fullmatch(pattern, latin_digits(text.strip()).upper())
        if found is None:
            raise ValueError(f"not like {cls(YEAR_MIN, 1)}: {text[:20]!r}")
        return cls(int(found[1]), int(found[2]))

    @override
    def __str__(self) -> str:
        return f"{self.year}-{self.LETTER}{self.number}"

    @property
    def first_day(self) -> date:
        return JalaliDate(self.year, (self.number - 1) * self.LENGTH_MONTHS + 1, 1).to_gregorian()

    @property
    def last_day(self) -> date:
        month = self.number * self.LENGTH_MONTHS
        days = JalaliDate.days_in_month(month, self.year)
        return JalaliDate(self.year, month, days).to_gregorian()

    @property
    def starts_at(self) -> datetime:
        """Its first instant, in UTC."""
        return midnight(self.first_day)

    @property
    def ends_at(self) -> datetime:
        """The first instant after it, in UTC."""
        return midnight(self.last_day + ONE_DAY)

    def contains(self, day: date) -> bool:
        return self.first_day <= day <= self.last_day

    def next(self) -> Self:
        return self.plus(1)

    def previous(self) -> Self:
        return self.plus(-1)

    def plus(self, count: int) -> Self:
        """So many on; back where negative."""
        years, number = divmod(self.number - 1 + count, self._per_year())
        return type(self)(self.year + years, number + 1)


class JalaliMonth(JalaliPeriod):
    """One month: `1405-09`."""

    __slots__ = ()
    LENGTH_MONTHS = 1
    LETTER = ""

    @override
    def __str__(self) -> str:
        return f"{self.year}-{self.number:02}"

    @property
    def title(self) -> Text:
        """As people say it: «آذر ۱۴۰۵»."""
        name = MONTHS[self.number - 1]
        return Text(f"{name.fa} {persian_digits(str(self.year))}", f"{name.en} {self.year}")

    def nth_weekday(self, nth: int, weekday: Weekday) -> date:
        """The nth Saturday, Sunday, … of the month, 1 to 4: not every month has a fifth."""
        if not 1 <= nth <= WHOLE_WEEKS_IN_MONTH:
            raise ValueError(f"nth is 1 to {WHOLE_WEEKS_IN_MONTH}, not {nth}")
        days_until = (weekday - Weekday.of(self.first_day)) % DAYS_IN_WEEK
        return self.first_day + timedelta(days=days_until, weeks=nth - 1)


class JalaliQuarter(JalaliPeriod):
    """Three months: `1405-Q3`."""

    __slots__ = ()
    LENGTH_MONTHS = 3
    LETTER = "Q"

    @property
    def title(self) -> Text:
        """As people say it: «سه‌ماهه سوم ۱۴۰۵»."""
        nth = ORDINALS[self.number - 1]
        return Text(f"سه‌ماهه {nth.fa} {persian_digits(str(self.year))}", f"{nth.en} quarter of {self.year}")


class JalaliHalfYear(JalaliPeriod):
    """Six months: `1405-H2`."""

    __slots__ = ()
    LENGTH_MONTHS = 6
    LETTER = "H"

    @property
    def title(self) -> Text:
        """As people say it: «نیمه دوم ۱۴۰۵»."""
        nth = ORDINALS[self.number - 1]
        return Text(f"نیمه {nth.fa} {persian_digits(str(self.year))}", f"{nth.en} half of {self.year}")


@lru_cache(maxsize=DAYS_KEPT)
def show_day(day: date) -> Text:
    """In words: «چهارشنبه ۱۱ آذر ۱۴۰۵»."""
    jalali = JalaliDate(day)
    weekday, month = WEEKDAYS[Weekday.of(day)], MONTHS[jalali.month - 1]
    return Text(
        f"{weekday.fa} {persian_digits(f'{jalali.day} {month.fa} {jalali.year}')}",
        f"{weekday.en} {jalali.day} {month.en} {jalali.year}",
    )


def show_day_in_figures(day: date) -> Text:
    """For tables and short messages: «۱۴۰۵/۰۹/۱۱»."""
    jalali = JalaliDate(day)
    figures = f"{jalali.year}/{jalali.month:02}/{jalali.day:02}"
    return Text(persian_digits(figures), figures)


def show_instant(at: datetime) -> Text:
    """In words, Tehran time: «چهارشنبه ۱۱ آذر ۱۴۰۵، ساعت ۱۰:۳۰»."""
    day, local = local_day(at), at.astimezone(TEHRAN)
    return _show_minute(day, local.hour, local.minute)


@lru_cache(maxsize=MINUTES_KEPT)
def _show_minute(of_day: date, hour: int, minute: int) -> Text:
    """Worded once for all who file in the same minute, or outside hours: every receipt says its deadline."""
    day, clock = show_day(of_day), f"{hour:02}:{minute:02}"
    return Text(f"{day.fa}، ساعت {persian_digits(clock)}", f"{day.en}, {clock}")


_IN_FIGURES = re.compile(r"([0-9]{4})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})")
_IN_WORDS = re.compile(r"([0-9]{1,2}) (\w+?)(?: ?ماه)? ([0-9]{4})")
_AT_AN_HOUR = re.compile(r"(.+?),? (?:ساعت |at )?([0-9]{1,2}):([0-9]{2})")
_MONTH_NUMBERS = {fold(name): number for number, names in enumerate(MONTHS, 1) for name in names}


def read_day(text: str) -> date | None:
    """The day in what a person typed: ۱۴۰۵/۹/۱۱, 1405-09-11 or ۱۱ آذر ۱۴۰۵; None if it is none."""
    typed = fold(text[:TYPED_LENGTH_MAX])
    if found := _IN_FIGURES.fullmatch(typed):
        year, month, day = (int(part) for part in found.groups())
    elif found := _IN_WORDS.fullmatch(typed):
        year, month, day = int(found[3]), _MONTH_NUMBERS.get(found[2], 0), int(found[1])
    else:
        return None
    if not YEAR_MIN <= year <= YEAR_MAX:
        return None
    try:
        return JalaliDate(year, month, day).to_gregorian()
    except ValueError:
        return None


def read_instant(text: str) -> datetime | None:
    """The instant (UTC) in what a person typed: a day as `read_day` reads it, then an hour of Tehran, ۰۸:۱۵.

    A day without an hour is its beginning; None for what is no day or no hour.
    """
    typed = fold(text[:TYPED_LENGTH_MAX]).replace("،", ",")
    found = _AT_AN_HOUR.fullmatch(typed)
    day = read_day(found[1] if found else typed)
    try:
        wall = time(int(found[2]), int(found[3])) if found else time.min
    except ValueError:
        return None
    return day and datetime.combine(day, wall, TEHRAN).astimezone(UTC)
