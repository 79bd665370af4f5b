"""What the minutes say of the meeting that follows (docs/decisions/what-the-next-agenda-asks.md)."""

from dataclasses import dataclass
from datetime import datetime

from services.meetings import rules
from services.meetings.domain import refusals
from shared.rule import Refused


@dataclass(frozen=True, slots=True, kw_only=True)
class NextMeeting:
    """What its secretary said it is to deal with: nothing at all, for an empty `agenda`.

    `starts_at` is when it is, by what was known when this was set, and again when it was sent; None while it
    is not called, which `time_is_open` has to say.
    """

    agenda: tuple[str, ...]
    starts_at: datetime | None
    time_is_open: bool
    set_by: str
    set_at: datetime

    def must_be_told(self) -> None:
        """Raises Refused where members would not learn when it is, and nobody said that this is open."""
        if self.starts_at is None and not self.time_is_open:
            raise Refused(rules.NEXT_MEETING, refusals.NO_TIME)
