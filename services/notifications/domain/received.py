"""An SMS to a line that is one system's: kept for it, and taken for nobody's request."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Self


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """`words` and `sender` are sealed under the key of the contact, who sent it."""

    id: str
    agency_id: str
    client_id: str
    line: str
    contact_id: str
    words: str | None
    sender: str | None
    received_at: datetime
    read_at: datetime | None = None
    has_words: bool = True
    """False once what it says and who sent it was erased."""

    def read(self, now: datetime) -> Self:
        """Its system has it, once."""
        return self if self.read_at is not None else replace(self, read_at=now)

    def forget_words(self) -> Self:
        """What it said and who said it is erased; that it came stays."""
        return replace(self, words=None, sender=None, has_words=False) if self.has_words else self


def sender_purpose(id_: str) -> str:
    """What the number of a message's sender is sealed for."""
    return f"{id_} sender"
