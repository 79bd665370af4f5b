"""What complaints tells of a citizen's request that came by SMS: that it is done, or why it isn't."""

from datetime import datetime
from typing import ClassVar

from shared.events.event import Event
from shared.language import Text


class RequestEvent(Event):
    """Its subject is the request's id, which is the message's; `kind` is file, rate or reply."""

    publisher: ClassVar[str] = "complaints"

    kind: str


class RequestDone(RequestEvent):
    """It had its effect on the case, once; what that was the case's own events tell."""

    says: ClassVar[Text] = Text(
        fa="آنچه شهروند با پیامک خواست انجام شد.", en="What a citizen wanted by SMS was done."
    )

    complaint_id: str
    done_at: datetime


class RequestRefused(RequestEvent):
    """It can't be done now, under this clause where one refuses: its sender is told so."""

    says: ClassVar[Text] = Text(
        fa="آنچه شهروند با پیامک خواست انجام‌شدنی نبود.", en="What a citizen wanted by SMS was refused."
    )

    refused_at: datetime
