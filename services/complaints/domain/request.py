"""What a citizen wanted by SMS, once it is done or refused: so it is never done again."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Self

from services.complaints import rules
from services.complaints.domain.complaint import Complaint, Facts, Status
from shared.events.complaints_requests import RequestDone, RequestEvent, RequestRefused
from shared.language import Text
from shared.rule import Refused

Decide = Callable[[Complaint], tuple[Complaint, Facts]]
AS_STORED = timedelta(milliseconds=1)
"""So exact is a time in the database; on the bus it may be finer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One that came: on which case it had its effect, or None where it was refused."""

    id: str
    agency_id: str
    kind: str
    complaint_id: str | None
    at: datetime

    @classmethod
    def done(
        cls, *, id_: str, agency_id: str, kind: str, complaint_id: str, now: datetime
    ) -> tuple[Self, list[RequestEvent]]:
        """It had its effect."""
        request = cls(id=id_, agency_id=agency_id, kind=kind, complaint_id=complaint_id, at=now)
        return request, [
            RequestDone(
                agency_id=agency_id,
                clause=rules.PROCESS.clause,
                kind=kind,
                complaint_id=complaint_id,
                done_at=now,
            )
        ]

    @classmethod
    def refused(
        cls, *, id_: str, agency_id: str, kind: str, clause: str | None, now: datetime
    ) -> tuple[Self, list[RequestEvent]]:
        """It had none, and never will."""
        request = cls(id=id_, agency_id=agency_id, kind=kind, complaint_id=None, at=now)
        return request, [RequestRefused(agency_id=agency_id, clause=clause, kind=kind, refused_at=now)]


def once(request_id: str, decide: Decide) -> Decide:
    """The same decision, and nothing where this request had its effect on the complaint already."""

    def decided(complaint: Complaint) -> tuple[Complaint, Facts]:
        if request_id in complaint.heard:
            return complaint, []
        after, facts = decide(complaint)
        if after == complaint:
            return complaint, []
        return replace(after, heard=(*after.heard, request_id)), facts

    return decided


def must_be_the_answer_meant(complaint: Complaint, answered_at: datetime | None) -> None:
    """A verdict is on one answer: none on a later one, and none on what is closed already."""
    last = complaint.round.answered_at
    is_meant = answered_at is None or (last is not None and abs(last - answered_at) < AS_STORED)
    if complaint.status is Status.CLOSED or not is_meant:
        raise Refused(
            rules.VERDICT,
            Text(fa="این پاسخ پیش‌تر نظر گرفته است.", en="A verdict on that answer was given already."),
        )


def more_words(complaint: Complaint, text: str) -> tuple[Complaint, Facts]:
    """What was sent in parts is one complaint: its words are those of the parts so far, while it is new."""
    grows = text.startswith(complaint.text) and complaint.status is Status.FILED and complaint.has_words
    return (replace(complaint, text=text) if grows else complaint), []
