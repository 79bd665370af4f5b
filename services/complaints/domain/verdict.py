"""What the citizen says of the answer, or doesn't."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from services.complaints import rules
from services.complaints.domain.clock import Measure, Round
from services.complaints.domain.complaint import Complaint, Facts, Status
from services.complaints.domain.line import post_at
from services.complaints.domain.moves import Move, after, may
from shared.events.complaints import ComplaintClosed, ComplaintReopened
from shared.events.directory import Post
from shared.language import Text
from shared.rule import Refused


def rate(
    complaint: Complaint,
    *,
    satisfied: bool,
    reason: str | None,
    now: datetime,
    line: Sequence[Post],
    measure: Measure,
) -> tuple[Complaint, Facts]:
    """The citizen's verdict: it closes, or opens one level higher. The same said twice is nothing new."""
    if complaint.status is Status.CLOSED and complaint.satisfied is satisfied:
        return complaint, []
    status = after(complaint, Move.SATISFIED if satisfied else Move.NOT_SATISFIED)
    if complaint.rate_by_at is None or now >= complaint.rate_by_at:
        raise Refused(
            rules.VERDICT,
            Text(
                fa="مهلت اعلام رضایت یا نارضایتی از پاسخ این شکایت گذشته است.",
                en="The time for a verdict on the answer to this complaint is over.",
            ),
        )
    if satisfied:
        return _close(complaint, now, satisfied=True, reason=reason)
    level = complaint.level + 1
    post = post_at(level, line)
    fresh = Round.begin(now, measure)
    reopened = replace(
        complaint,
        status=status,
        taken_by=post.id,
        rounds=(*complaint.rounds, fresh),
        level=level,
        level_post=post.id,
        escalates_at=measure.escalates_at(fresh, level + 1),
        measured_by=measure.name,
        rate_by_at=None,
        satisfied=False,
        reason=reason,
    )
    return reopened, [
        ComplaintReopened(
            **complaint.case,
            clause=rules.VERDICT.clause,
            level=level,
            post_id=post.id,
            reopened_at=now,
            reply_due_at=fresh.due_at,
        )
    ]


def close_unrated(complaint: Complaint, now: datetime) -> tuple[Complaint, Facts]:
    """Closed as not rated when the time for a verdict is over. Safe to ask at any time."""
    is_over = complaint.rate_by_at is not None and now >= complaint.rate_by_at
    if not is_over or not may(complaint, Move.CLOSE_UNRATED):
        return complaint, []
    return _close(complaint, now, satisfied=None, reason=None)


def _close(
    complaint: Complaint, now: datetime, *, satisfied: bool | None, reason: str | None
) -> tuple[Complaint, Facts]:
    closed = replace(
        complaint,
        status=Status.CLOSED,
        closed_at=now,
        satisfied=satisfied,
        reason=reason,
        rate_by_at=None,
    )
    return closed, [
        ComplaintClosed(
            **complaint.case,
            clause=rules.VERDICT.clause,
            closed_at=now,
            satisfied=satisfied,
            in_time=all(one.in_time for one in complaint.rounds),
            late_by_s=round(max(one.late_by for one in complaint.rounds).total_seconds()),
            level=complaint.level,
            rounds=len(complaint.rounds),
        )
    ]
