"""Press cases come in, go to an office, and are followed up there."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from services.complaints import rules
from services.complaints.domain.clock import Measure
from services.complaints.domain.deadline import Deadline
from services.complaints.domain.press import (
    ANSWER_OWED,
    Clipping,
    PressCase,
    PressFacts,
    PressStatus,
    Sending,
)
from shared.calendar.jalali import local_day
from shared.events.complaints_press import (
    PressCaseEscalated,
    PressCaseMadeComplaint,
    PressCaseSeen,
    PressCaseSent,
    PressCaseUrged,
    PressDeadlineMoved,
    PressKind,
)
from shared.events.directory import Post
from shared.language import Text
from shared.rule import Invalid, Refused


def see(
    *,
    id_: str,
    agency_id: str,
    kind: PressKind,
    clipping: Clipping,
    unit_id: str | None,
    post: Post,
    head: Post | None,
    now: datetime,
    measure: Measure,
) -> tuple[PressCase, PressFacts]:
    """It was seen in a medium. What an office finds of itself is before its `head` at once (COUNTY-D1)."""
    if clipping.seen_on > local_day(now):
        raise Invalid("/seen_on", Text(fa="این روز هنوز نرسیده است.", en="That day has not come yet."))
    deadline = Deadline.begin(now, ANSWER_OWED, measure)
    case = PressCase(
        id=id_,
        agency_id=agency_id,
        kind=kind,
        clipping=clipping,
        unit_id=unit_id,
        found_by=post.id,
        entered_at=now,
        deadline=deadline,
    )
    seen = PressCaseSeen(
        **case.case,
        clause=rules.PRESS.clause,
        kind=kind,
        medium=clipping.medium,
        seen_on=clipping.seen_on,
        post_id=post.id,
        entered_at=now,
        answer_due_at=deadline.due_at,
    )
    if unit_id is None or unit_id != post.unit_id:
        return case, [seen]
    sent, facts = _put_before(case, unit_id, post, head, now, rules.PRESS_READ.clause)
    return sent, [seen, *facts]


def send(
    case: PressCase, unit_id: str, post: Post, head: Post | None, now: datetime
) -> tuple[PressCase, PressFacts]:
    """Headquarters sends it to an office or unit. The clock doesn't notice."""
    _must_be_unanswered(case)
    if case.status is PressStatus.DRAFTED:
        raise Refused(
            rules.PRESS_SENT,
            Text(
                fa="پیش‌نویسی در انتظار تأیید است؛ نخست آن را تأیید کنید یا بازگردانید.",
                en="A draft waits for approval; approve it or send it back first.",
            ),
        )
    if case.sendings and case.sendings[-1].unit_id == unit_id:
        return case, []
    return _put_before(case, unit_id, post, head, now, rules.PRESS_SENT.clause)


def urge(case: PressCase, post: Post, head: Post | None, now: datetime) -> tuple[PressCase, PressFacts]:
    """Headquarters follows it up where it lies: before whoever heads that office now."""
    _must_be_unanswered(case)
    if not case.is_with_office or case.deadline is None:
        raise Refused(
            rules.PRESS_SENT,
            Text(
                fa="این مورد هنوز به اداره‌ای فرستاده نشده است.", en="This case was not sent to an office yet."
            ),
        )
    last = replace(case.sendings[-1], to_post=head and head.id, urged_at=now)
    urged = PressCaseUrged(
        **case.case,
        clause=rules.PRESS_SENT.clause,
        post_id=post.id,
        to_post=last.to_post,
        urged_at=now,
        answer_due_at=case.deadline.due_at,
    )
    return replace(case, sendings=(*case.sendings[:-1], last)), [urged]


def make_complaint(
    case: PressCase, complaint_id: str, post: Post, now: datetime
) -> tuple[PressCase, PressFacts]:
    """Its citizen is known, and it goes on as their complaint. A second time is nothing new."""
    if case.complaint_id == complaint_id:
        return case, []
    may_become_complaint(case)
    made = replace(case, status=PressStatus.COMPLAINT, complaint_id=complaint_id, deadline=None)
    return made, [
        PressCaseMadeComplaint(**case.case, complaint_id=complaint_id, post_id=post.id, made_at=now)
    ]


def may_become_complaint(case: PressCase) -> None:
    """Refuses what isn't a complaint, or is answered in public already."""
    if case.kind is not PressKind.COMPLAINT:
        raise Refused(
            rules.PRESS,
            Text(
                fa="تنها شکوائیه‌ها می‌توانند شکایت شوند؛ این مورد در رسانه پاسخ می‌گیرد.",
                en="Only what is a complaint can become one; this case is answered in public.",
            ),
        )
    _must_be_unanswered(case)


def follow_calendar(case: PressCase, measure: Measure, now: datetime) -> tuple[PressCase, PressFacts]:
    """By a newer calendar, what had not passed when it was set moves: safe to ask any number of times."""
    before = case.deadline
    if before is None or (fresh := before.under(case.owed, measure)) == before:
        return case, []
    told = PressDeadlineMoved(
        **case.case,
        clause=case.owed.within.clause,
        was_due_at=before.due_at,
        due_at=fresh.due_at,
        moved_at=now,
    )
    return replace(case, deadline=fresh), [told] if fresh.due_at != before.due_at else []


def check_clock(
    case: PressCase, now: datetime, line: Sequence[Post], measure: Measure
) -> tuple[PressCase, PressFacts]:
    """Up as often as is due: safe to ask at any time, any number of times."""
    case, facts = follow_calendar(case, measure, now)
    if case.deadline is None:
        return case, facts
    deadline, steps = case.deadline.checked(now, case.owed, line, measure)
    told = [
        PressCaseEscalated(
            **case.case,
            clause=case.owed.ladder.clause,
            level=step.level,
            post_id=step.post_id,
            due_at=step.due_at,
            escalated_at=now,
        )
        for step in steps
    ]
    return replace(case, deadline=deadline, escalations=(*case.escalations, *steps)), [*facts, *told]


def _put_before(
    case: PressCase, unit_id: str, post: Post, head: Post | None, now: datetime, clause: str
) -> tuple[PressCase, PressFacts]:
    sending = Sending(unit_id=unit_id, by_post=post.id, to_post=head and head.id, at=now)
    sent = replace(case, status=PressStatus.SENT, unit_id=unit_id, sendings=(*case.sendings, sending))
    due_at = case.deadline.due_at if case.deadline else now
    told = PressCaseSent(
        **sent.case,
        clause=clause,
        post_id=post.id,
        to_post=sending.to_post,
        sent_at=now,
        answer_due_at=due_at,
    )
    return sent, [told]


def _must_be_unanswered(case: PressCase) -> None:
    if not case.is_unanswered:
        raise Refused(
            rules.PRESS,
            Text(
                fa="پاسخ این مورد تأیید شده یا کار آن پایان یافته است.",
                en="This case's answer is approved, or it is over.",
            ),
        )
