"""What a gateway says of a message: at once, when it is asked, or later by a receipt."""

import re
from dataclasses import dataclass
from enum import StrEnum

UNNAMED = "refused-without-a-code"
_CODE, _LONG_NUMBER = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,59}"), re.compile(r"[0-9]([._-]?[0-9]){5}")


class Verdict(StrEnum):
    """A gateway's word on a message."""

    ACCEPTED = "accepted"
    DELIVERED = "delivered"
    REFUSED = "refused"
    NOT_REACHED = "not-reached"
    """It said nothing, for no connection came about: nothing can have left."""
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a gateway said; `reason` is its word for a refusal, which may quote the number.

    `passing`: refused for now or by this gateway, so that another try may do; nothing has left.
    `gateway_id` is what the gateway itself calls the message, by which its receipts speak of it.
    """

    verdict: Verdict
    reason: str = ""
    passing: bool = False
    gateway_id: str | None = None

    @property
    def code(self) -> str:
        """The reason where it is a code; it goes to the public topics, so any other text stays here."""
        is_code = _CODE.fullmatch(self.reason) and not _LONG_NUMBER.search(self.reason)
        return self.reason if is_code else UNNAMED


UNKNOWN = Outcome(verdict=Verdict.UNKNOWN)
NOT_REACHED = Outcome(verdict=Verdict.NOT_REACHED, reason="not-reached", passing=True)


def accepted(gateway_id: str | None = None) -> Outcome:
    """It has it and will try."""
    return Outcome(verdict=Verdict.ACCEPTED, gateway_id=gateway_id)


def delivered(gateway_id: str | None = None) -> Outcome:
    """It is where it was to go."""
    return Outcome(verdict=Verdict.DELIVERED, gateway_id=gateway_id)


def refused(reason: str, *, passing: bool, gateway_id: str | None = None) -> Outcome:
    """It won't, or couldn't."""
    return Outcome(verdict=Verdict.REFUSED, reason=reason, passing=passing, gateway_id=gateway_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What a gateway tells later, of a message by our id or by its own."""

    outcome: Outcome
    message_id: str | None = None
    gateway_id: str | None = None
