"""What events tell of one complaint, item or meeting: kept as it stands, never counted up.

A fact lies in the quarter of its source's own time, however late its events come.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Self

from shared.calendar.jalali import JalaliQuarter
from shared.events.complaints import (
    ComplaintAnswered,
    ComplaintClosed,
    ComplaintDeadlineMoved,
    ComplaintEscalated,
    ComplaintFiled,
    ComplaintLinked,
    ComplaintReopened,
    ComplaintUnlinked,
)
from shared.events.complaints_course import (
    ComplaintCitizenAsked,
    ComplaintPointedElsewhere,
    ComplaintSorted,
    ComplaintTakenOver,
    ComplaintTransferred,
    ComplaintWentOn,
    ComplaintWithdrawn,
)
from shared.events.content import ContentPublished
from shared.events.event import Event
from shared.events.meetings import (
    DecisionsOverdue,
    DecisionsSent,
    MeetingConvened,
    MeetingHeld,
    MeetingLapsed,
    MeetingMoved,
    MeetingNotOfficial,
)


class Source(StrEnum):
    """Whose events a fact is drawn from."""

    COMPLAINTS = "complaints"
    CONTENT = "content"
    MEETINGS = "meetings"


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One complaint. Without a quarter while the event that it was filed has not come."""

    quarters: tuple[str, ...] = ()
    ground: str = ""
    due_at: datetime | None = None
    """Of the round that runs; None while nobody owes an answer."""
    asked_at: datetime | None = None
    """Since when the citizen is asked something: meanwhile no deadline passes."""
    late: bool = False
    escalated: bool = False
    reopened: bool = False
    outside: bool = False
    """Answered last that it lies outside the grounds."""
    withdrawn: bool = False
    repeat: bool = False
    """Of an earlier one, with which it is one matter: counted there."""
    taken_over: bool = False
    """It came from another agency; it lies in the quarter in which its citizen filed it there."""
    late_before: bool = False
    """Its deadline had passed when it came."""
    handed_over: bool = False
    """It went to another agency, and is counted as received there."""
    satisfied: bool | None = None
    """The citizen's last word: silence after a reopening takes no dissatisfaction back."""

    def told(self, event: Event) -> Self:
        """After one more event; the same for one that tells nothing of it."""
        match event:
            case ComplaintFiled():
                quarter = str(JalaliQuarter.at(event.filed_at))
                return replace(self, quarters=(quarter,), ground=event.ground, due_at=event.reply_due_at)
            case ComplaintEscalated():
                return replace(self, escalated=True)
            case ComplaintAnswered() | ComplaintPointedElsewhere():
                outside = isinstance(event, ComplaintPointedElsewhere)
                return replace(self, due_at=None, late=self.late or not event.in_time, outside=outside)
            case ComplaintWithdrawn():
                return replace(self, due_at=None, late=not event.in_time, withdrawn=True)
            case ComplaintReopened():
                return replace(self, due_at=event.reply_due_at, reopened=True, satisfied=False, outside=False)
            case ComplaintLinked() | ComplaintUnlinked():
                return replace(self, repeat=isinstance(event, ComplaintLinked))
            case ComplaintClosed():
                satisfied = self.satisfied if event.satisfied is None else event.satisfied
                return replace(self, due_at=None, late=not event.in_time, satisfied=satisfied)
            case _:
                return self._course_told(event)

    def _course_told(self, event: Event) -> Self:
        match event:
            case ComplaintTakenOver():
                quarter, due_at = str(JalaliQuarter.at(event.filed_at)), event.reply_due_at
                late = due_at <= event.transferred_at
                came = replace(self, quarters=(quarter,), ground=event.ground, due_at=due_at)
                return replace(came, taken_over=True, late_before=late)
            case ComplaintSorted():
                return replace(self, ground=event.ground)
            case ComplaintTransferred():
                return replace(self, due_at=None, late=not event.in_time, handed_over=True)
            case ComplaintDeadlineMoved():
                return replace(self, due_at=event.reply_due_at)
            case ComplaintCitizenAsked():
                return replace(self, asked_at=event.asked_at)
            case ComplaintWentOn():
                return replace(self, asked_at=None, due_at=event.reply_due_at)
            case _:
                return self

    def is_late(self, as_of: datetime) -> bool:
        """Answered late in some round, or unanswered at its deadline: whether or not it was escalated."""
        until = as_of if self.asked_at is None else min(as_of, self.asked_at)
        return self.late or (self.due_at is not None and self.due_at <= until)

    def is_in_time(self) -> bool:
        """Every round so far answered before its deadline, and none runs or was taken back unanswered."""
        return self.due_at is None and not self.late and not self.withdrawn


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One item of the site, in every quarter in which a revision of it was published."""

    quarters: tuple[str, ...] = ()

    def told(self, event: Event) -> Self:
        """After one more event; the same for one that tells nothing of it."""
        if not isinstance(event, ContentPublished):
            return self
        quarter = str(JalaliQuarter.at(event.published_at))
        return self if quarter in self.quarters else replace(self, quarters=(*self.quarters, quarter))


@dataclass(frozen=True, slots=True, kw_only=True)
class Meeting:
    """One meeting of a committee, in the quarter of its time. `official` is None until its time is over."""

    quarters: tuple[str, ...] = ()
    official: bool | None = None
    send_by_at: datetime | None = None
    """When its decisions must have been sent; None where it adopted none."""
    sent_in_time: bool | None = None

    def told(self, event: Event) -> Self:
        """After one more event; the same for one that tells nothing of it."""
        match event:
            case MeetingConvened() | MeetingMoved():
                return replace(self, quarters=(str(JalaliQuarter.at(event.starts_at)),))
            case MeetingHeld():
                return replace(self, official=True, send_by_at=event.send_by_at)
            case MeetingNotOfficial():
                return replace(self, official=False)
            case MeetingLapsed():
                return replace(self, quarters=(str(JalaliQuarter.at(event.starts_at)),), official=False)
            case DecisionsSent():
                return replace(self, sent_in_time=event.in_time)
            case DecisionsOverdue():
                return replace(self, sent_in_time=False)
            case _:
                return self

    def is_sent_late(self, as_of: datetime) -> bool:
        """Sent late, or not sent at the deadline: whether or not that was noticed."""
        if self.sent_in_time is not None:
            return not self.sent_in_time
        return self.send_by_at is not None and self.send_by_at <= as_of


Fact = Case | Item | Meeting
KINDS: dict[Source, type[Fact]] = {
    Source.COMPLAINTS: Case,
    Source.CONTENT: Item,
    Source.MEETINGS: Meeting,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A fact with its source's id, and how many gaps its events have."""

    id: str
    source: Source
    gaps: int
    fact: Fact
