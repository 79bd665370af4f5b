"""What a post is told inside the system. It belongs to the post: who holds it now reads it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Self

from shared.calendar.jalali import JalaliMonth
from shared.events.meetings import DecisionsSent
from shared.language import Text
from shared.persian import persian_digits


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One thing told to one post; `cause` is what it is about, a meeting for example."""

    id: str
    agency_id: str
    post_id: str
    kind: str
    cause: str
    fa: str
    en: str
    at: datetime

    @classmethod
    def of_decisions(cls, event: DecisionsSent, *, id_: str, post_id: str) -> Self:
        """That a meeting's decisions are there to be read."""
        month, count = JalaliMonth.parse(event.month).title, str(event.decisions)
        return cls(
            id=id_,
            agency_id=event.agency_id,
            post_id=post_id,
            kind="decisions-sent",
            cause=event.meeting_id,
            fa=f"تصمیمات جلسهٔ {month.fa} برای شما ارسال شد. شمار تصمیمات: {persian_digits(count)}",
            en=f"The decisions of the meeting of {month.en} were sent to you. Decisions: {count}",
            at=event.sent_at,
        )

    @property
    def says(self) -> Text:
        """As it is read."""
        return Text(fa=self.fa, en=self.en)
