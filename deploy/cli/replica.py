"""`paygir replica`: a service's own copy of the directory, built anew from the directory's topic."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import Annotated, Any

import typer
from aiokafka import AIOKafkaConsumer
from aiokafka.errors import KafkaError
from pymongo.errors import PyMongoError

from deploy.cli.services import DATABASES, PATIENCE_MS, must_be_a_service, no_answer
from deploy.embedded import environment
from deploy.embedded.broken import Broken
from deploy.embedded.say import say
from shared.bus.effects import Effect, Told
from shared.bus.records import Received, group_of
from shared.cloudevents import Unreadable
from shared.directory.rebuild import Incomplete, Overtaken, rebuild
from shared.directory.replica import directory_replica
from shared.events.event import events_topic
from shared.identity import new_id
from shared.mongo import connect

app = typer.Typer(no_args_is_help=True, help="A service's own copy of the directory.")
TOPIC = events_topic("directory")
READ_AT_ONCE = 2000
SILENT_MS = 500


@app.command("rebuild")
def rebuild_(service: Annotated[str, typer.Argument(help="Whose copy")]) -> None:
    """Build a service's copy anew from the topic's beginning; the old one answers until it is whole."""
    must_be_a_service(service)
    try:
        asyncio.run(_rebuild(service))
    except (PyMongoError, KafkaError) as error:
        raise no_answer(error, of="MongoDB" if isinstance(error, PyMongoError) else "Kafka") from error
    except Incomplete as error:
        raise Broken(
            fa=f"تاپیک {TOPIC} دیگر کامل نیست ({error.aggregates} موجودیت کسری دارد) و نسخهٔ پیشین ماند. "
            "نخست «paygir replay» را برای آن‌ها اجرا کنید.",
            en=f"{TOPIC} is no longer whole ({error.aggregates} aggregates have gaps), so the old copy "
            "stays. Run `paygir replay` for them first.",
        ) from error
    except Overtaken:
        raise Broken(fa="بازسازی دیگری در جریان است.", en="Another rebuild of it is under way.") from None


async def _rebuild(service: str) -> None:
    where = environment.addresses()
    async with connect(where.mongodb, timeout_ms=PATIENCE_MS) as client:
        database = client[DATABASES + service]
        reader = TopicReader(service, directory_replica(service, database).effect)
        consumer = AIOKafkaConsumer(
            TOPIC,
            bootstrap_servers=",".join(where.kafka),
            auto_offset_reset="earliest",
            enable_auto_commit=False,
        )
        async with consumer:
            done = await rebuild(database, lambda: reader.read(consumer), owner=new_id())
    say(
        fa=f"نسخهٔ {service} از نو ساخته شد: {done.documents} سند؛ {done.removed} سند بیگانه حذف شد.",
        en=f"The copy of {service} is new: {done.documents} documents; {done.removed} strange ones removed.",
    )


class TopicReader:
    """Reads what the service's own subscription would work; what it couldn't read, it skips as well."""

    def __init__(self, service: str, effect: Effect[Told]) -> None:
        self._group, self._effect = group_of(service, "directory"), effect

    async def read(self, consumer: Any) -> AsyncIterator[Sequence[Told]]:  # noqa: ANN401 - aiokafka has no types
        """Up to where each partition ends now, each in its order."""
        ends: dict[Any, int] = await consumer.end_offsets(consumer.assignment())
        while [one for one, end in ends.items() if await consumer.position(one) < end]:
            some = await consumer.getmany(timeout_ms=SILENT_MS, max_records=READ_AT_ONCE)
            told = [one for records in some.values() for record in records for one in self._told(record)]
            if told:
                yield told

    def _told(self, record: Any) -> Sequence[Told]:  # noqa: ANN401 - aiokafka has no types
        received = Received(
            topic=record.topic,
            partition=record.partition,
            offset=record.offset,
            key=record.key,
            value=record.value,
            headers=tuple(record.headers),
        )
        if not received.is_for(self._group):
            return ()
        try:
            return (self._effect.read(received),)
        except Unreadable:
            return ()  # it lies in the dead letters; if it is missed, that shows as a gap
