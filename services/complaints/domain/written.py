"""What staff write in a case for each other, sealed under the citizen's key: it may speak of them."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed:
    """Words under the citizen's key, and a hash keyed by it that tells a repeat from something new."""

    words: str
    hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What a post wrote, and when. `post_id` is None for what came from the citizen or with a case, by a way
    that has no form; then `ref` knows it again.
    """

    post_id: str | None
    at: datetime
    said: Sealed
    ref: str | None = None
