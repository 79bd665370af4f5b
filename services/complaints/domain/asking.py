"""The citizen is asked something: the only thing that stops the clock, and what starts it again."""

from dataclasses import replace
from datetime import datetime, timedelta

from services.complaints import rules
from services.complaints.domain.clock import Measure
from services.complaints.domain.complaint import Complaint, Facts, Status
from services.complaints.domain.escalation import check_clock, go_on
from services.complaints.domain.line import Lines
from services.complaints.domain.moves import Move, after
from services.complaints.domain.question import Question
from shared.calendar.jalali import local_day
from shared.events.complaints_course import ComplaintCitizenAsked, ComplaintCitizenReplied
from shared.events.directory import Post
from shared.language import Text
from shared.rule import Refused


def ask(
    complaint: Complaint, text: str, post: Post, now: datetime, lines: Lines, measure: Measure
) -> tuple[Complaint, Facts]:
    """The clock stands still from now on. Late first goes up, swept or not: asking takes no lateness back."""
    status = after(complaint, Move.ASK)
    if complaint.is_anonymous:
        raise Refused(
            rules.ASKED,
            Text(
                fa="این شکایت بی‌نام ثبت شده است و کسی نیست که از او بتوان پرسید.",
                en="This complaint was filed anonymously: there is nobody who could be asked.",
            ),
        )
    checked, facts = check_clock(complaint, now, lines(complaint.unit_id), measure)
    today, before = local_day(now), checked.round
    asks_max = measure.figures.of(rules.QUESTIONS, today)
    if len(before.questions) >= asks_max:
        raise Refused(
            rules.QUESTIONS,
            Text(
                fa=f"پیش از هر پاسخ حداکثر {asks_max} بار می‌توان از شهروند پرسید.",
                en=f"Before each answer a citizen can be asked {asks_max} times at most.",
            ),
        )
    question = Question(
        post_id=post.id,
        text=text,
        asked_at=now,
        until_at=now + measure.figures.of(rules.ASKED, today),
        left=max(timedelta(0), measure.calendar.between(now, before.due_at)) if now < before.due_at else None,
    )
    waiting = replace(
        checked,
        status=status,
        taken_by=checked.taken_by or post.id,
        rounds=(*checked.rounds[:-1], replace(before, questions=(*before.questions, question))),
        warns_at=None,
        escalates_at=None,
        measured_by=None,
        waits_until_at=question.until_at,
    )
    asked = ComplaintCitizenAsked(
        **complaint.case,
        clause=rules.ASKED.clause,
        post_id=post.id,
        asked_at=now,
        reply_by_at=question.until_at,
    )
    return waiting, [*facts, asked]


def hear(
    complaint: Complaint, text: str, now: datetime, lines: Lines, measure: Measure
) -> tuple[Complaint, Facts]:
    """The citizen's words to the last question, in time for the clock or not. The same said twice is one."""
    questions = complaint.round.questions
    if questions and questions[-1].reply == text:
        return complaint, []
    if complaint.status is Status.WAITING:
        return reply(complaint, text, now, lines, measure)
    return reply_late(complaint, text, now)


def reply(
    complaint: Complaint, text: str, now: datetime, lines: Lines, measure: Measure
) -> tuple[Complaint, Facts]:
    """The clock goes on: from now, or from when it should have, swept or not."""
    after(complaint, Move.REPLY)
    replied, facts = _replied(complaint, text, now)
    running, went_on = go_on(replied, min(now, complaint.waits_until_at or now), measure)
    checked, late = check_clock(running, now, lines(complaint.unit_id), measure)
    return checked, [*facts, *went_on, *late]


def reply_late(complaint: Complaint, text: str, now: datetime) -> tuple[Complaint, Facts]:
    """The clock runs already: the words are heard while an answer is owed."""
    after(complaint, Move.REPLY_LATE)
    return _replied(complaint, text, now)


def _replied(complaint: Complaint, text: str, now: datetime) -> tuple[Complaint, Facts]:
    questions = complaint.round.questions
    if not questions or questions[-1].reply is not None:
        raise Refused(
            rules.ASKED,
            Text(
                fa="در این شکایت پرسشی از شما بی‌پاسخ نمانده است.",
                en="Nothing that you were asked in this complaint is without a reply.",
            ),
        )
    question = replace(questions[-1], reply=text, replied_at=now)
    heard = replace(complaint.round, questions=(*questions[:-1], question))
    event = ComplaintCitizenReplied(
        **complaint.case, clause=rules.ASKED.clause, post_id=_asked_by(complaint, question), replied_at=now
    )
    return replace(complaint, rounds=(*complaint.rounds[:-1], heard)), [event]


def _asked_by(complaint: Complaint, question: Question) -> str:
    """Whom the reply is for: of what another agency or unit asked, whoever has it here now."""
    came_at, went_to = complaint.round.came_at, question.reply_to
    if went_to is None and came_at is not None and question.asked_at <= came_at:
        went_to = complaint.round.came_to
    if went_to is None:
        return question.post_id
    return complaint.taken_by or complaint.level_post or went_to
