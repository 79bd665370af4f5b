"""Which move leads from where to where, and who may make it: one table, drawn in `docs/complaints.md`.

Whatever changes where a complaint stands asks `after`; nothing else says what is allowed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from services.complaints import access, rules
from services.complaints.domain.complaint import Complaint, Status
from shared.access.who import May
from shared.language import Text
from shared.rule import Refused, Rule

CLOCK = May(name="complaints.clock", says=Text(fa="ساعت سامانه", en="The clock"))
"""Nobody's: what time itself does."""
UNANSWERED = frozenset({Status.FILED, Status.TAKEN})
WAITING = frozenset({Status.WAITING})
ANSWERED = frozenset({Status.ANSWERED, Status.OUTSIDE})
STATUS_SAYS: Mapping[Status, Text] = {
    Status.FILED: Text(fa="ثبت‌شده", en="filed"),
    Status.TAKEN: Text(fa="در دست رسیدگی", en="taken"),
    Status.WAITING: Text(fa="در انتظار پاسخ شهروند", en="waiting for the citizen"),
    Status.ANSWERED: Text(fa="پاسخ‌داده‌شده", en="answered"),
    Status.OUTSIDE: Text(fa="راهنمایی‌شده به جای درست", en="pointed to the right door"),
    Status.CLOSED: Text(fa="بسته‌شده", en="closed"),
    Status.WITHDRAWN: Text(fa="پس‌گرفته‌شده", en="withdrawn"),
    Status.TRANSFERRED: Text(fa="سپرده‌شده به دستگاه دیگر", en="handed over to another agency"),
}


class Move(StrEnum):
    """What can happen to a complaint after it was filed."""

    TAKE = "take"
    ASSIGN = "assign"
    GIVE_BACK = "give-back"
    SORT = "sort"
    ROUTE = "route"
    TRANSFER = "transfer"
    ASK = "ask"
    REPLY = "reply"
    REPLY_LATE = "reply-late"
    GO_ON = "go-on"
    ANSWER = "answer"
    POINT_ELSEWHERE = "point-elsewhere"
    WITHDRAW = "withdraw"
    SATISFIED = "satisfied"
    NOT_SATISFIED = "not-satisfied"
    STILL_NOT_SATISFIED = "still-not-satisfied"
    ESCALATE = "escalate"
    CLOSE_UNRATED = "close-unrated"


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """Out of which states a move leads, and to which; None where it stays. `by` may make it."""

    says: Text
    by: May
    out_of: frozenset[Status]
    to: Status | None
    rule: Rule[Any] = rules.PROCESS


