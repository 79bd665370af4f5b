"""A record goes out only after its predecessor in the same document was acknowledged."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager

import pytest

from shared.cloudevents import Record
from shared.outbox.pending import Waiting
from shared.outbox.relay import Publisher, RecordRefused, Relay, publish_in_waves
from shared.outbox.wake import Wake
from tests.shared.simulation.virtual_time import run


class Bus:
    """Takes what it is sent, refuses or fails what it is told to."""

    def __init__(self, *, refuses: Iterable[str] = (), fails: Iterable[str] = ()) -> None:
        self.sent: list[str] = []
        self._refuses, self._fails = frozenset(refuses), frozenset(fails)

    async def send(self, record: Record) -> None:
        name = (record.value or b"").decode()
        await asyncio.sleep(0)
        if name in self._refuses:
            raise RecordRefused(name)
        if name in self._fails:
            raise ConnectionError(name)
        self.sent.append(name)


def waiting(document: str, count: int, *, more: bool = False) -> Waiting:
    records = [
        (f"{document}{n}", Record(topic="t", key=document, headers={}, value=f"{document}{n}".encode()))
        for n in range(1, count + 1)
    ]
    return Waiting(document, records, more=more)


async def test_all_go_out_and_are_told_by_document() -> None:
    bus = Bus()

    sent, failure = await publish_in_waves(bus, [waiting("a", 3), waiting("b", 1)])

    assert (sent, failure) == ({"a": ["a1", "a2", "a3"], "b": ["b1"]}, None)
    assert bus.sent == ["a1", "b1", "a2", "a3"]


async def test_after_a_fault_nothing_behind_it_goes_out() -> None:
    bus = Bus(fails=["a2"])

    sent, failure = await publish_in_waves(bus, [waiting("a", 3), waiting("b", 3)])

    assert sent == {"a": ["a1"], "b": ["b1", "b2"]}
    assert isinstance(failure, ConnectionError)
    assert "a3" not in bus.sent


async def test_a_refused_record_stops_its_own_document_only() -> None:
    bus = Bus(refuses=["a2"])

    sent, failure = await publish_in_waves(bus, [waiting("a", 3), waiting("b", 3)])

    assert (sent, failure) == ({"a": ["a1"], "b": ["b1", "b2", "b3"]}, None)
    assert "a3" not in bus.sent


class Stuck:
    """A document that begins with a refused record, and has more than a page takes."""

    place = "errands"

    def __init__(self) -> None:
        self.scans = 0

    async def pages(self) -> AsyncIterator[list[Waiting]]:
        self.scans += 1
        await asyncio.sleep(0)
        yield [waiting("a", 8, more=True)]

    async def clear(self, sent: Mapping[str, Sequence[str]]) -> None:
        raise AssertionError("nothing was sent")


class Always:
    held = True

    async def take(self) -> bool:
        return True

    async def release(self) -> None:
        return None


@asynccontextmanager
async def refusing() -> AsyncGenerator[Publisher]:
    yield Bus(refuses=["a1"])


async def test_a_document_that_stands_still_is_not_asked_for_again_without_a_pause() -> None:
    source = Stuck()
    relay = asyncio.create_task(Relay([source], Always(), refusing, Wake(), scan_every_s=0.1).run())
    await asyncio.sleep(1)
    relay.cancel()

    assert 1 <= source.scans <= 11


class Busy:
    """As many documents at every look; tells when it was looked into, and wakes the relay each time."""

    place = "errands"

    def __init__(self, documents: int, wake: Wake) -> None:
        self._documents, self._wake = documents, wake
        self.looks_s: list[float] = []

    async def pages(self) -> AsyncIterator[list[Waiting]]:
        self.looks_s.append(asyncio.get_running_loop().time())
        self._wake.set()
        await asyncio.sleep(0.01)
        yield [waiting(f"d{n}-", 1) for n in range(self._documents)]

    async def clear(self, sent: Mapping[str, Sequence[str]]) -> None:
        assert len(sent) == self._documents


@asynccontextmanager
async def taking() -> AsyncGenerator[Publisher]:
    yield Bus()


@pytest.mark.parametrize(
    ("documents", "pause_s"), [(1, 0), (8, 0), (9, 0.003), (16, 0.024), (24, 0.048), (25, 0.05), (500, 0.05)]
)
def test_after_a_few_it_looks_again_at_once_and_after_many_it_lets_more_come(
    documents: int, pause_s: float
) -> None:
    async def looks_s() -> list[float]:
        wake = Wake()
        source = Busy(documents, wake)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(Relay([source], Always(), taking, wake).run(), 1)
        return source.looks_s

    first, second, third, *_ = run(looks_s())

    assert (second - first, third - second) == pytest.approx((0.01 + pause_s,) * 2)


class Quiet:
    """Nothing waits in it; how often it was looked into."""

    def __init__(self, place: str) -> None:
        self.place, self.looks = place, 0

    async def pages(self) -> AsyncIterator[list[Waiting]]:
        self.looks += 1
        for _ in range(0):
            yield []

    async def clear(self, sent: Mapping[str, Sequence[str]]) -> None:
        raise AssertionError("nothing was sent")


def test_it_looks_where_it_was_told_and_everywhere_every_two_seconds_whatever_it_was_told() -> None:
    async def looks() -> tuple[int, int]:
        wake, told, other = Wake(), Quiet("told"), Quiet("other")
        relay = asyncio.create_task(Relay([told, other], Always(), taking, wake, scan_every_s=2).run())
        for _ in range(90):
            await asyncio.sleep(0.1)
            wake.set("told")
        relay.cancel()
        return told.looks, other.looks

    of_told, of_other = run(looks())

    assert 85 <= of_told <= 95
    assert of_other == 5


def test_who_told_waits_until_it_is_taken_but_no_longer_than_a_second() -> None:
    async def scene() -> None:
        wake, loop = Wake(), asyncio.get_running_loop()
        wake.set("a")
        wake.set("b")
        waiting_on = asyncio.create_task(wake.taken())
        await asyncio.sleep(0.5)
        assert not waiting_on.done()
        assert wake.take() == {"a", "b"}
        await waiting_on
        assert loop.time() == 0.5
        assert not wake.is_set()

        wake.set("a")
        await wake.taken()
        assert loop.time() == 1.5
        assert wake.take() == {"a"}, "what nobody took stays told"

    run(scene())
