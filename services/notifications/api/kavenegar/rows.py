"""Messages as entries of an answer."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from services.notifications.api.kavenegar.words import STANDS, Stands, stands
from services.notifications.domain.asked import number_of
from services.notifications.domain.message import Message
from services.notifications.gateways.http import national

Row = Mapping[str, Any]


def row_of(message: Message, number: str, text: str, now: datetime) -> Row:
    """The whole of it: to whom and what, where from, when, and what it costs in parts."""
    at = (message.asked and message.asked.at) or message.queued_at
    return {
        "messageid": number_of(message.id),
        "message": text,
        **_standing(stands(message, now)),
        "sender": message.line or "",
        "receptor": national(number) if number else "",
        "date": int(at.timestamp()),
        "cost": message.asked.parts if message.asked else 0,
    }


def status_row(number: int, message: Message | None, now: datetime) -> Row:
    """Where it stands; 100 for one that isn't the system's."""
    return {"messageid": number, **_standing(_of(message, now))}


def own_row(localid: str, message: Message | None, now: datetime) -> Row:
    """The same by the id that the system gave it."""
    number = 0 if message is None else number_of(message.id)
    return {"messageid": number, "localid": int(localid), **_standing(_of(message, now))}


def _of(message: Message | None, now: datetime) -> Stands:
    return Stands.NOT_KNOWN if message is None else stands(message, now)


def _standing(one: Stands) -> Row:
    return {"status": one.value, "statustext": STANDS[one]}
