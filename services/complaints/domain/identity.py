"""Who complains, and who of the agency looked at it. The citizen decides whether the agency may know."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Seen(StrEnum):
    """What of a citizen is masked until somebody looks at it with a reason."""

    IDENTITY = "identity"
    MOBILE = "mobile"


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """The citizen's full name and national id, sealed. Nobody opens them without the citizen's consent."""

    consent: bool
    sealed: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """By which post what was seen, and when. The reason and the person are in the history."""

    what: Seen
    post_id: str
    at: datetime
