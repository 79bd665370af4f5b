"""What a citizen was asked, as both sides read it."""

from datetime import datetime

from services.complaints.domain.question import Question
from shared.web.parts import View


class QuestionView(View):
    """The clock stood still from `asked_at` until `over_at`, at most until `reply_by_at`."""

    text: str
    asked_at: datetime
    reply_by_at: datetime
    over_at: datetime | None
    reply: str | None
    replied_at: datetime | None


def question_view(question: Question) -> QuestionView:
    """Without the post: a citizen is asked by an agency."""
    return QuestionView(
        text=question.text,
        asked_at=question.asked_at,
        reply_by_at=question.until_at,
        over_at=question.over_at,
        reply=question.reply,
        replied_at=question.replied_at,
    )
