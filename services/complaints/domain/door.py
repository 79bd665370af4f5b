"""The doors by which a complaint comes in. Whichever it is, behind it is the same case."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Door(StrEnum):
    """How a complaint came. By `WEB`, `SMS`, `IVR` citizens file themselves; else somebody enters it."""

    WEB = "web"
    PHONE = "phone"
    DESK = "desk"
    POST = "post"
    EMAIL = "email"
    PAPER = "paper"
    PRESS = "press"
    CSV = "csv"
    OPEN311 = "open311"
    SMS = "sms"
    IVR = "ivr"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """That somebody else than the citizen entered a complaint: which post, when, and what shows how it came.

    No post did where a system filed it, or an SMS: then `medium` is what that is called, or the line, and
    `client_id` which system it is.

    `reference` finds the paper it stands on: a letter's number, a call's, a mail's Message-ID. It holds no
    number of a person.
    """

    at: datetime
    post_id: str | None = None
    reference: str | None = None
    medium: str | None = None
    client_id: str | None = None
