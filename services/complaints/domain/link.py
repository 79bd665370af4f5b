"""That a complaint repeats an earlier one."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """Of which complaint it is a repeat, until somebody says that it is none: that then holds for good."""

    first_id: str
    linked_at: datetime
    unlinked_at: datetime | None = None
