"""What complaints tells of problems that offices notice: ids and codes, never what was written."""

from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from shared.events.event import Event
from shared.language import Text


class NoticedBy(StrEnum):
    """Whose attention a problem has, or who proposes what would solve it (COUNTY-B4, COUNTY-D3)."""

    PEOPLE = "people"
    STAFF = "staff"
    OFFICIALS = "officials"
    MEDIA = "media"


class ProblemEvent(Event):
    """About one problem; the subject is the problem. `unit_id` is the office that passed it on."""

    publisher: ClassVar[str] = "complaints"

    problem_id: str
    unit_id: str


class ProblemPassedOn(ProblemEvent):
    """An office told headquarters of it, which owes a word on it until `answer_due_at`."""

    says: ClassVar[Text] = Text(
        fa="اداره‌ای مشکلی را به روابط عمومی ستاد منعکس کرد.", en="An office passed a problem to headquarters."
    )

    noticed_by: NoticedBy
    post_id: str
    passed_at: datetime
    answer_due_at: datetime


class SolutionProposed(ProblemEvent):
    """An office told headquarters what would solve it; a word on that is owed until `answer_due_at`."""

    says: ClassVar[Text] = Text(
        fa="اداره‌ای برای مشکلی راهکار پیشنهاد کرد.", en="An office proposed a solution for a problem."
    )

    solution: int
    proposed_by: NoticedBy
    post_id: str
    proposed_at: datetime
    answer_due_at: datetime


class ProblemAnswered(ProblemEvent):
    """Headquarters said what becomes of it, and which solutions are taken up. `late_by_s` is working time."""

    says: ClassVar[Text] = Text(
        fa="روابط عمومی ستاد نتیجهٔ مشکل منعکس‌شده را اعلام کرد.",
        en="Headquarters said what becomes of a problem.",
    )

    taken_up: tuple[int, ...]
    post_id: str
    answered_at: datetime
    in_time: bool
    late_by_s: int


class ProblemEscalated(ProblemEvent):
    """Without a word in time it lies with a named post. `level` 1 is the head of public relations."""

    says: ClassVar[Text] = Text(
        fa="مشکلی که مهلت پاسخ آن گذشته بود به سطح بالاتر رفت.",
        en="A problem without a word in time went to a higher level.",
    )

    level: int
    post_id: str
    due_at: datetime
    escalated_at: datetime


class ProblemDeadlineMoved(ProblemEvent):
    """The working calendar changed before the deadline had passed: now `due_at` holds."""

    says: ClassVar[Text] = Text(
        fa="با تغییر تقویم کاری، مهلت پاسخ به مشکلی جابه‌جا شد.",
        en="The working calendar changed, and a problem's deadline moved with it.",
    )

    was_due_at: datetime
    due_at: datetime
    moved_at: datetime
