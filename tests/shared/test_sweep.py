"""A sweep hands on everything that is due, and what fails keeps nothing else from its turn."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime

import pytest

from shared.sweep import Sweep, run_sweeps, sweep_once

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)


class Things:
    def __init__(self, ids: Sequence[str], *, broken: str = "") -> None:
        self.ids, self.broken = ids, broken
        self.handled: list[tuple[str, datetime]] = []
        self.working = self.working_max = 0

    async def due(self, _: datetime) -> AsyncIterator[str]:
        for id_ in self.ids:
            yield id_

    async def handle(self, id_: str, now: datetime) -> None:
        self.working += 1
        self.working_max = max(self.working, self.working_max)
        await asyncio.sleep(0)
        self.working -= 1
        if id_ == self.broken:
            raise ZeroDivisionError
        self.handled.append((id_, now))

    def sweep(self) -> Sweep:
        return Sweep(name="test", due=self.due, handle=self.handle)


async def test_all_that_is_due_is_handled_at_the_time_of_the_sweep() -> None:
    things = Things([f"t{n}" for n in range(100)])

    assert await sweep_once(things.sweep(), NOW) == 100
    assert sorted(things.handled) == sorted((f"t{n}", NOW) for n in range(100))


async def test_no_more_than_thirty_two_are_handled_at_once() -> None:
    things = Things([f"t{n}" for n in range(100)])

    await sweep_once(things.sweep(), NOW)

    assert 1 < things.working_max <= 32


async def test_one_that_cannot_be_handled_is_passed_over() -> None:
    things = Things(["a", "b", "c"], broken="b")

    assert await sweep_once(things.sweep(), NOW) == 2
    assert [id_ for id_, _ in things.handled] == ["a", "c"]


class Clock:
    def now(self) -> datetime:
        return NOW


async def test_a_sweep_that_breaks_off_keeps_no_other_from_its_turn_and_comes_again() -> None:
    seen = 0
    enough = asyncio.Event()

    async def breaks_off(_: datetime) -> AsyncIterator[str]:
        nonlocal seen
        seen += 1
        if seen > 2:
            enough.set()
        yield "a"
        raise ConnectionError

    things = Things(["b"])
    broken = Sweep(name="broken", due=breaks_off, handle=Things([]).handle)
    running = asyncio.create_task(run_sweeps([broken, things.sweep()], Clock(), every_s=0))
    async with asyncio.timeout(10):
        await enough.wait()
    running.cancel()
    ended, _ = await asyncio.wait([running], timeout=10)

    assert running in ended
    assert running.cancelled()
    assert len(things.handled) >= 2


async def test_what_was_found_before_a_sweep_broke_off_is_handled_still() -> None:
    things = Things([])

    async def breaks_off(_: datetime) -> AsyncIterator[str]:
        yield "a"
        raise ConnectionError

    with pytest.raises(ConnectionError):
        await sweep_once(Sweep(name="broken", due=breaks_off, handle=things.handle), NOW)

    assert [id_ for id_, _ in things.handled] == ["a"]
