"""Where a meeting stands."""

from enum import StrEnum


class Status(StrEnum):
    """The last three are for ever; a closed one may still owe its decisions."""

    CONVENED = "convened"
    OPEN = "open"
    CLOSED = "closed"
    NOT_OFFICIAL = "not-official"
    LAPSED = "lapsed"
