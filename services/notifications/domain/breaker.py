"""A gateway that fails again and again is left alone for a while, then tried with one message."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Self

FAILURES_MAX = 5
FIRST_PAUSE, PAUSE_MAX, DOUBLINGS_MAX = timedelta(seconds=10), timedelta(minutes=5), 5
TRIAL = timedelta(seconds=30)
"""So long one message is waited for before another is tried."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Breaker:
    """`failures` in a row, as one worker saw them; `opened` how often it was left alone since it last went
    well; `changed_at` when that was last found out, by whichever worker. Real time.
    """

    failures: int = 0
    opened: int = 0
    open_until: datetime | None = None
    on_trial: bool = False
    changed_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        """Whether it is left alone, or is to be tried first."""
        return self.open_until is not None

    def lets(self, now: datetime) -> bool:
        """Whether a message may go."""
        return self.open_until is None or now >= self.open_until

    def tried(self, now: datetime) -> Self:
        """A message goes: after a pause it is the only one until it is known what became of it."""
        if not self.is_open:
            return self
        return replace(self, open_until=now + TRIAL, on_trial=True, changed_at=now)

    def failed(self, now: datetime) -> Self:
        """It did not take a message. What was under way when it was left alone changes nothing."""
        if self.is_open and not self.on_trial:
            return self
        if not self.on_trial and self.failures + 1 < FAILURES_MAX:
            return replace(self, failures=self.failures + 1)
        pause = min(FIRST_PAUSE * 2 ** min(self.opened, DOUBLINGS_MAX), PAUSE_MAX)
        return type(self)(
            failures=FAILURES_MAX, opened=self.opened + 1, open_until=now + pause, changed_at=now
        )

    def went(self, now: datetime) -> Self:
        """It took one: all is well."""
        return type(self)(changed_at=now if self.is_open else self.changed_at)

    def newest(self, other: Self) -> Self:
        """Of what two workers found out the later; how many fail in a row is each one's own to count."""
        if other.changed_at is None or (self.changed_at is not None and other.changed_at <= self.changed_at):
            return self
        return other
