"""Business time comes from the machine, or from a file that makes a demo's hours pass in seconds."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from shared.clock import FileClock, SystemClock, clock_from, wall_now, whole_ms

START = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)


def test_time_is_utc_in_whole_milliseconds_as_mongodb_keeps_it() -> None:
    now = SystemClock().now()

    assert (now.tzinfo, now.microsecond % 1000) == (UTC, 0)
    assert whole_ms(START.replace(microsecond=1999)) == START.replace(microsecond=1000)


def test_a_standing_file_clock_shows_what_it_was_set_to(tmp_path: Path) -> None:
    clock = FileClock(tmp_path / "clock.json")
    clock.set(to=START, scale=0)

    assert clock.now() == START
    clock.set(to=START + timedelta(hours=3))
    assert clock.now() == START + timedelta(hours=3)


def test_it_never_goes_back(tmp_path: Path) -> None:
    clock = FileClock(tmp_path / "clock.json")
    clock.set(to=START, scale=0)
    clock.set(to=START - timedelta(days=1))

    assert clock.now() == START


def test_it_runs_as_fast_as_it_is_told(tmp_path: Path) -> None:
    file = tmp_path / "clock.json"
    an_hour_ago = wall_now() - timedelta(hours=1)
    setting = {"real": an_hour_ago.timestamp(), "shown": START.isoformat(), "scale": 24}
    file.write_text(json.dumps(setting))

    passed = FileClock(file).now() - START

    assert timedelta(hours=24) <= passed < timedelta(hours=48)


def test_every_process_sees_what_another_has_set(tmp_path: Path) -> None:
    first, second = FileClock(tmp_path / "clock.json"), FileClock(tmp_path / "clock.json")
    first.set(to=START, scale=0)
    assert second.now() == START

    first.set(to=START + timedelta(hours=1))

    assert second.now() == START + timedelta(hours=1)


def test_a_new_clock_needs_a_time_to_start_from(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="start from"):
        FileClock(tmp_path / "clock.json").set(scale=2)


def test_without_a_file_the_clock_is_the_machines(tmp_path: Path) -> None:
    assert isinstance(clock_from(None), SystemClock)
    assert isinstance(clock_from(tmp_path / "clock.json"), FileClock)
