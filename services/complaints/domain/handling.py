"""What the desk does: takes it, answers it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from services.complaints import rules
from services.complaints.domain.clock import Measure
from services.complaints.domain.complaint import Complaint, Facts
from services.complaints.domain.escalation import check_clock, go_on
from services.complaints.domain.moves import Move, after
from shared.calendar.jalali import local_day
from shared.events.complaints import ComplaintAnswered, ComplaintTaken
from shared.events.directory import Post


def take(complaint: Complaint, post: Post, now: datetime) -> tuple[Complaint, Facts]:
    """A case officer has it from now on. The clock doesn't notice."""
    status = after(complaint, Move.TAKE)
    if complaint.taken_by == post.id:
        return complaint, []
    taken = replace(complaint, status=status, taken_by=post.id)
    return taken, [
        ComplaintTaken(
            **complaint.case,
            post_id=post.id,
            taken_at=now,
        )
    ]


def answer(
    complaint: Complaint,
    text: str,
    post: Post,
    now: datetime,
    line: Sequence[Post],
    measure: Measure,
    *,
    upheld: bool | None = None,
) -> tuple[Complaint, Facts]:
    """Answer it, and say if it was right. A late answer escalates first, swept or not."""
    status = after(complaint, Move.ANSWER)
    complaint, facts = check_clock(complaint, now, line, measure)
    checked, went_on = go_on(complaint, now, measure)
    facts += went_on
    late_by = checked.round.overdue_at(now, measure)
    answered = replace(
        checked.round, answered_at=now, answered_by=post.id, answer=text, upheld=upheld, late_by=late_by
    )
    rate_by_at = now + measure.figures.of(rules.VERDICT, local_day(now))
    complaint = replace(
        checked,
        status=status,
        rounds=(*checked.rounds[:-1], answered),
        escalates_at=None,
        measured_by=None,
        rate_by_at=rate_by_at,
        draft=None,
    )
    facts.append(
        ComplaintAnswered(
            **complaint.case,
            clause=rules.REPLY_TIME.clause,
            post_id=post.id,
            answered_at=now,
            in_time=answered.in_time,
            late_by_s=round(late_by.total_seconds()),
            level=complaint.level,
            rate_by_at=rate_by_at,
        )
    )
    return complaint, facts
