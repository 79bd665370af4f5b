"""The relay's way into Kafka: idempotent, acknowledged by all, without a timer."""
# pyright: basic, reportArgumentType=false, reportUnknownMemberType=false

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Sequence

from aiokafka import AIOKafkaProducer
from aiokafka.errors import MessageSizeTooLargeError

from shared.cloudevents import Record
from shared.observe import metrics
from shared.outbox.relay import Publisher, RecordRefused

REQUEST_BYTES_MAX = 1024 * 1024


class KafkaPublisher:
    """Sends one record and waits for all replicas in sync."""

    def __init__(self, producer: AIOKafkaProducer) -> None:
        self._producer = producer

    async def send(self, record: Record) -> None:
        """Raises RecordRefused before the record got a sequence number, or Kafka's own fault."""
        headers = [(name, value.encode()) for name, value in record.headers.items()]
        try:
            await self._producer.send_and_wait(
                record.topic, record.value, key=record.key.encode(), headers=headers
            )
        except MessageSizeTooLargeError as error:
            raise RecordRefused(record.topic) from error
        metrics.PUBLISHED.labels(record.topic).inc()


@contextlib.asynccontextmanager
async def producer(servers: Sequence[str]) -> AsyncGenerator[AIOKafkaProducer]:
    """A producer that loses nothing (`linger_ms` 0: a timer costs awaiting callers six times)."""
    one = AIOKafkaProducer(
        bootstrap_servers=list(servers),
        acks="all",
        enable_idempotence=True,
        linger_ms=0,
        max_request_size=REQUEST_BYTES_MAX,
    )
    try:
        await one.start()
        yield one
    finally:
        with contextlib.suppress(Exception):
            await asyncio.wait_for(one.stop(), 5)  # stop() waits for Kafka without limit


@contextlib.asynccontextmanager
async def kafka_publisher(servers: Sequence[str]) -> AsyncGenerator[Publisher]:
    """A fresh publisher."""
    async with producer(servers) as one:
        yield KafkaPublisher(one)
