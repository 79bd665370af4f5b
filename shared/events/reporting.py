"""What reporting tells: how every agency is doing."""

from datetime import datetime
from typing import ClassVar

from shared.events.event import Event
from shared.language import Text


class ReportCardIssued(Event):
    """The quarter is judged for good. `figures` are all numbers of the card by name.

    `score` is the exact fraction that the rank was read off ("17/20"); None where there was nothing to judge.
    """

    publisher: ClassVar[str] = "reporting"
    says: ClassVar[Text] = Text(fa="کارنامهٔ فصلی دستگاه صادر شد.", en="An agency's report card was issued.")

    quarter: str
    rank: str
    follows: str
    score: str | None
    figures: dict[str, int]
    issued_at: datetime
