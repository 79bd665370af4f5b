"""What notifications knows of a complaint by itself: drawn from its events, in their order."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from shared.events.complaints import (
    ComplaintAnswered,
    ComplaintClosed,
    ComplaintDeadlineMoved,
    ComplaintEscalated,
    ComplaintEvent,
    ComplaintFiled,
    ComplaintReopened,
    ComplaintTaken,
)
from shared.events.complaints_course import (
    ComplaintAssigned,
    ComplaintCitizenAsked,
    ComplaintCitizenReplied,
    ComplaintGivenBack,
    ComplaintPointedElsewhere,
    ComplaintRouted,
    ComplaintTakenOver,
    ComplaintTransferred,
    ComplaintWentOn,
    ComplaintWithdrawn,
)
from shared.events.event import Event

Document = dict[str, Any]


class Standing(StrEnum):
    """Where a case stands, as its citizen is told."""

    FILED = "filed"
    TAKEN = "taken"
    WAITING = "waiting"
    ESCALATED = "escalated"
    ANSWERED = "answered"
    OUTSIDE = "outside"
    REOPENED = "reopened"
    WITHDRAWN = "withdrawn"
    CLOSED = "closed"
    HANDED_OVER = "handed-over"


ASKED_FOR_A_VERDICT = frozenset({Standing.ANSWERED, Standing.OUTSIDE})


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownCase:
    """A case and whose it is. `question` says that something the citizen was asked has no reply yet."""

    id: str
    agency_id: str
    tracking_code: str
    contact_id: str | None
    standing: Standing
    level: int = 0
    due_at: datetime | None = None
    reply_by_at: datetime | None = None
    rate_by_at: datetime | None = None
    answered_at: datetime | None = None
    question: bool = False

    @property
    def answer_due_at(self) -> datetime | None:
        """Until when the agency owes an answer; None where it owes none, or was late already."""
        owes = {Standing.FILED, Standing.TAKEN, Standing.REOPENED}
        return self.due_at if self.standing in owes else None

    @property
    def waits_until(self) -> datetime | None:
        """Until when the citizen's reply is waited for; None where none is."""
        return self.reply_by_at if self.standing is Standing.WAITING else None

    @property
    def rated_until(self) -> datetime | None:
        """Until when a verdict is waited for; None where none is."""
        return self.rate_by_at if self.standing in ASKED_FOR_A_VERDICT else None

    def may_be_rated(self, now: datetime) -> bool:
        """Whether its citizen was asked for a verdict and may still give one."""
        return self.rated_until is not None and now < self.rated_until


CHANGES: Mapping[type[Event], Callable[[Any], Document]] = {
    ComplaintFiled: lambda event: {"standing": Standing.FILED, "due_at": event.reply_due_at},
    ComplaintTaken: lambda _: {"standing": Standing.TAKEN},
    ComplaintAssigned: lambda _: {"standing": Standing.TAKEN},
    ComplaintGivenBack: lambda _: {"standing": Standing.FILED},
    ComplaintRouted: lambda event: {
        "standing": Standing.WAITING if event.waits_for_citizen else Standing.FILED,
        "due_at": event.reply_due_at,
    },
    ComplaintCitizenAsked: lambda event: {
        "standing": Standing.WAITING,
        "reply_by_at": event.reply_by_at,
        "question": True,
    },
    ComplaintCitizenReplied: lambda _: {"question": False},
    ComplaintWentOn: lambda event: {"standing": Standing.TAKEN, "due_at": event.reply_due_at},
    ComplaintEscalated: lambda event: {"standing": Standing.ESCALATED, "level": event.level},
    ComplaintDeadlineMoved: lambda event: {"due_at": event.reply_due_at},
    ComplaintAnswered: lambda event: {"standing": Standing.ANSWERED, **_verdict(event)},
    ComplaintPointedElsewhere: lambda event: {"standing": Standing.OUTSIDE, **_verdict(event)},
    ComplaintReopened: lambda event: {
        "standing": Standing.REOPENED,
        "level": event.level,
        "due_at": event.reply_due_at,
        "rate_by_at": None,
    },
    ComplaintWithdrawn: lambda _: {"standing": Standing.WITHDRAWN, "question": False},
    ComplaintClosed: lambda _: {"standing": Standing.CLOSED, "rate_by_at": None},
    ComplaintTransferred: lambda _: {"standing": Standing.HANDED_OVER, "question": False},
    ComplaintTakenOver: lambda event: {
        "standing": Standing.ESCALATED if event.level else Standing.FILED,
        "level": event.level,
        "due_at": event.reply_due_at,
    },
}
"""What each event changes of what is known."""


def where_they_are(cases: Sequence[KnownCase]) -> Sequence[KnownCase]:
    """One for each code: of a case that was handed over that of the agency that has it now."""
    in_turn = sorted(cases, key=lambda case: case.standing is not Standing.HANDED_OVER)
    return list({case.tracking_code: case for case in in_turn}.values())


def _verdict(event: ComplaintAnswered | ComplaintPointedElsewhere) -> Document:
    return {"rate_by_at": event.rate_by_at, "answered_at": event.answered_at, "question": False}


def fold(state: Document, event: Event | None) -> Document:
    """What is known after one more event; as it was for one that says nothing of a case."""
    if not isinstance(event, ComplaintEvent):
        return state
    changed = CHANGES.get(type(event), lambda _: {})(event)
    whose = {
        "agency_id": event.agency_id,
        "tracking_code": event.tracking_code,
        "contact_id": event.contact_id,
    }
    return {**state, **whose, **{name: _plain(value) for name, value in changed.items()}}


def _plain(value: Any) -> Any:  # noqa: ANN401 - a value of an event
    return value.value if isinstance(value, Standing) else value
