"""Runs subscriptions as a service does, on topics of the test's own."""
# pyright: basic, reportArgumentType=false

import secrets
from collections.abc import AsyncGenerator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from aiokafka import AIOKafkaProducer
from pymongo.asynchronous.collection import AsyncCollection

from shared.bus.effects import Effect
from shared.bus.subscribe import Subscription, broker_for
from shared.cloudevents import Envelope, Record, envelope_of
from shared.events.event import Event, dead_topic
from shared.outbox.kafka import lasting_producer, producer
from tests.shared.errands import NOW, told
from tests.shared.outbox import topic

Document = dict[str, Any]


@dataclass(slots=True)
class Bus:
    """A topic, a consuming service, and a producer to send with."""

    servers: Sequence[str]
    topic: str
    service: str
    producer: AIOKafkaProducer

    def subscription(self, effect: Effect[Any], name: str = "sub") -> Subscription:
        return Subscription(service=self.service, name=name, topics=[self.topic], effect=effect)

    async def send(self, record: Record) -> None:
        await self.put(record.key.encode(), record.value, record.headers)

    async def tell(self, subject: str, sequences: Iterable[int], *, replay: str | None = None) -> None:
        """Events of one aggregate, in this order."""
        for sequence in sequences:
            record = envelope(subject, sequence).record(self.topic)
            if replay is not None:
                record.headers["paygir_replay"] = replay
            await self.send(record)

    async def put(
        self, key: bytes | None, value: bytes | None, headers: Mapping[str, str] | None = None
    ) -> None:
        """Any record at all."""
        pairs = [(name, text.encode()) for name, text in (headers or {}).items()]
        await self.producer.send_and_wait(self.topic, value, key=key, headers=pairs)

    async def dead(self) -> list[Any]:
        """The dead topic's records."""
        return await topic.read(self.servers, dead_topic(self.service))

    async def all_committed(self, name: str = "sub") -> bool:
        """Whether the subscription's offsets stand at the end of its topic."""
        return await topic.is_read_to_the_end(self.servers, self.topic, f"paygir.{self.service}.{name}")


@asynccontextmanager
async def bus(servers: Sequence[str], *, partitions: int = 3) -> AsyncGenerator[Bus]:
    """A topic and a service with new names."""
    token = secrets.token_hex(4)
    name = f"test.{token}"
    await topic.make(servers, name, dead_topic(token), partitions=partitions)
    async with producer(servers) as one:
        yield Bus(servers, name, token, one)


@asynccontextmanager
async def running(servers: Sequence[str], *subscriptions: Subscription) -> AsyncGenerator[None]:
    """They consume until the block ends."""
    async with lasting_producer(servers) as keeper:
        broker = broker_for(servers, subscriptions, keeper)
        await broker.start()
        try:
            yield
        finally:
            await broker.stop()


def envelope(subject: str, sequence: int, event: Event | None = None) -> Envelope:
    """The sequence's event: its `code` is the sequence."""
    return envelope_of(
        event or told(sequence), subject=subject, sequence=sequence, time=NOW, traceparent=None
    )


def fold(state: Document, told_: Envelope) -> Document:
    """A list of what was told, so that order, repeats and losses all show."""
    return {"steps": [*state.get("steps", []), told_.sequence]}


async def states(collection: AsyncCollection[Document]) -> dict[str, list[int]]:
    """What a projection with `fold` holds."""
    return {found["_id"]: found["state"].get("steps", []) async for found in collection.find()}
