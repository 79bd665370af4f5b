"""How a meeting's minutes reach those whom they concern."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Sending:
    """When the decisions must be sent, None where there are none; and when the minutes were."""

    due_at: datetime | None = None
    overdue_at: datetime | None = None
    sent_at: datetime | None = None
    sent_by: str | None = None
    to_posts: tuple[str, ...] = ()

    @property
    def in_time(self) -> bool:
        """Sent before the 48 hours were over: at exactly 48 hours it is late. What nobody owes never is."""
        return self.sent_at is not None and (self.due_at is None or self.sent_at < self.due_at)
