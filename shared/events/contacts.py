"""How a person's contact crosses the bus: once, sealed, over a private compacted topic."""

from typing import ClassVar

from pydantic import BaseModel, ConfigDict

TOPIC = "paygir.contacts"


class SealedContact(BaseModel):
    """A mobile number that only a holder of the province's key can open (see `shared/sealing.py`).

    Not an event: it has no sequence and no place in the history, so that a person can be forgotten.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    topic: ClassVar[str] = TOPIC

    contact_id: str
    agency_id: str
    sealed: str
    wrapped_key: str
