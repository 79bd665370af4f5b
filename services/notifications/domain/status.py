"""Where a message stands, and why."""

from enum import StrEnum


class Status(StrEnum):
    """Where a message stands."""

    QUEUED = "queued"
    HELD = "held"
    SENDING = "sending"
    UNKNOWN = "unknown"
    ACCEPTED = "accepted"
    DELIVERED = "delivered"
    FAILED = "failed"
    EXPIRED = "expired"
    SUPPRESSED = "suppressed"


OPEN = frozenset({Status.QUEUED, Status.HELD, Status.SENDING, Status.UNKNOWN})
"""It may still go out, unless it is in doubt: the case's later messages wait for it."""
WAITING = frozenset({Status.QUEUED, Status.HELD})
"""Nobody is sending it."""
FINAL = frozenset({Status.DELIVERED, Status.FAILED, Status.EXPIRED, Status.SUPPRESSED})


class Reason(StrEnum):
    """Why a message stands where it stands. What a gateway refuses has its code."""

    NO_CONTACT_YET = "no-contact-yet"
    CANNOT_BE_OPENED = "contact-cannot-be-opened"
    AGENCY_NOT_KNOWN_YET = "agency-not-known-yet"
    NO_WAY_BY_EMAIL = "no-gateway-for-email"
    NO_CONTACT = "no-contact"
    CONTACT_FORGOTTEN = "contact-forgotten"
    NOT_PUSHED = "change-is-not-pushed"
    TOLD_BEFORE = "told-before"
    OVER = "retention-is-over"
    SAME_ACT = "told-with-a-later-event-of-the-same-act"
    OVERTAKEN = "told-with-a-later-change"
    NO_LONGER_SO = "no-longer-so-when-it-was-to-be-sent"
    REFUSED_BY_PERSON = "refused-by-the-person"
    NO_WORD = "no-word-from-the-gateway"
    IN_DOUBT = "in-doubt"
    """It may have arrived or not, and nobody can say: it is sent by nobody any more."""
    NO_GATEWAY = "no-gateway-takes-it-now"
    TOO_LATE = "too-late-to-be-of-use"
    CANCELLED = "cancelled-by-its-system"
    QUIET_HOURS = "quiet-hours"
    QUOTA = "quota-of-the-day-is-used"
    PROVINCES_QUOTA = "what-the-province-pays-for-is-used"
    TOO_OFTEN = "too-often-to-this-number"
    TOO_MANY_RECEIPTS = "too-many-receipts-to-this-number"
    STOPPED = "broadcast-was-stopped"
    ITS_TURN = "waits-for-its-turn"
    HANDED_OVER = "is-being-handed-over"
    TAKEN = "taken-by-the-gateway"
    ARRIVED = "has-arrived"


NOBODY_TO_TELL = frozenset({Reason.CONTACT_FORGOTTEN, Reason.REFUSED_BY_PERSON})
"""Waiting changes nothing about it."""

USUAL = {
    Status.QUEUED: Reason.ITS_TURN,
    Status.SENDING: Reason.HANDED_OVER,
    Status.ACCEPTED: Reason.TAKEN,
    Status.DELIVERED: Reason.ARRIVED,
}


def why(status: Status, reason: str | None) -> str:
    """Its reason; that of the usual course is kept by no message."""
    return reason or USUAL.get(status, status.value)
