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
from shared.rule import Invalid, Refused


def rate(
    complaint: Complaint,
    *,
    satisfied: bool,
    reason: str | None,
    score: int | None = None,
    now: datetime,
    line: Sequence[Post],
    measure: Measure,
) -> tuple[Complaint, Facts]:
    """The citizen's verdict: it closes, or opens one level higher. The same said twice is nothing new.

    At each level it is opened once. Where no higher one is left it closes as what it is: not satisfied.
    """
    if complaint.status is Status.CLOSED and complaint.satisfied is satisfied:
        return complaint, []
    level = level_above(complaint, line)
    move = Move.NOT_SATISFIED if level is not None else Move.STILL_NOT_SATISFIED
    status = after(complaint, Move.SATISFIED if satisfied else move)
    if complaint.rate_by_at is None or now >= complaint.rate_by_at:
        raise Refused(
            rules.VERDICT,
            Text(
                fa="مهلت اعلام رضایت یا نارضایتی از پاسخ این شکایت گذشته است.",
                en="The time for a verdict on the answer to this complaint is over.",
            ),
        )
    if satisfied or level is None:
        return _close(complaint, now, satisfied=satisfied, reason=reason, score=score)
    post = post_at(level, line)
    fresh = Round.begin(now, measure, opened_to=post.id)
    reopened = replace(
        complaint,
        status=status,
        taken_by=post.id,
        rounds=(*complaint.rounds, fresh),
        level=level,
        level_post=post.id,
        warns_at=fresh.warns_at(measure),
        escalates_at=measure.escalates_at(fresh, level + 1),
        measured_by=measure.name,
        rate_by_at=None,
        satisfied=False,
        score=score,
        reason=reason,
    )
    return reopened, [
        ComplaintReopened(
            **complaint.case,
            clause=rules.VERDICT.clause,
            level=level,
            post_id=post.id,
            score=score,
            reopened_at=now,
            reply_due_at=fresh.due_at,
        )
    ]


def must_agree(score: int, *, satisfied: bool, least: int) -> None:
    """Raises Invalid for a digit that says something else than the word beside it: which is meant?"""
    if (score >= least) is not satisfied:
        raise Invalid(
            "/score",
            Text(
                fa=f"از {least} به بالا یعنی راضی؛ رقم شما با آنچه گفته‌اید نمی‌خواند.",
                en=f"{least} and above means satisfied: the digit says something else than you did.",
            ),
        )


def level_above(complaint: Complaint, line: Sequence[Post]) -> int | None:
    """To which level an unhappy citizen opens it; None where the highest post has had it opened for them.

    What time alone took to the top is opened there once: the highest post has not answered yet.
    """
    had, top = {one.opened_to for one in complaint.rounds}, line[-1].id
    for level in range(complaint.level + 1, len(line) + 1):
        if line[level - 1].id not in had:
            return level
    if top in had:
        return None
    return complaint.level + (complaint.level_post != top)


def close_unrated(complaint: Complaint, now: datetime) -> tuple[Complaint, Facts]:
    """Closed as not rated when the time for a verdict is over. Safe to ask at any time."""
    is_over = complaint.rate_by_at is not None and now >= complaint.rate_by_at
    if not is_over or not may(complaint, Move.CLOSE_UNRATED):
        return complaint, []
    return _close(complaint, now, satisfied=None, reason=None)


def _close(
    complaint: Complaint,
    now: datetime,
    *,
    satisfied: bool | None,
    reason: str | None,
    score: int | None = None,
) -> tuple[Complaint, Facts]:
    closed = replace(
        complaint,
        status=Status.CLOSED,
        closed_at=now,
        satisfied=satisfied,
        score=score,
        reason=reason,
        rate_by_at=None,
    )
    return closed, [
        ComplaintClosed(
            **complaint.case,
            clause=rules.VERDICT.clause,
            closed_at=now,
            satisfied=satisfied,
            score=score,
            in_time=all(one.in_time for one in complaint.rounds),
            late_by_s=round(max(one.late_by for one in complaint.rounds).total_seconds()),
            level=complaint.level,
            rounds=len(complaint.rounds),
        )
    ]
