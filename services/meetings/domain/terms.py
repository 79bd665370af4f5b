"""The figures a meeting is held by."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Self

from services.meetings import rules
from shared.calendar.jalali import local_day
from shared.rule import Figures


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """Those of its day, whatever is set later."""

    quorum: Fraction
    majority: Fraction
    sending_time: timedelta
    figures_version: int

    @classmethod
    def of(cls, figures: Figures, now: datetime) -> Self:
        """Those in force at an instant."""
        day = local_day(now)
        return cls(
            quorum=figures.of(rules.QUORUM, day),
            majority=figures.of(rules.MAJORITY, day),
            sending_time=figures.of(rules.SENDING_TIME, day),
            figures_version=figures.version,
        )
