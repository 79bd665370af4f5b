"""The relay's way into Kafka: idempotent, acknowledged by all, without a timer."""
# pyright: basic, reportArgumentType=false, reportUnknownMemberType=false

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import AbstractAsyncContextManager

from aiokafka import AIOKafkaProducer
from aiokafka.errors import MessageSizeTooLargeError

from shared.cloudevents import Record
from shared.observe import metrics
from shared.outbox.relay import Publisher, RecordRefused

REQUEST_BYTES_MAX = 1024 * 1024
ANSWER_S = 60.0  # longer than aiokafka tries by itself


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


class LastingProducer:
    """For as long as we live: after any failure the next record goes by a new producer.

    An idempotent one that lost its place in the sequence never sends again.
    """

    def __init__(self, make: Callable[[], AbstractAsyncContextManager[AIOKafkaProducer]]) -> None:
        self._make, self._open = make, contextlib.AsyncExitStack()
        self._producer: AIOKafkaProducer | None = None
        self._turn = asyncio.Lock()

    async def send_and_wait(
        self, topic: str, value: bytes | None, *, key: bytes | None, headers: Sequence[tuple[str, bytes]]
    ) -> None:
        """Raises what Kafka or the way to it raises; TimeoutError when no answer comes at all."""
        async with self._turn:
            try:
                async with asyncio.timeout(ANSWER_S):
                    if self._producer is None:
                        self._producer = await self._open.enter_async_context(self._make())
                    await self._producer.send_and_wait(topic, value, key=key, headers=headers)
            except MessageSizeTooLargeError:
                raise  # said before it took a place in the sequence
            except BaseException:
                await self.close()
                raise

    async def close(self) -> None:
        """The next record opens it anew."""
        self._producer = None
        await self._open.aclose()


@contextlib.asynccontextmanager
async def lasting_producer(servers: Sequence[str]) -> AsyncGenerator[LastingProducer]:
    """One that is closed in the end."""
    one = LastingProducer(lambda: producer(servers))
    try:
        yield one
    finally:
        await one.close()


@contextlib.asynccontextmanager
async def kafka_publisher(servers: Sequence[str]) -> AsyncGenerator[Publisher]:
    """A fresh publisher."""
    async with producer(servers) as one:
        yield KafkaPublisher(one)
