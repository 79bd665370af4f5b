"""What complaints tells: how a citizen's case moves."""

from datetime import datetime
from typing import ClassVar

from shared.events.event import Event
from shared.language import Text


class ComplaintEvent(Event):
    """Says by code and contact id whose case it is: without the province's key nobody finds the person."""

    publisher: ClassVar[str] = "complaints"

    tracking_code: str
    contact_id: str | None = None


class ComplaintFiled(ComplaintEvent):
    """The clock of three working hours runs from here."""

    says: ClassVar[Text] = Text(fa="شکایتی ثبت شد.", en="A complaint was filed.")

    service_code: str
    unit_id: str
    ground: str
    door: str
    filed_at: datetime
    reply_due_at: datetime


class ComplaintTaken(ComplaintEvent):
    """A case officer has it."""

    says: ClassVar[Text] = Text(
        fa="کارشناسی رسیدگی را بر عهده گرفت.", en="A case officer took the complaint."
    )

    post_id: str
    taken_at: datetime


class ComplaintEscalated(ComplaintEvent):
    """Nobody answered in time: it goes to the named post. `level` 1 is the unit's head."""

    says: ClassVar[Text] = Text(
        fa="شکایت بی‌پاسخ به سطح بالاتر رفت.", en="An unanswered complaint went to a higher level."
    )

    level: int
    post_id: str
    due_at: datetime
    escalated_at: datetime


class ComplaintDeadlineMoved(ComplaintEvent):
    """The working calendar changed before the deadline had passed: now `reply_due_at` holds."""

    says: ClassVar[Text] = Text(
        fa="با تغییر تقویم کاری، مهلت پاسخ شکایت جابه‌جا شد.",
        en="The working calendar changed, and a complaint's deadline moved with it.",
    )

    was_due_at: datetime
    reply_due_at: datetime
    calendar_version: int
    moved_at: datetime


class ComplaintAnswered(ComplaintEvent):
    """The citizen is asked for a verdict until `rate_by_at`. `late_by_s` is working time."""

    says: ClassVar[Text] = Text(fa="به شکایت پاسخ داده شد.", en="A complaint was answered.")

    post_id: str
    answered_at: datetime
    in_time: bool
    late_by_s: int
    level: int
    rate_by_at: datetime


class ComplaintReopened(ComplaintEvent):
    """The citizen is not satisfied: a post one level higher has it, and the clock runs anew."""

    says: ClassVar[Text] = Text(
        fa="شهروند راضی نبود و شکایت دوباره باز شد.", en="The citizen was not satisfied; it is open again."
    )

    level: int
    post_id: str
    reopened_at: datetime
    reply_due_at: datetime
    score: int | None = None


class ComplaintClosed(ComplaintEvent):
    """The frozen verdict. `satisfied` is None when nothing was said; `late_by_s` is the worst round's.

    `score` is one digit of five, where the citizen gave one.
    """

    says: ClassVar[Text] = Text(fa="شکایت بسته شد.", en="A complaint was closed.")

    closed_at: datetime
    satisfied: bool | None
    in_time: bool
    late_by_s: int
    level: int
    rounds: int
    score: int | None = None


class ComplaintLinked(ComplaintEvent):
    """The same person complained of the same before: it is one matter with the first, and counted once."""

    says: ClassVar[Text] = Text(
        fa="شکایت به شکایت پیشین همان شهروند دربارهٔ همان موضوع پیوند خورد.",
        en="A complaint was linked to an earlier one of the same matter.",
    )

    first_complaint_id: str
    linked_at: datetime


class ComplaintUnlinked(ComplaintEvent):
    """It is a matter of its own after all, and counted so again."""

    says: ClassVar[Text] = Text(
        fa="پیوند شکایت با شکایت پیشین برداشته شد.", en="A complaint was unlinked from an earlier one."
    )

    unlinked_at: datetime


class MisconductEvent(Event):
    """Of the register of misconduct, for frequencies. Nothing in it tells who it is of: no person, no post,
    and no unit or service where so few work that it would be a name.
    """

    publisher: ClassVar[str] = "complaints"

    unit_id: str | None = None
    service_code: str | None = None
    step: str | None = None
    cause: str | None = None


class MisconductFound(MisconductEvent):
    """`finding` is unaware, careless or defiant; `measure` is what follows: guidance, warning or referral."""

    says: ClassVar[Text] = Text(fa="تخلفی احراز شد.", en="Misconduct was found.")

    finding: str
    measure: str
    repeated: bool
    found_at: datetime


class MisconductSettled(MisconductEvent):
    """What followed was done. `finding` is None for who was guided before any misconduct."""

    says: ClassVar[Text] = Text(
        fa="رسیدگی به یک پروندهٔ تخلف یا ارشاد پایان یافت.", en="A record of misconduct or guidance ended."
    )

    finding: str | None
    measure: str
    sanctioned: bool
    settled_at: datetime


class MisconductWithdrawn(MisconductEvent):
    """What was found before is taken back: it counts no more."""

    says: ClassVar[Text] = Text(fa="احراز یک تخلف پس گرفته شد.", en="A finding of misconduct was taken back.")

    withdrawn_at: datetime
