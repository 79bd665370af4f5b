"""What the clock does: moves a deadline with the calendar, takes the unanswered up."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from services.complaints import rules
from services.complaints.domain.clock import Measure
from services.complaints.domain.complaint import Complaint, Escalation, Facts, Status
from services.complaints.domain.line import Filled, in_charge, post_at
from services.complaints.domain.moves import Move, after
from shared.events.complaints import ComplaintDeadlineMoved, ComplaintEscalated
from shared.events.complaints_course import ComplaintDeadlineNear, ComplaintWentOn
from shared.events.directory import Post


def follow_calendar(complaint: Complaint, measure: Measure, now: datetime) -> tuple[Complaint, Facts]:
    """By a newer calendar, what had not passed when it was set moves: safe to ask any number of times."""
    before = complaint.round
    is_over = bool(complaint.escalations) and complaint.escalations[-1].escalated_at >= before.started_at
    fresh = before.under(measure, is_over=is_over)
    if not complaint.is_open or fresh == before:
        return complaint, []
    step, warning = measure.escalates_at(fresh, complaint.level + 1), fresh.warns_at(measure)
    moved = replace(
        complaint,
        rounds=(*complaint.rounds[:-1], fresh),
        warns_at=complaint.warns_at and warning and measure.moved(complaint.warns_at, warning),
        escalates_at=complaint.escalates_at and step and measure.moved(complaint.escalates_at, step),
        measured_by=measure.name,
    )
    told = ComplaintDeadlineMoved(
        **complaint.case,
        clause=rules.REPLY_TIME.clause,
        was_due_at=before.due_at,
        reply_due_at=fresh.due_at,
        calendar_version=fresh.calendar_version,
        moved_at=now,
    )
    return moved, [told] if fresh.due_at != before.due_at else []


def check_clock(
    complaint: Complaint, now: datetime, line: Sequence[Post], measure: Measure
) -> tuple[Complaint, Facts]:
    """Go on after a question and escalate as often as is due: safe to ask at any time, any number of times.

    `line` is the posts above the desk, lowest first, never empty (`escalation_line`).
    """
    until = complaint.waits_until_at
    facts: Facts = []
    if until is not None and now >= until:
        complaint, facts = go_on(complaint, until, measure)
    complaint, moved = follow_calendar(complaint, measure, now)
    facts += moved
    while complaint.is_open and complaint.escalates_at is not None and now >= complaint.escalates_at:
        level = complaint.level + 1
        post = post_at(level, line)
        escalation = Escalation(level=level, post_id=post.id, due_at=complaint.escalates_at, escalated_at=now)
        complaint = replace(
            complaint,
            level=level,
            level_post=post.id,
            warns_at=None,
            escalations=(*complaint.escalations, escalation),
            escalates_at=measure.escalates_at(complaint.round, level + 1),
        )
        facts.append(
            ComplaintEscalated(
                **complaint.case,
                clause=rules.LADDER.clause,
                level=level,
                post_id=post.id,
                due_at=escalation.due_at,
                escalated_at=now,
            )
        )
    return complaint, facts


def warn(
    complaint: Complaint, now: datetime, line: Sequence[Post], measure: Measure, is_filled: Filled
) -> tuple[Complaint, Facts]:
    """Tell whoever has it that the deadline is near, once in each round. Where it has passed, it goes up."""
    complaint, facts = check_clock(complaint, now, line, measure)
    if not complaint.is_open or complaint.warns_at is None or now < complaint.warns_at:
        return complaint, facts
    warned = replace(
        complaint,
        rounds=(*complaint.rounds[:-1], replace(complaint.round, warned_at=now)),
        warns_at=None,
    )
    if now >= complaint.round.due_at:
        return warned, facts
    near = ComplaintDeadlineNear(
        **complaint.case,
        clause=rules.NEAR.clause,
        post_id=in_charge((complaint.taken_by, complaint.level_post), line, is_filled),
        reply_due_at=complaint.round.due_at,
        warned_at=now,
    )
    return warned, [*facts, near]


def go_on(complaint: Complaint, at: datetime, measure: Measure) -> tuple[Complaint, Facts]:
    """The clock goes on from this instant; one that runs is left alone."""
    if complaint.status is not Status.WAITING:
        return complaint, []
    before, fresh = complaint.round, complaint.round.going_on(at, measure)
    running = replace(
        complaint,
        status=after(complaint, Move.GO_ON),
        rounds=(*complaint.rounds[:-1], fresh),
        warns_at=fresh.warns_at(measure) if at < fresh.due_at else None,
        escalates_at=measure.escalates_at(fresh, complaint.level + 1),
        measured_by=measure.name,
        waits_until_at=None,
    )
    went_on = ComplaintWentOn(
        **complaint.case,
        clause=rules.ASKED.clause,
        replied=fresh.questions[-1].reply is not None,
        was_due_at=before.due_at,
        reply_due_at=fresh.due_at,
        went_on_at=at,
    )
    return running, [went_on]
