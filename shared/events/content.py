"""What content tells: how an item of the site moves from its domain to the public."""

from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from shared.events.event import Event
from shared.language import Text


class ContentEvent(Event):
    """About one revision of one item, which belongs to a domain; what it says stays with the service.

    `press_case_id` is the press case that the item answers in public, if it does.
    """

    publisher: ClassVar[str] = "content"

    item_id: str
    domain: str
    revision: int
    digest: str
    post_id: str
    press_case_id: str | None = None


class ContentSubmitted(ContentEvent):
    """The domain's representative brought a revision in: the first, or a later one of the same item."""

    says: ClassVar[Text] = Text(
        fa="نمایندهٔ حوزه مطلبی ارائه کرد.", en="A domain's representative submitted an item."
    )

    submitted_at: datetime


class ContentReviewed(ContentEvent):
    """The group reviewed it. `rank` is its priority for publication: 1 goes first."""

    says: ClassVar[Text] = Text(
        fa="گروه مدیریت سایت مطلب را بررسی و اولویت آن را تعیین کرد.",
        en="The group reviewed an item and ranked it.",
    )

    rank: int
    reviewed_at: datetime


class ReturnedAt(StrEnum):
    """Which step sent it back."""

    REVIEW = "review"
    APPROVAL = "approval"


class ContentReturned(ContentEvent):
    """Sent back to the representative, with a reason that the item keeps."""

    says: ClassVar[Text] = Text(
        fa="مطلب برای اصلاح به نمایندهٔ حوزه بازگردانده شد.",
        en="An item was sent back to the domain's representative.",
    )

    returned_at_step: ReturnedAt
    returned_at: datetime


class ContentApproved(ContentEvent):
    """The domain's deputy gave the final approval to exactly this revision."""

    says: ClassVar[Text] = Text(
        fa="معاون حوزه همین نسخهٔ مطلب را تأیید نهایی کرد.",
        en="The domain's deputy approved this exact revision.",
    )

    approved_at: datetime


class ContentPublished(ContentEvent):
    """It is on the site. `first_time` is False where it took the place of an earlier revision."""

    says: ClassVar[Text] = Text(fa="مطلب در سایت درج شد.", en="An item was published.")

    first_time: bool
    submitted_at: datetime
    published_at: datetime


class ContentWithdrawn(ContentEvent):
    """Its domain took it back. `was_online` tells whether the public could read it until then."""

    says: ClassVar[Text] = Text(fa="حوزه مطلب را پس گرفت.", en="An item was withdrawn by its domain.")

    was_online: bool
    withdrawn_at: datetime


class BarEvent(Event):
    """About one barred topic; the words and the notice stay with the service."""

    publisher: ClassVar[str] = "content"

    bar_id: str
    post_id: str


class TopicBarred(BarEvent):
    """The responsible director tells the group that a topic can't be raised."""

    says: ClassVar[Text] = Text(
        fa="مدیر مسئول موضوعی را غیر قابل طرح اعلام کرد.",
        en="The responsible director barred a topic.",
    )

    barred_at: datetime


class TopicAllowed(BarEvent):
    """The bar is lifted."""

    says: ClassVar[Text] = Text(
        fa="مدیر مسئول طرح موضوع را دوباره مجاز دانست.",
        en="The responsible director allowed a barred topic again.",
    )

    allowed_at: datetime
