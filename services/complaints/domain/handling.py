"""What the desk does: takes it, answers it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from services.complaints import rules
from services.complaints.domain.clock import Measure
from services.complaints.domain.complaint import Case, Complaint, Facts
from services.complaints.domain.escalation import check_clock, go_on
from services.complaints.domain.moves import Move, after
from shared.calendar.jalali import local_day
from shared.events.complaints import ComplaintAnswered, ComplaintTaken
from shared.events.directory import Post


class Answered(Case):
    """What an event tells of an answer."""

    clause: str
    post_id: str
    answered_at: datetime
    in_time: bool
    late_by_s: int
    level: int
    rate_by_at: datetime


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
    complaint, facts, told = answered(complaint, Move.ANSWER, text, post, now, line, measure, upheld=upheld)
    return complaint, [*facts, ComplaintAnswered(**told)]


def answered(
    complaint: Complaint,
    move: Move,
    text: str,
    post: Post,
    now: datetime,
    line: Sequence[Post],
    measure: Measure,
    *,
    upheld: bool | None = None,
    pointed_to: str | None = None,
) -> tuple[Complaint, Facts, Answered]:
    """Its round ends with these words, and the citizen's verdict is waited for; what its event says."""
    status = after(complaint, move)
    complaint, facts = check_clock(complaint, now, line, measure)
    checked, went_on = go_on(complaint, now, measure)
    late_by = checked.round.overdue_at(now, measure)
    ended = replace(
        checked.round,
        answered_at=now,
        answered_by=post.id,
        answer=text,
        upheld=upheld,
        pointed_to=pointed_to,
        late_by=late_by,
    )
    rate_by_at = now + measure.figures.of(rules.VERDICT, local_day(now))
    complaint = replace(
        checked,
        status=status,
        rounds=(*checked.rounds[:-1], ended),
        warns_at=None,
        escalates_at=None,
        measured_by=None,
        rate_by_at=rate_by_at,
        draft=None,
    )
    told = Answered(
        **complaint.case,
        clause=rules.REPLY_TIME.clause,
        post_id=post.id,
        answered_at=now,
        in_time=ended.in_time,
        late_by_s=round(late_by.total_seconds()),
        level=complaint.level,
        rate_by_at=rate_by_at,
    )
    return complaint, [*facts, *went_on], told
