"""Makes topics and reads them whole, for tests of what goes over the bus."""
# pyright: basic, reportArgumentType=false

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence

from aiokafka import AIOKafkaConsumer, ConsumerRecord
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import TopicAlreadyExistsError

EVENTS = "paygir.directory.events"


async def make(servers: Sequence[str], *topics: str, partitions: int = 12) -> None:
    """Make those that aren't there."""
    admin = AIOKafkaAdminClient(bootstrap_servers=list(servers))
    await admin.start()
    try:
        for topic in topics:
            try:
                await admin.create_topics([NewTopic(topic, partitions, 1)])
            except TopicAlreadyExistsError:
                continue
    finally:
        await admin.close()


async def read(servers: Sequence[str], topic: str) -> list[ConsumerRecord]:
    """All that lies in a topic now, each partition in its order."""
    # From the earliest by setting, not by seeking: that loses a race against the consumer's own start.
    reading = {"auto_offset_reset": "earliest", "enable_auto_commit": False}
    async with AIOKafkaConsumer(topic, bootstrap_servers=list(servers), **reading) as consumer:
        partitions = consumer.assignment()  # all, without a group
        ends = await consumer.end_offsets(partitions)
        found: list[ConsumerRecord] = []
        for one in partitions:
            while await consumer.position(one) < ends[one]:
                for records in (await consumer.getmany(one, timeout_ms=200)).values():
                    found += records
    return sorted(found, key=lambda record: (record.partition, record.offset))


async def sequences(servers: Sequence[str], keys: Iterable[str]) -> dict[str, list[int]]:
    """The sequences published for each of these aggregates, in their order, repeats and all."""
    found: dict[str, list[int]] = {key: [] for key in keys}
    for record in await read(servers, EVENTS):
        key = (record.key or b"").decode()
        if key in found:
            found[key].append(int(dict(record.headers)["ce_sequence"]))
    return found


def first_occurrences(sequences: Mapping[str, Iterable[int]]) -> dict[str, list[int]]:
    """Without the repeats, which consumers drop."""
    return {key: list(dict.fromkeys(sequence)) for key, sequence in sequences.items()}


async def until(happened: Callable[[], Awaitable[bool]], *, patience_s: float = 60) -> None:
    """Wait for it; a wait without end is a failure, however slow the machine."""
    async with asyncio.timeout(patience_s):
        while not await happened():  # noqa: ASYNC110 - it happens in another process
            await asyncio.sleep(0.02)


async def is_read_to_the_end(servers: Sequence[str], topic: str, group: str) -> bool:
    """Whether a consumer group has committed all that lies in the topic now."""
    admin = AIOKafkaAdminClient(bootstrap_servers=list(servers))
    await admin.start()
    try:
        committed = {
            one: offset.offset for one, offset in (await admin.list_consumer_group_offsets(group)).items()
        }
    finally:
        await admin.close()
    async with AIOKafkaConsumer(topic, bootstrap_servers=list(servers), enable_auto_commit=False) as consumer:
        ends = await consumer.end_offsets(consumer.assignment())
    return all(committed.get(one, 0) == end for one, end in ends.items())
