"""Working time: what three working hours mean, asked at half past two on the eve of Nowruz."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache, partial
from typing import Any, NamedTuple, Self

from shared.calendar.calendar_data import CalendarData, minutes
from shared.calendar.holidays import holidays_of
from shared.calendar.jalali import ONE_DAY, TEHRAN, JalaliHalfYear, local_day
from shared.language import Text

CLOSED_DAYS_MAX = 400  # longer than any closure an office comes back from
DAYS_KEPT = 4096  # eleven years of worked-out days in each calendar
INSTANT = timedelta(microseconds=1)
NOTHING = timedelta()


class NeverOpens(Exception):
    """The calendar has no working time within 400 days; its data are at fault."""


class Opening(NamedTuple):
    """From one instant to another, in UTC: open at the first, closed at the second."""

    opens: datetime
    closes: datetime


class Day(NamedTuple):
    """The hours of one local day, such as `07:30-14:30`, and what makes it other than usual."""

    hours: tuple[str, ...]
    why: Text | None


def work_out_day(data: CalendarData, day: date) -> Day:
    """The hours of a day by what the calendar says of it, the more particular first."""
    for override in data.overrides:
        if override.day == day:
            return Day(override.hours, override.why.text)
    if data.holidays and (holiday := holidays_of(data.holidays, day.year).get(day)):
        return Day((), holiday)
    for period in data.periods:
        if period.first_day <= day <= period.last_day:
            return Day(period.week.on(day), period.why.text)
    for usual in reversed(data.hours):
        if usual.from_day <= day:
            first = JalaliHalfYear.of(day).number == 1
            return Day((usual.first_half if first else usual.second_half).on(day), None)
    return Day((), None)


def _work_out_openings(data: CalendarData, day: date) -> tuple[Opening, ...]:
    openings: list[Opening] = []
    for window in work_out_day(data, day).hours:
        opens, closes = (_instant(day, minute) for minute in minutes(window))
        if openings:
            # Where a clock is put forward, what it skips would be counted twice.
            opens = max(opens, openings[-1].closes)
        if opens < closes:
            openings.append(Opening(opens, closes))
    return tuple(openings)


def _instant(day: date, minute: int) -> datetime:
    wall = datetime.combine(day, time.min, TEHRAN) + timedelta(minutes=minute)
    return wall.astimezone(UTC)


def _utc(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise ValueError("a time without a zone is no instant")
    return at.astimezone(UTC)


@dataclass(frozen=True, slots=True)
class WorkingCalendar:
    """When a province or an agency works. All its instants are aware; its answers are in UTC."""

    data: CalendarData
    _openings: Callable[[date], tuple[Opening, ...]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        # A day is worked out once: every complaint waits for its deadline to be set.
        kept = lru_cache(maxsize=DAYS_KEPT)(partial(_work_out_openings, self.data))
        object.__setattr__(self, "_openings", kept)

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Self:
        """From the plain form; pydantic's ValidationError (a ValueError) where it isn't one."""
        return cls(CalendarData.model_validate(data))

    def to_data(self) -> dict[str, Any]:
        """The plain form, fit for JSON."""
        return self.data.model_dump(mode="json")

    @property
    def id(self) -> str:
        return self.data.id

    @property
    def version(self) -> int:
        return self.data.version

    @property
    def name(self) -> str:
        """Its owner and version: what a deadline or a day says it was found by."""
        return f"{self.id}/{self.version}"

    def add(self, start: datetime, span: timedelta) -> datetime:
        """The instant at which `span` of working time has passed since `start`.

        Outside hours it begins at the next opening. A span that ends exactly at closing time ends
        there, not at the next opening. ValueError for a negative span.
        """
        if span < NOTHING:
            raise ValueError(f"working time goes forward, not by {span}")
        start, left = _utc(start), span
        openings = self._openings_from(start)
        while True:
            opens, closes = next(openings)
            begins = max(start, opens)
            if left <= closes - begins:
                return begins + left
            left -= closes - begins

    def between(self, start: datetime, end: datetime) -> timedelta:
        """The working time from one instant to another; negative where `end` comes first."""
        start, end = _utc(start), _utc(end)
        if end < start:
            return -self.between(end, start)
        worked, day, last = NOTHING, local_day(start), local_day(end)
        while day <= last:
            for opens, closes in self._openings(day):
                worked += max(NOTHING, min(end, closes) - max(start, opens))
            day += ONE_DAY
        return worked

    def is_open(self, at: datetime) -> bool:
        """Open at the instant of opening, closed at the instant of closing."""
        return any(opens <= at < closes for opens, closes in self._openings(local_day(at)))

    def next_opening(self, at: datetime) -> datetime:
        """The first instant of working time from `at` on: `at` itself where it is open."""
        at = _utc(at)
        return next(max(at, opens) for opens, closes in self._openings_from(at) if at < closes)

    def next_working_day(self, day: date) -> date:
        """The first local day from `day` on with working time: `day` itself where it is worked."""
        return next(self._working_days_from(day))

    def hours_of(self, day: date) -> Day:
        """The hours of a local day, and why they are not the usual ones: for people to read."""
        return work_out_day(self.data, day)

    def _openings_from(self, at: datetime) -> Iterator[Opening]:
        """Every opening that has not closed before `at`; one that closes at `at` itself comes too."""
        for day in self._working_days_from(local_day(at - INSTANT)):
            for opening in self._openings(day):
                if at <= opening.closes:
                    yield opening

    def _working_days_from(self, day: date) -> Iterator[date]:
        """Without end, but for a calendar that closes for good: then NeverOpens, not a silent loop."""
        closed_days = 0
        while closed_days <= CLOSED_DAYS_MAX:
            if self._openings(day):
                closed_days = 0
                yield day
            else:
                closed_days += 1
            day += ONE_DAY
        raise NeverOpens(f"calendar {self.id} version {self.version} is closed for 400 days to {day}")
