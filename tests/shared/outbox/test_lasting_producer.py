"""A producer that failed once is replaced: a dead one would hold its subscription up for good."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from typing import Any, cast

import pytest
from aiokafka import AIOKafkaProducer
from aiokafka.errors import MessageSizeTooLargeError, OutOfOrderSequenceNumber
from typing_extensions import override

from shared.outbox import kafka
from shared.outbox.kafka import LastingProducer


class Producers:
    """Counts them; each says the same to every record, the last of them takes it."""

    def __init__(self, *sayings: Exception | None) -> None:
        self.sayings, self.opened, self.closed = [*sayings], 0, 0
        self.taken: list[bytes | None] = []

    @asynccontextmanager
    async def make(self) -> AsyncGenerator[AIOKafkaProducer]:
        says = self.sayings[self.opened]
        self.opened += 1
        try:
            yield cast("AIOKafkaProducer", One(self, says))
        finally:
            self.closed += 1


class One:
    def __init__(self, all_: Producers, says: Exception | None) -> None:
        self._all, self._says = all_, says

    async def send_and_wait(self, topic: str, value: bytes | None, **_: Any) -> None:
        await asyncio.sleep(0)
        if self._says is not None:
            raise self._says
        self._all.taken.append(value)


class Silent(One):
    @override
    async def send_and_wait(self, topic: str, value: bytes | None, **_: Any) -> None:
        await asyncio.Event().wait()


async def send(one: LastingProducer, value: bytes) -> None:
    headers: Sequence[tuple[str, bytes]] = []
    await one.send_and_wait("t", value, key=None, headers=headers)


async def test_one_that_failed_is_replaced_for_the_next_record() -> None:
    producers = Producers(OutOfOrderSequenceNumber(), None)
    one = LastingProducer(producers.make)
    with pytest.raises(OutOfOrderSequenceNumber):
        await send(one, b"1")
    await send(one, b"1")
    await send(one, b"2")
    assert (producers.taken, producers.opened, producers.closed) == ([b"1", b"2"], 2, 1)
    await one.close()
    assert producers.closed == 2


async def test_one_that_refused_a_large_record_goes_on() -> None:
    producers = Producers(MessageSizeTooLargeError())
    one = LastingProducer(producers.make)
    for _ in range(2):
        with pytest.raises(MessageSizeTooLargeError):
            await send(one, b"large")
    assert (producers.opened, producers.closed) == (1, 0)


async def test_one_that_says_nothing_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kafka, "ANSWER_S", 0.01)
    closed: list[int] = []

    @asynccontextmanager
    async def make() -> AsyncGenerator[AIOKafkaProducer]:
        try:
            yield cast("AIOKafkaProducer", Silent(Producers(), None))
        finally:
            closed.append(1)

    one = LastingProducer(make)
    with pytest.raises(TimeoutError):
        await send(one, b"1")
    assert closed == [1]
