"""The only place that reads the time. Everything else takes `now` as an argument."""

import json
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol


class Clock(Protocol):
    """Business time: deadlines, sweeps and events are stamped with it."""

    def now(self) -> datetime:
        """UTC, whole milliseconds: what MongoDB keeps, so a stored time equals the one that was given."""
        ...


def wall_now() -> datetime:
    """The machine's own time, never scaled: for tokens, leases and ages of records."""
    return whole_ms(datetime.now(UTC))


def whole_ms(at: datetime) -> datetime:
    """Cut below the millisecond."""
    return at.replace(microsecond=at.microsecond // 1000 * 1000)


class SystemClock:
    """Business time is the machine's time: the only clock in production."""

    def now(self) -> datetime:
        return wall_now()


class FileClock:
    """Business time read from a file, so that a demo can make hours pass in seconds in every process at once.

    The file holds `{"real": <unix seconds>, "shown": <ISO time>, "scale": <factor>}`: at real time `real`
    all clocks showed `shown`, and run `scale` times as fast since. It only ever goes forward.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._seen_ns = -1
        self._real, self._shown, self._scale = 0.0, datetime.min.replace(tzinfo=UTC), 1.0

    def now(self) -> datetime:
        changed_ns = self._path.stat().st_mtime_ns
        if changed_ns != self._seen_ns:
            setting = json.loads(self._path.read_text())
            self._real, self._scale = float(setting["real"]), float(setting["scale"])
            self._shown = datetime.fromisoformat(setting["shown"])
            self._seen_ns = changed_ns
        return whole_ms(self._shown + timedelta(seconds=(time.time() - self._real) * self._scale))

    def set(self, *, to: datetime | None = None, scale: float | None = None) -> None:
        """Go on from `to` (never back; from now if not given), `scale` times as fast as the wall clock."""
        shown = self.now() if self._path.exists() else to
        if shown is None:
            raise ValueError("a new clock file needs a time to start from")
        setting = {
            "real": time.time(),
            "shown": max(shown, to or shown).isoformat(),
            "scale": self._scale if scale is None else scale,
        }
        fresh = self._path.with_suffix(".new")
        fresh.write_text(json.dumps(setting))
        fresh.replace(self._path)


def clock_from(path: Path | None) -> Clock:
    """The system's clock, or the demo's where a clock file is named."""
    return SystemClock() if path is None else FileClock(path)
