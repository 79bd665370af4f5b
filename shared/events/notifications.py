"""What notifications tells: what became of a message. Never its number, never its text."""

from datetime import datetime
from typing import ClassVar

from shared.events.event import Event
from shared.language import Text


class MessageEvent(Event):
    """`cause` is the aggregate of which the citizen is told, a complaint for example; `kind` is `sms`."""

    publisher: ClassVar[str] = "notifications"

    kind: str
    template: str
    cause: str


class MessageDelivered(MessageEvent):
    """It reached the citizen's phone."""

    says: ClassVar[Text] = Text(fa="پیامی به شهروند رسید.", en="A message reached the citizen.")

    queued_at: datetime
    delivered_at: datetime


class MessageFailed(MessageEvent):
    """The gateway will never send it; `reason` is its own code for why."""

    says: ClassVar[Text] = Text(fa="پیامی به شهروند نرسید.", en="A message could not be sent.")

    reason: str
    failed_at: datetime
