"""How a person's contact crosses the bus: the number sealed on one topic, the key to it on another.

These are no events: they have no sequence and no place in the history, so that a person can be forgotten.
Both topics are private and compacted: the newest record of each contact holds, one without a value ends it.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from pydantic import BaseModel, ConfigDict

from shared.events.requests import SealedRequest

TOPIC = "paygir.contacts"
KEYS_TOPIC = "paygir.keys"


class ContactKind(StrEnum):
    """By what a person is reached: what is sealed is of this kind."""

    MOBILE = "mobile"
    EMAIL = "email"


class SealedContact(BaseModel):
    """A mobile number, or the address of a mailbox, that only the person's key opens.

    Of an agency's staff `person_id` says whose it is since `set_at`: the last one set holds.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    topic: ClassVar[str] = TOPIC

    contact_id: str
    agency_id: str
    sealed: str
    kind: ContactKind = ContactKind.MOBILE
    person_id: str | None = None
    set_at: datetime | None = None


class WrappedKey(BaseModel):
    """A person's key, which only a holder of the province's key can unwrap."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    topic: ClassVar[str] = KEYS_TOPIC

    contact_id: str
    agency_id: str
    wrapped_key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Gone:
    """The end of a contact on one of the two topics; of a request on its own, by the request's id."""

    topic: str
    contact_id: str


Private = SealedContact | WrappedKey | SealedRequest | Gone
"""What goes over the private topics."""
