"""What complaints tells of a case's way through an agency: who has it, and what it waits for."""

from datetime import datetime
from typing import ClassVar

from shared.events.complaints import ComplaintEvent
from shared.language import Text


class ComplaintAssigned(ComplaintEvent):
    """The head of its unit gave it to a case officer. The clock doesn't notice."""

    says: ClassVar[Text] = Text(
        fa="شکایت به کارشناسی از واحد سپرده شد.", en="A complaint was given to a case officer of its unit."
    )

    post_id: str
    by_post: str
    assigned_at: datetime


class ComplaintGivenBack(ComplaintEvent):
    """Nobody of the desk has it any more: `post_id` is the one to see to that somebody does."""

    says: ClassVar[Text] = Text(
        fa="شکایت به میز خدمت بازگردانده شد.", en="A complaint was given back to its desk."
    )

    was_with: str
    post_id: str
    given_back_at: datetime


class ComplaintRouted(ComplaintEvent):
    """Another unit of the agency has it now, and `post_id` answers for it. The citizen's clock goes on.

    Where `waits_for_citizen` it goes on once they replied: `reply_due_at` is told anew then.
    """

    says: ClassVar[Text] = Text(
        fa="شکایت به واحد دیگری از دستگاه فرستاده شد.", en="A complaint went to another unit of its agency."
    )

    was_unit_id: str
    unit_id: str
    level: int
    post_id: str
    routed_at: datetime
    reply_due_at: datetime
    waits_for_citizen: bool = False


class ComplaintSorted(ComplaintEvent):
    """The desk that has it named what its citizen didn't: `post_id` said so. The citizen's clock goes on.

    Said again before an answer it holds anew. Where that is another unit's, `ComplaintRouted` follows.
    """

    says: ClassVar[Text] = Text(
        fa="خدمت و زمینهٔ شکایتی که شهروند آن‌ها را نگفته بود تعیین شد.",
        en="A complaint that named no service or ground was sorted.",
    )

    was_service_code: str
    service_code: str
    was_ground: str
    ground: str
    post_id: str
    sorted_at: datetime


class ComplaintCitizenAsked(ComplaintEvent):
    """The clock stands still until the reply, at most until `reply_by_at`."""

    says: ClassVar[Text] = Text(
        fa="از شهروند پرسشی شد و مهلت تا پاسخ او متوقف است.",
        en="The citizen was asked something, and the clock stands still until the reply.",
    )

    post_id: str
    asked_at: datetime
    reply_by_at: datetime


class ComplaintCitizenReplied(ComplaintEvent):
    """To what `post_id` asked. Too late for the clock it is told, too."""

    says: ClassVar[Text] = Text(fa="شهروند به پرسش پاسخ داد.", en="The citizen replied to what was asked.")

    post_id: str
    replied_at: datetime


class ComplaintWentOn(ComplaintEvent):
    """The clock goes on: the citizen replied, or the time for that is over. Now `reply_due_at` holds."""

    says: ClassVar[Text] = Text(
        fa="مهلت پاسخ شکایت پس از پرسش از شهروند ادامه یافت.",
        en="After a question to the citizen a complaint's clock went on.",
    )

    replied: bool
    was_due_at: datetime
    reply_due_at: datetime
    went_on_at: datetime


class ComplaintPointedElsewhere(ComplaintEvent):
    """It lies outside the grounds, and its citizen was told which door is the right one.

    They may contest that until `rate_by_at`. `late_by_s` is working time.
    """

    says: ClassVar[Text] = Text(
        fa="شکایت بیرون از موارد بود و شهروند به جای درست راهنمایی شد.",
        en="A complaint lay outside the grounds, and its citizen was pointed to the right door.",
    )

    post_id: str
    right_door: str
    answered_at: datetime
    in_time: bool
    late_by_s: int
    level: int
    rate_by_at: datetime


class ComplaintWithdrawn(ComplaintEvent):
    """Its citizen took it back unanswered. `in_time` is False where a deadline had passed by then."""

    says: ClassVar[Text] = Text(fa="شهروند شکایت خود را پس گرفت.", en="A citizen took a complaint back.")

    withdrawn_at: datetime
    in_time: bool
    late_by_s: int
    level: int
    rounds: int


class ComplaintDeadlineNear(ComplaintEvent):
    """Whoever has it is warned, once in each round: an answer is owed until `reply_due_at`."""

    says: ClassVar[Text] = Text(
        fa="مهلت پاسخ شکایتی نزدیک است.", en="The deadline of a complaint's answer is near."
    )

    post_id: str
    reply_due_at: datetime
    warned_at: datetime


class ComplaintTransferred(ComplaintEvent):
    """It is another agency's now, and ended here: `to_complaint_id` is the case there.

    `in_time` is False where a deadline had passed by then: that stays this agency's.
    """

    says: ClassVar[Text] = Text(
        fa="شکایت با پیشینه‌اش به دستگاه دیگری سپرده شد.",
        en="A complaint was handed over to another agency, with its history.",
    )

    to_agency_id: str
    to_complaint_id: str
    service_code: str
    post_id: str
    transferred_at: datetime
    in_time: bool
    late_by_s: int
    level: int
    rounds: int


class ComplaintTakenOver(ComplaintEvent):
    """It came from another agency, and `post_id` answers for it. The citizen's clock goes on.

    `filed_at` is when it was filed there; the deadline and the level are those that it had there.
    `overseen_by` is the post of inspection here, where somebody fills it.
    """

    says: ClassVar[Text] = Text(
        fa="شکایتی از دستگاه دیگری با پیشینه‌اش رسید.",
        en="A complaint came from another agency, with its history.",
    )

    from_agency_id: str
    from_complaint_id: str
    service_code: str
    unit_id: str
    ground: str
    door: str
    filed_at: datetime
    transferred_at: datetime
    taken_over_at: datetime
    level: int
    post_id: str
    overseen_by: str | None = None
    reply_due_at: datetime
