"""What a complaint's clock is set by, and the rounds that it runs in."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Self

from services.complaints import rules
from shared.calendar.jalali import local_day
from shared.calendar.working_time import WorkingCalendar
from shared.rule import Figures


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """What time is measured by: the calendar and the figures in force when a clock starts."""

    calendar: WorkingCalendar
    figures: Figures

    def reply_due_at(self, start: datetime) -> datetime:
        """Three working hours on."""
        return self.calendar.add(start, self.figures.of(rules.REPLY_TIME, local_day(start)))

    def escalates_at(self, due_at: datetime, level: int, started_at: datetime) -> datetime | None:
        """When an unanswered complaint goes to this level; None above the ladder's top."""
        ladder = self.figures.of(rules.LADDER, local_day(started_at))
        return self.calendar.add(due_at, ladder[level - 1]) if level <= len(ladder) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """From filing or reopening to the answer. Its deadline is set at its start; nothing moves it later."""

    started_at: datetime
    due_at: datetime
    calendar_version: int
    figures_version: int
    answered_at: datetime | None = None
    answered_by: str | None = None
    answer: str | None = None
    late_by: timedelta = timedelta(0)

    @property
    def in_time(self) -> bool:
        """Answered before the deadline: at exactly three hours it is late."""
        return self.answered_at is not None and self.answered_at < self.due_at

    @classmethod
    def begin(cls, now: datetime, measure: Measure) -> Self:
        """A clock starts, by the calendar and figures of this moment."""
        return cls(
            started_at=now,
            due_at=measure.reply_due_at(now),
            calendar_version=measure.calendar.version,
            figures_version=measure.figures.version,
        )
