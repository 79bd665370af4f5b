"""How a complaint was handled: as it was frozen step by step, and once more out of its events alone."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Self

from services.complaints.domain.complaint import Complaint, Status
from shared.events.complaints import (
    ComplaintAnswered,
    ComplaintClosed,
    ComplaintDeadlineMoved,
    ComplaintEscalated,
    ComplaintFiled,
    ComplaintReopened,
)
from shared.events.complaints_course import (
    ComplaintPointedElsewhere,
    ComplaintRouted,
    ComplaintTakenOver,
    ComplaintTransferred,
    ComplaintWentOn,
)
from shared.events.event import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class Reckoned:
    """In time in each round, late by the worst of them in working time, to which level, with which verdict.

    `in_time` is None while an answer is owed.
    """

    in_time: bool | None
    late_by: timedelta
    level: int
    rounds: int
    satisfied: bool | None

    @classmethod
    def frozen(cls, complaint: Complaint) -> Self:
        """As its rounds say, each from the moment of its answer on."""
        if complaint.onward is not None:
            return cls(
                in_time=complaint.onward.in_time,
                late_by=_in_seconds(complaint.onward.late_by),
                level=complaint.level,
                rounds=len(complaint.rounds),
                satisfied=None,
            )
        answered = [one for one in complaint.rounds if one.answered_at is not None]
        owed = len(answered) < len(complaint.rounds)
        return cls(
            in_time=None if owed else all(one.in_time for one in answered),
            late_by=_in_seconds(max((one.late_by for one in answered), default=timedelta(0))),
            level=complaint.level,
            rounds=len(complaint.rounds),
            satisfied=complaint.satisfied if complaint.status is Status.CLOSED else None,
        )

    @classmethod
    def rebuilt(cls, events: Iterable[Event]) -> Self:
        """From what was told, oldest first: each answer is held against the deadline told before it."""
        course = _Course()
        for event in events:
            course.tell(event)
        return cls(
            in_time=None if course.due_at is not None else all(course.in_time),
            late_by=max(course.late_by, default=timedelta(0)),
            level=course.level,
            rounds=course.rounds,
            satisfied=course.satisfied,
        )


def _in_seconds(span: timedelta) -> timedelta:
    """As events tell it."""
    return timedelta(seconds=round(span.total_seconds()))


@dataclass(slots=True, kw_only=True)
class _Course:
    due_at: datetime | None = None
    in_time: list[bool] = field(default_factory=list[bool])
    late_by: list[timedelta] = field(default_factory=list[timedelta])
    level: int = 0
    rounds: int = 0
    satisfied: bool | None = None

    def tell(self, event: Event) -> None:
        match event:
            case ComplaintFiled() | ComplaintReopened() | ComplaintTakenOver():
                self.due_at, self.rounds = event.reply_due_at, self.rounds + 1
                self.level = 0 if isinstance(event, ComplaintFiled) else event.level
            case ComplaintDeadlineMoved() | ComplaintWentOn() | ComplaintRouted():
                self.due_at = event.reply_due_at
            case ComplaintEscalated():
                self.level = event.level
            case ComplaintAnswered() | ComplaintPointedElsewhere():
                self.in_time.append(self.due_at is not None and event.answered_at < self.due_at)
                self.late_by.append(timedelta(seconds=event.late_by_s))
                self.due_at = None
            case ComplaintTransferred():
                self.in_time.append(self.due_at is not None and event.transferred_at < self.due_at)
                self.late_by.append(timedelta(seconds=event.late_by_s))
                self.due_at = None
            case ComplaintClosed():
                self.satisfied = event.satisfied
            case _:
                pass
