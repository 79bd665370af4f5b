"""How a gateway does of late, drawn from what became of its messages minute by minute."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

WINDOW = timedelta(minutes=20)
HALF_LIFE = timedelta(minutes=2)
"""What went wrong counts half after it: once nothing goes wrong any more, the weight comes back slowly."""
GRACE = 5.0
"""So many messages that went well are taken for granted: two of two that fail are no reason yet."""
LEAST = 0.02
"""Even the worst keeps so much of its weight: how else would it be seen that it does well again?"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Minute:
    """What a gateway was handed in one minute (from `at`, real time): how many it `failed` to take, how many
    it `took`, and of how many of these a receipt came in its time.
    """

    at: datetime
    handed: int = 0
    failed: int = 0
    took: int = 0
    receipts: int = 0


def health(minutes: Iterable[Minute], now: datetime, *, receipts_within: timedelta | None) -> float:
    """From 1 (all goes well) down to `LEAST`. Late receipts count as errors do, once their time is over;
    with `receipts_within` None they don't.
    """
    errors, handed, late, owed = 0.0, 0.0, 0.0, 0.0
    for minute in minutes:
        handed += (weight := _weight(now - minute.at)) * minute.handed
        errors += weight * minute.failed
        if receipts_within is not None and (since := now - minute.at - _MINUTE - receipts_within) >= _NONE:
            owed += (weight := _weight(since)) * minute.took
            late += weight * max(0, minute.took - minute.receipts)
    failing, lagging = errors / (handed + GRACE), late / (owed + GRACE)
    return max(LEAST, (1 - min(1.0, failing)) ** 2 * (1 - min(1.0, lagging)) ** 2)


_NONE, _MINUTE = timedelta(), timedelta(minutes=1)


def _weight(age: timedelta) -> float:
    return 0.5 ** (max(age, _NONE) / HALF_LIFE)
