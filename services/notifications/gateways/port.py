"""What every SMS gateway can do."""

from typing import Protocol

from services.notifications.domain.message import Outcome


class NoGateway(Exception):
    """No gateway is configured: nothing could ever be sent."""


class Gateway(Protocol):
    """An operator's way in. Both calls may raise or never come back: the outcome is unknown then.

    An exception's text is never logged: it may hold the number.
    """

    async def send(self, message_id: str, number: str, text: str) -> Outcome:
        """Send it under our id. The same id again is the same message."""
        ...

    async def find(self, message_id: str) -> Outcome | None:
        """What became of it; None when it never arrived, so that it may be sent again."""
        ...
