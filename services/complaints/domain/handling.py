"""What the desk does: takes it, answers it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from services.complaints import rules
from services.complaints.domain.clock import Measure
from services.complaints.domain.complaint import Complaint, Facts, Status
from services.complaints.domain.escalation import check_clock
from shared.calendar.jalali import local_day
from shared.events.complaints import ComplaintAnswered, ComplaintTaken
from shared.events.directory import Post
from shared.language import Text
from shared.rule import Refused


def take(complaint: Complaint, post: Post, now: datetime) -> tuple[Complaint, Facts]:
    """A case officer has it from now on. The clock doesn't notice."""
    _must_be_open(complaint)
    if complaint.taken_by == post.id:
        return complaint, []
    taken = replace(complaint, status=Status.TAKEN, taken_by=post.id)
    return taken, [
        ComplaintTaken(
            **complaint.case,
            post_id=post.id,
            taken_at=now,
        )
    ]


def answer(
    complaint: Complaint, text: str, post: Post, now: datetime, line: Sequence[Post], measure: Measure
) -> tuple[Complaint, Facts]:
    """Answer it. A late answer escalates first, whether or not a sweep has come by."""
    _must_be_open(complaint)
    checked, facts = check_clock(complaint, now, line, measure)
    late_by = max(timedelta(0), measure.calendar.between(checked.round.due_at, now))
    answered = replace(checked.round, answered_at=now, answered_by=post.id, answer=text, late_by=late_by)
    rate_by_at = now + measure.figures.of(rules.VERDICT, local_day(now))
    complaint = replace(
        checked,
        status=Status.ANSWERED,
        rounds=(*checked.rounds[:-1], answered),
        escalates_at=None,
        measured_by=None,
        rate_by_at=rate_by_at,
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


def _must_be_open(complaint: Complaint) -> None:
    if not complaint.is_open:
        raise Refused(
            rules.PROCESS,
            Text(
                fa="این شکایت پاسخ گرفته یا بسته شده است.",
                en="This complaint is answered or closed already.",
            ),
        )
