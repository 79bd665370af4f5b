"""What notifications tells of other systems' subscriptions. Never an address, never a secret."""

from datetime import datetime
from typing import ClassVar

from shared.events.event import Event
from shared.language import Text


class SubscriptionDisabled(Event):
    """`reason` is `gone` (the receiver answered 410) or `failed` (it took an event for three days not);
    `post_id` is the post that is told."""

    publisher: ClassVar[str] = "notifications"
    says: ClassVar[Text] = Text(
        fa="ارسال رویدادها به سامانه‌ای دیگر متوقف شد.", en="Another system is sent no more events."
    )

    post_id: str
    reason: str
    disabled_at: datetime
