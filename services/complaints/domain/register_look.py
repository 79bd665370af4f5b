"""That somebody looked into the register of misconduct: what at, by which post, and why."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class LookedAt(StrEnum):
    """What was shown."""

    LIST = "list"
    RECORD = "record"
    NAME = "name"
    HISTORY = "history"
    FILE = "file"


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterLook:
    """One look, noted before anything is shown. `records` are the ids of what was shown."""

    id: str
    agency_id: str
    what: LookedAt
    records: tuple[str, ...]
    person_id: str
    post_id: str
    reason: str | None
    at: datetime
