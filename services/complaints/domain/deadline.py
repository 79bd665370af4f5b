"""Until when an office owes something, and how what is overdue goes up: of press cases and of problems."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Self

from services.complaints.domain.clock import Measure
from services.complaints.domain.complaint import Escalation
from services.complaints.domain.line import post_at
from shared.calendar.jalali import local_day
from shared.events.directory import Post
from shared.rule import Rule


@dataclass(frozen=True, slots=True, kw_only=True)
class Owed:
    """What is owed: within which working time, and after how much more it goes to which level."""

    within: Rule[timedelta]
    ladder: Rule[tuple[timedelta, ...]]

    def due_at(self, start: datetime, measure: Measure) -> datetime:
        """By the figures of the day on which the clock starts."""
        return measure.calendar.add(start, measure.figures.of(self.within, local_day(start)))

    def escalates_at(
        self, due_at: datetime, level: int, start: datetime, measure: Measure
    ) -> datetime | None:
        """When what is still owed goes to this level; None above the ladder's top."""
        ladder = measure.figures.of(self.ladder, local_day(start))
        return measure.calendar.add(due_at, ladder[level - 1]) if level <= len(ladder) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline:
    """Set when its clock starts, by the calendar and figures of that moment; a new calendar moves it."""

    started_at: datetime
    due_at: datetime
    measured_by: str
    figures_version: int
    level: int = 0
    level_post: str | None = None
    escalates_at: datetime | None = None

    @classmethod
    def begin(cls, now: datetime, owed: Owed, measure: Measure) -> Self:
        """The clock starts."""
        due_at = owed.due_at(now, measure)
        return cls(
            started_at=now,
            due_at=due_at,
            measured_by=measure.name,
            figures_version=measure.figures.version,
            escalates_at=owed.escalates_at(due_at, 1, now, measure),
        )

    def under(self, owed: Owed, measure: Measure) -> Self:
        """The same by a newer calendar: what had not passed when it was set moves."""
        owner, version = self.measured_by.rsplit("/", 1)
        if owner == measure.calendar.id and measure.calendar.version <= int(version):
            return self
        due_at = self.due_at
        if self.level == 0:
            due_at = measure.moved(due_at, owed.due_at(self.started_at, measure))
        step = owed.escalates_at(due_at, self.level + 1, self.started_at, measure)
        return replace(
            self,
            due_at=due_at,
            escalates_at=self.escalates_at and step and measure.moved(self.escalates_at, step),
            measured_by=measure.name,
        )

    def checked(
        self, now: datetime, owed: Owed, line: Sequence[Post], measure: Measure
    ) -> tuple[Self, tuple[Escalation, ...]]:
        """Up as often as is due: safe to ask at any time, any number of times. `line` is never empty."""
        deadline, steps = self.under(owed, measure), tuple[Escalation, ...]()
        while deadline.escalates_at is not None and now >= deadline.escalates_at:
            level, due_at = deadline.level + 1, deadline.escalates_at
            post_id = post_at(level, line).id
            steps += (Escalation(level=level, post_id=post_id, due_at=due_at, escalated_at=now),)
            deadline = replace(
                deadline,
                level=level,
                level_post=post_id,
                escalates_at=owed.escalates_at(deadline.due_at, level + 1, deadline.started_at, measure),
            )
        return deadline, steps

    def late_by(self, now: datetime, measure: Measure) -> timedelta:
        """Working time beyond it; none before it."""
        return max(timedelta(0), measure.calendar.between(self.due_at, now))
