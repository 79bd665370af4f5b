"""What every gateway can do."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol, runtime_checkable

from services.notifications.domain.outcome import Outcome, Receipt


class NoGateway(Exception):
    """No gateway is configured: nothing could ever be sent."""


class NotReached(Exception):
    """No connection came about: nothing can have left, and another gateway may do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """How a message is to go: from which line, how long it is worth trying, where receipts are to be sent.

    `priority` is the operator's, 0 to 3: what of ours waits there goes by it.
    `about` is the id of the case that it tells of: where answers carry an id back, they find it by that.
    """

    sender: str | None = None
    valid_for: timedelta | None = None
    receipts_url: str | None = None
    priority: int = 0
    about: str | None = None


PLAIN = Terms()
Tell = Callable[[Receipt], Awaitable[None]]


class Gateway(Protocol):
    """A way out. Both calls may raise or never come back: the outcome is unknown then.

    An exception's text is never logged: it may hold the number or a key.
    """

    @property
    def certain_after(self) -> timedelta:
        """So long after a sending its "not there" can be believed: before, the sending may be on its way yet.

        Nothing, where the same id again is the same message.
        """
        ...

    async def send(self, message_id: str, number: str, text: str, terms: Terms = PLAIN) -> Outcome:
        """Send it under our id. A refusal says that nothing has left and whether another try may do."""
        ...

    async def find(self, message_id: str, *, gateway_id: str | None, age: timedelta) -> Outcome | None:
        """What became of it, so long after it was handed over; None when it never arrived, so that it may be
        sent again; UNKNOWN where this gateway can't say, now or ever: then nobody sends it again.
        """
        ...


@runtime_checkable
class Calls(Protocol):
    """A gateway that tells receipts by calling us over HTTP."""

    def receipt(self, said: Mapping[str, str]) -> Receipt | None:
        """What it tells; None for what is none of our business yet. KeyError or ValueError for
        what it never says.
        """
        ...


@runtime_checkable
class Answers(Protocol):
    """A gateway that can be asked for a receipt that didn't come."""

    asks_after: timedelta


@runtime_checkable
class Listens(Protocol):
    """A gateway that keeps a connection of its own, over which receipts come."""

    async def listen(self, tell: Tell) -> None:
        """Until cancelled; every receipt is told before it is acknowledged."""
        ...
