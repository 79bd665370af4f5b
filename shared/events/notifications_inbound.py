"""What notifications tells of messages that citizens send. Never their number, never their words."""

from datetime import datetime
from typing import ClassVar

from shared.events.event import Event
from shared.language import Text


class InboundMessageReceived(Event):
    """A citizen's SMS is kept. `wants` is what it was taken for; `tracking_code` names one of the sender's
    own cases, where it is about one. What it says crosses sealed, to whom it is for alone.
    """

    publisher: ClassVar[str] = "notifications"
    says: ClassVar[Text] = Text(fa="پیامکی از شهروندی رسید.", en="An SMS of a citizen came in.")

    gateway: str
    wants: str
    contact_id: str
    tracking_code: str | None = None
    received_at: datetime