COURSES: Mapping[Move, Course] = {
    Move.TAKE: Course(
        says=Text(fa="پذیرش رسیدگی", en="take it"), by=access.TAKE, out_of=UNANSWERED, to=Status.TAKEN
    ),
    Move.ASSIGN: Course(
        says=Text(fa="سپردن به کارشناس", en="give it to a case officer"),
        by=access.ASSIGN,
        out_of=UNANSWERED,
        to=Status.TAKEN,
    ),
    Move.GIVE_BACK: Course(
        says=Text(fa="بازگرداندن به میز خدمت", en="give it back to the desk"),
        by=access.GIVE_BACK,
        out_of=frozenset({Status.TAKEN}),
        to=Status.FILED,
    ),
    Move.SORT: Course(
        says=Text(fa="تعیین خدمت و زمینهٔ شکایت", en="name its service and ground"),
        by=access.SORT,
        out_of=UNANSWERED | WAITING,
        to=None,
        rule=rules.SORTED,
    ),
    Move.ROUTE: Course(
        says=Text(fa="فرستادن به واحد دیگر", en="send it to another unit"),
        by=access.ROUTE,
        out_of=UNANSWERED,
        to=Status.FILED,
    ),
    Move.TRANSFER: Course(
        says=Text(fa="سپردن به دستگاه دیگر", en="hand it over to another agency"),
        by=access.TRANSFER,
        out_of=UNANSWERED,
        to=Status.TRANSFERRED,
        rule=rules.HANDED_OVER,
    ),
    Move.ASK: Course(
        says=Text(fa="پرسش از شهروند", en="ask the citizen"),
        by=access.ASK,
        out_of=UNANSWERED,
        to=Status.WAITING,
        rule=rules.ASKED,
    ),
    Move.REPLY: Course(
        says=Text(fa="پاسخ به پرسش", en="reply to the question"),
        by=access.FOLLOW,
        out_of=WAITING,
        to=Status.TAKEN,
        rule=rules.ASKED,
    ),
    Move.REPLY_LATE: Course(
        says=Text(fa="پاسخ به آنچه پرسیده شد", en="reply to what was asked"),
        by=access.FOLLOW,
        out_of=UNANSWERED,
        to=None,
        rule=rules.ASKED,
    ),
    Move.GO_ON: Course(
        says=Text(fa="ادامهٔ مهلت", en="let the clock go on"),
        by=CLOCK,
        out_of=WAITING,
        to=Status.TAKEN,
        rule=rules.ASKED,
    ),
    Move.ANSWER: Course(
        says=Text(fa="پاسخ", en="answer it"),
        by=access.ANSWER,
        out_of=UNANSWERED | WAITING,
        to=Status.ANSWERED,
    ),
    Move.POINT_ELSEWHERE: Course(
        says=Text(fa="راهنمایی به جای درست", en="point it to the right door"),
        by=access.ANSWER,
        out_of=UNANSWERED | WAITING,
        to=Status.OUTSIDE,
        rule=rules.RIGHT_DOORS,
    ),
    Move.WITHDRAW: Course(
        says=Text(fa="پس‌گرفتن شکایت", en="take it back"),
        by=access.FOLLOW,
        out_of=UNANSWERED | WAITING,
        to=Status.WITHDRAWN,
    ),
    Move.SATISFIED: Course(
        says=Text(fa="اعلام رضایت", en="say that one is satisfied"),
        by=access.FOLLOW,
        out_of=ANSWERED,
        to=Status.CLOSED,
        rule=rules.VERDICT,
    ),
    Move.NOT_SATISFIED: Course(
        says=Text(fa="اعلام نارضایتی", en="say that one is not satisfied"),
        by=access.FOLLOW,
        out_of=ANSWERED,
        to=Status.TAKEN,
        rule=rules.VERDICT,
    ),
    Move.STILL_NOT_SATISFIED: Course(
        says=Text(fa="اعلام نارضایتی در بالاترین سطح", en="say so at the highest level"),
        by=access.FOLLOW,
        out_of=ANSWERED,
        to=Status.CLOSED,
        rule=rules.VERDICT,
    ),
    Move.ESCALATE: Course(
        says=Text(fa="ارجاع به سطح بالاتر", en="escalate it"),
        by=CLOCK,
        out_of=UNANSWERED,
        to=None,
        rule=rules.LADDER,
    ),
    Move.CLOSE_UNRATED: Course(
        says=Text(fa="بستن بدون اعلام نظر", en="close it as not rated"),
        by=CLOCK,
        out_of=ANSWERED,
        to=Status.CLOSED,
        rule=rules.VERDICT,
    ),
}


def possible(status: Status) -> tuple[Move, ...]:
    """What may happen to one that stands there, in the table's order."""
    return tuple(move for move, course in COURSES.items() if status in course.out_of)


def may(complaint: Complaint, move: Move) -> bool:
    """Whether it may happen now."""
    return complaint.status in COURSES[move].out_of


def after(complaint: Complaint, move: Move) -> Status:
    """Where the move leads; Refused, with what would be possible instead, where it may not happen."""
    course = COURSES[move]
    if not may(complaint, move):
        raise Refused(course.rule, _why_not(complaint.status, course))
    return course.to or complaint.status


def _why_not(status: Status, course: Course) -> Text:
    by_people = [COURSES[one].says for one in possible(status) if COURSES[one].by is not CLOCK]
    stands = STATUS_SAYS[status]
    fa = "، ".join(one.fa for one in by_people) or "هیچ"
    en = ", ".join(one.en for one in by_people) or "nothing"
    return Text(
        fa=f"وضعیت این شکایت «{stands.fa}» است و «{course.says.fa}» اکنون ممکن نیست. آنچه ممکن است: {fa}.",
        en=f"This complaint is {stands.en}: nobody can {course.says.en} now. Possible now: {en}.",
    )
