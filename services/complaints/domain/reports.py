"""What the public is told over Open311: where a complaint stands, and nothing that anybody wrote."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.complaints.domain.complaint import ENDED, Complaint, Status
from shared.language import Text

OPEN, CLOSED = "open", "closed"
MOVES: Mapping[str, tuple[str, Text]] = {
    "ComplaintTaken": (
        "investigating",
        Text(fa="کارشناسی رسیدگی را بر عهده گرفت.", en="A case officer took it."),
    ),
    "ComplaintEscalated": (
        "internal_referral",
        Text(fa="در مهلت پاسخ داده نشد و به سطح بالاتر رفت.", en="Not answered in time: it went up a level."),
    ),
    "ComplaintAnswered": (
        "in_progress",
        Text(
            fa="پاسخ داده شد؛ پاسخ را با کد پیگیری و شمارهٔ همراه ببینید و رضایت خود را بگویید.",
            en="It was answered: read the answer with code and mobile, and say if it satisfies.",
        ),
    ),
    "ComplaintPointedElsewhere": (
        "not_councils_responsibility",
        Text(
            fa="بیرون از موارد است؛ جای درست آن را با کد پیگیری و شمارهٔ همراه ببینید.",
            en="It lies outside the grounds: read with code and mobile where it belongs.",
        ),
    ),
    "ComplaintTransferred": (
        "internal_referral",
        Text(
            fa="به دستگاه دیگری سپرده شد و مهلت آن همان است.",
            en="Handed over to another agency; same deadline.",
        ),
    ),
    "ComplaintTakenOver": (
        OPEN,
        Text(fa="از دستگاه دیگری رسید و مهلت آن همان است.", en="Came from another agency; same deadline."),
    ),
    "ComplaintWithdrawn": (CLOSED, Text(fa="شهروند آن را پس گرفت.", en="Its citizen took it back.")),
    "ComplaintReopened": (
        OPEN,
        Text(fa="شهروند راضی نبود و دوباره باز شد.", en="The citizen was not satisfied; it is open again."),
    ),
    "ComplaintClosed": (CLOSED, Text(fa="بسته شد.", en="It was closed.")),
}
_OVER = ENDED - {Status.TRANSFERRED}
STATUSES: Mapping[str, frozenset[Status]] = {CLOSED: _OVER, OPEN: frozenset(Status) - _OVER}
"""What was handed over goes on elsewhere: it is open."""
FIXED = ("fixed", Text(fa="شهروند راضی بود و بسته شد.", en="The citizen was satisfied; it was closed."))
"""Of mySociety's statuses. Only its citizen's word makes a complaint fixed; unrated it is just closed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reported:
    """Which reports of an agency: by ids, services, status and when they came; from a place in the list."""

    agency_id: str
    since: datetime
    until: datetime
    ids: Sequence[str] = ()
    service_codes: Sequence[str] = ()
    statuses: frozenset[Status] = frozenset(Status)
    skip: int = 0
    limit: int = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Update:
    """One thing that became of a complaint."""

    id: str
    complaint_id: str
    status: str
    at: datetime
    says: Text


def status_of(complaint: Complaint) -> str:
    """Open until its citizen closed it or took it back, or the time for their verdict closed it."""
    return CLOSED if complaint.status in STATUSES[CLOSED] else OPEN


def changed_at(complaint: Complaint) -> datetime:
    """When anything last became of it that is told."""
    answered = [one.answered_at for one in complaint.rounds if one.answered_at]
    escalated = [one.escalated_at for one in complaint.escalations]
    began = [one.started_at for one in complaint.rounds]
    return max([*began, *answered, *escalated, complaint.closed_at or complaint.filed_at])


def updates_of(complaint_id: str, history: Sequence[Mapping[str, Any]]) -> Iterator[Update]:
    """What became of it, oldest first, by the events in its history: they hold nobody's words."""
    for entry in history:
        for event in entry["events"]:
            name = event["type"].split(".")[3]
            if name not in MOVES:
                continue
            satisfied = name == "ComplaintClosed" and event["data"].get("satisfied") is True
            status, says = FIXED if satisfied else MOVES[name]
            yield Update(
                id=f"{complaint_id}-{event['sequence']}",
                complaint_id=complaint_id,
                status=status,
                at=entry["at"],
                says=says,
            )
