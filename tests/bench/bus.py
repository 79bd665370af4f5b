"""What the bench itself asks of Kafka, beside the service's own way."""
# pyright: basic, reportArgumentType=false

import asyncio
import secrets
import time
from collections.abc import Sequence

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from shared.cloudevents import Envelope, Record
from shared.events.event import events_topic

PARTITIONS = 12  # of every events topic
TOPIC = events_topic("complaints")


def _reader(servers: Sequence[str], *topics: str, group: str | None = None) -> AIOKafkaConsumer:
    return AIOKafkaConsumer(
        *topics,
        bootstrap_servers=list(servers),
        group_id=group,
        auto_offset_reset="earliest",
        enable_auto_commit=False,
    )


async def skip_what_is_there(servers: Sequence[str], *groups: str) -> None:
    """Let these consumer groups begin behind all that earlier measures have published."""
    for group in groups:
        async with _reader(servers, group=group) as consumer:
            places = [TopicPartition(TOPIC, number) for number in range(PARTITIONS)]
            consumer.assign(places)
            await consumer.commit(await consumer.end_offsets(places))


async def published(servers: Sequence[str]) -> dict[str, list[str]]:
    """The ids of all events that lie in the topic, by aggregate, in its order."""
    told: dict[str, list[str]] = {}
    async with _reader(servers, TOPIC) as consumer:
        ends = await consumer.end_offsets(consumer.assignment())
        for partition, end in ends.items():
            while await consumer.position(partition) < end:
                for records in (await consumer.getmany(partition, timeout_ms=200)).values():
                    for record in records:
                        envelope = Envelope.read(record.headers, record.value)
                        told.setdefault(envelope.subject, []).append(envelope.id)
    return told


async def new_topic(servers: Sequence[str], records: Sequence[Record]) -> str:
    """A topic of its own that holds these records."""
    name = f"bench.{secrets.token_hex(4)}"
    admin = AIOKafkaAdminClient(bootstrap_servers=",".join(servers))
    await admin.start()
    await admin.create_topics([NewTopic(name, PARTITIONS, 1)])
    await admin.close()
    async with AIOKafkaProducer(bootstrap_servers=list(servers), enable_idempotence=True) as sender:
        sent = [
            await sender.send(
                name,
                record.value,
                key=record.key.encode(),
                headers=[(key, value.encode()) for key, value in record.headers.items()],
            )
            for record in records
        ]
        await asyncio.gather(*sent)
    return name


async def reading_rate(servers: Sequence[str], topic: str, expected: int) -> float:
    """Records a second of a consumer that does nothing with them, from its first batch on."""
    async with _reader(servers, topic) as consumer:
        started, count = 0.0, 0
        while count < expected:
            batches = await consumer.getmany(timeout_ms=1000, max_records=500)
            started = started or time.monotonic()
            count += sum(map(len, batches.values()))
        return count / (time.monotonic() - started)
