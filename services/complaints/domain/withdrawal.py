"""The citizen takes it back."""

from dataclasses import replace
from datetime import datetime

from services.complaints import rules
from services.complaints.domain.clock import Measure
from services.complaints.domain.complaint import Complaint, Facts, Status
from services.complaints.domain.escalation import check_clock, go_on
from services.complaints.domain.line import Lines
from services.complaints.domain.moves import Move, after
from shared.events.complaints_course import ComplaintWithdrawn


def withdraw(
    complaint: Complaint, reason: str | None, now: datetime, lines: Lines, measure: Measure
) -> tuple[Complaint, Facts]:
    """Nobody owes an answer any more. What was late until then stays late, swept or not."""
    if complaint.status is Status.WITHDRAWN:
        return complaint, []
    status = after(complaint, Move.WITHDRAW)
    checked, facts = check_clock(complaint, now, lines(complaint.unit_id), measure)
    stopped, _ = go_on(checked, now, measure)
    last = stopped.round
    earlier = stopped.rounds[:-1]
    event = ComplaintWithdrawn(
        **complaint.case,
        clause=rules.PROCESS.clause,
        withdrawn_at=now,
        in_time=now < last.due_at and all(one.in_time for one in earlier),
        late_by_s=round(
            max([last.overdue_at(now, measure), *(one.late_by for one in earlier)]).total_seconds()
        ),
        level=stopped.level,
        rounds=len(stopped.rounds),
    )
    withdrawn = replace(
        stopped,
        status=status,
        warns_at=None,
        escalates_at=None,
        measured_by=None,
        reason=reason or stopped.reason,
        closed_at=now,
        draft=None,
    )
    return withdrawn, [*facts, event]
