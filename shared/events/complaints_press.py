"""What complaints tells of what people ask in the media: ids and codes, never what was printed or written."""

from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar

from shared.events.event import Event
from shared.language import Text


class PressKind(StrEnum):
    """What of the people appeared in a medium (PR-12; complaints are the county offices' word for it)."""

    QUESTION = "question"
    DOUBT = "doubt"
    REQUEST = "request"
    COMPLAINT = "complaint"


class MediumKind(StrEnum):
    """Where it appeared."""

    NEWSPAPER = "newspaper"
    SITE = "site"
    NEWS_AGENCY = "news-agency"
    BROADCAST = "broadcast"
    SOCIAL_NETWORK = "social-network"


class PressEvent(Event):
    """About one press case; the subject is the case. `unit_id` is the office or unit that has it, if any."""

    publisher: ClassVar[str] = "complaints"

    press_case_id: str
    unit_id: str | None = None


class PressCaseSeen(PressEvent):
    """Somebody saw it in a medium. An answer is owed until `answer_due_at`."""

    says: ClassVar[Text] = Text(
        fa="پرسش یا شکایتی از مردم در رسانه‌ای دیده شد.", en="A question or complaint was seen in a medium."
    )

    kind: PressKind
    medium: MediumKind
    seen_on: date
    post_id: str
    entered_at: datetime
    answer_due_at: datetime


class PressCaseSent(PressEvent):
    """It is before the head of an office or unit: `to_post`."""

    says: ClassVar[Text] = Text(
        fa="موردی از رسانه‌ها به رئیس اداره‌ای رسید.", en="A press case was put before an office's head."
    )

    post_id: str
    to_post: str | None
    sent_at: datetime
    answer_due_at: datetime


class PressCaseUrged(PressEvent):
    """Headquarters follows it up: `to_post` is the office's head."""

    says: ClassVar[Text] = Text(
        fa="روابط عمومی ستاد پاسخ موردی از رسانه‌ها را پیگیری کرد.",
        en="Headquarters urged an office to answer a press case.",
    )

    post_id: str
    to_post: str | None
    urged_at: datetime
    answer_due_at: datetime


class PressAnswerDrafted(PressEvent):
    """An answer waits for the approval of headquarters."""

    says: ClassVar[Text] = Text(
        fa="پیش‌نویس پاسخ موردی از رسانه‌ها آماده شد.", en="An answer to a press case was drafted."
    )

    draft: int
    post_id: str
    drafted_at: datetime


class PressAnswerReturned(PressEvent):
    """Headquarters doesn't approve the draft; the case keeps the reason."""

    says: ClassVar[Text] = Text(
        fa="پیش‌نویس پاسخ برای اصلاح بازگردانده شد.", en="The draft of an answer was sent back."
    )

    draft: int
    post_id: str
    returned_at: datetime


class PressAnswerReady(PressEvent):
    """Approved: it is to be published until `publish_due_at`. `late_by_s` is working time."""

    says: ClassVar[Text] = Text(
        fa="پاسخ موردی از رسانه‌ها تأیید شد و آمادهٔ انتشار است.",
        en="An answer to a press case is approved and ready to be published.",
    )

    post_id: str
    ready_at: datetime
    in_time: bool
    late_by_s: int
    publish_due_at: datetime


class PressAnswerPublished(PressEvent):
    """The public can read it: as an item of the site, or elsewhere. `late_by_s` is working time."""

    says: ClassVar[Text] = Text(
        fa="پاسخ موردی از رسانه‌ها منتشر شد.", en="The answer to a press case was published."
    )

    item_id: str | None
    published_at: datetime
    in_time: bool
    late_by_s: int


class PressAnswerTakenDown(PressEvent):
    """The site shows the answer no more: it is to be published again until `publish_due_at`."""

    says: ClassVar[Text] = Text(
        fa="پاسخ منتشرشده از سایت برداشته شد و باید دوباره منتشر شود.",
        en="A published answer was taken off the site, and is to be published again.",
    )

    item_id: str
    taken_down_at: datetime
    publish_due_at: datetime


class PressCaseMadeComplaint(PressEvent):
    """Its citizen is known: it goes on as their complaint, with a complaint's clock."""

    says: ClassVar[Text] = Text(
        fa="موردی از رسانه‌ها شکایت شهروندی شد.", en="A press case became a citizen's complaint."
    )

    complaint_id: str
    post_id: str
    made_at: datetime


class PressCaseEscalated(PressEvent):
    """Overdue, it lies with a named post. `level` 1 is the head of public relations."""

    says: ClassVar[Text] = Text(
        fa="موردی از رسانه‌ها که مهلتش گذشته بود به سطح بالاتر رفت.",
        en="An overdue press case went to a higher level.",
    )

    level: int
    post_id: str
    due_at: datetime
    escalated_at: datetime


class PressDeadlineMoved(PressEvent):
    """The working calendar changed before the deadline had passed: now `due_at` holds."""

    says: ClassVar[Text] = Text(
        fa="با تغییر تقویم کاری، مهلت موردی از رسانه‌ها جابه‌جا شد.",
        en="The working calendar changed, and a press case's deadline moved with it.",
    )

    was_due_at: datetime
    due_at: datetime
    moved_at: datetime
