"""What a citizen wants by SMS, on its way to who can do it: sealed, on a private topic of its own.

It is no event: it has no sequence, and ends when it is done. A record holds its own key, wrapped, for the two
go together: a record without a value ends both.
"""

from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from pydantic import BaseModel, ConfigDict

REQUESTS_TOPIC = "paygir.requests"


class RequestKind(StrEnum):
    """What is wanted."""

    FILE = "file"
    RATE = "rate"
    REPLY = "reply"


class CitizenRequest(BaseModel):
    """What is wanted, by whose number, in whose words: `received_at` is when it was kept.

    To file: `case_id` is the new case's, the same for all that belongs to it. To rate: `score`, of the answer
    of `answered_at`. To rate or reply: the case's `tracking_code`.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    kind: RequestKind
    mobile: str
    received_at: datetime
    text: str | None = None
    tracking_code: str | None = None
    score: int | None = None
    answered_at: datetime | None = None
    case_id: str | None = None
    line: str | None = None
    reference: str | None = None


class SealedRequest(BaseModel):
    """A request that only a holder of the province's key can open."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    topic: ClassVar[str] = REQUESTS_TOPIC

    request_id: str
    agency_id: str
    sealed: str
    wrapped_key: str
