"""The bus as journeys see it: who reads what, and records put on it from outside."""
# pyright: basic, reportArgumentType=false

import base64
import importlib
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from typing import Any

from aiokafka import AIOKafkaProducer

from deploy.embedded.secret_files import master_key_file
from shared.bus.effects import Told
from shared.bus.records import Received
from shared.bus.subscribe import Subscription
from shared.cloudevents import Record
from shared.service import base_of
from tests.journeys.stack import Stack

SERVICES = ("complaints", "content", "directory", "meetings", "notifications", "reporting")
DIRECTORY = "paygir.directory.events"
KEY = base64.b64encode(bytes(32)).decode()


async def subscriptions() -> list[Subscription]:
    """Those of all services, as they assemble them; nothing is connected."""
    found: list[Subscription] = []
    for service in SERVICES:
        async with assembled(service, key=KEY) as own:
            found += own
    return found


async def readers() -> dict[str, str]:
    """Every consumer group, and the topic that it reads."""
    return {one.group: topic for one in await subscriptions() for topic in one.topics}


@asynccontextmanager
async def assembled(service: str, **settings: Any) -> AsyncGenerator[list[Subscription]]:
    """A service's subscriptions, with these settings."""
    kind: Any = importlib.import_module(f"services.{service}.settings").Settings
    app: Any = importlib.import_module(f"services.{service}.app")
    sandbox = {"sandbox": True} if "sandbox" in kind.model_fields else {}
    base = base_of(service, kind(**settings, **sandbox))
    try:
        yield list(app.assemble(base).subscriptions)
    finally:
        await base.database.client.close()


async def work_off(stack: Stack, service: str, name: str, record: Record) -> None:
    """Have a subscription work a record in this process, as if it had come while Kafka was there."""
    key_file = master_key_file(stack.folder)
    async with assembled(service, mongodb=stack.addresses.mongodb, key_file=key_file) as own:
        [effect] = [one.effect for one in own if one.name == name]
        headers = tuple((header, value.encode()) for header, value in record.headers.items())
        received = Received(
            topic=record.topic,
            partition=0,
            offset=0,
            key=record.key.encode(),
            value=record.value,
            headers=headers,
        )
        await effect.work([effect.read(received)])


@asynccontextmanager
async def producer(servers: Sequence[str]) -> AsyncGenerator[AIOKafkaProducer]:
    """One that takes what services would never send."""
    one = AIOKafkaProducer(bootstrap_servers=list(servers), acks="all", max_request_size=1 << 20)
    await one.start()
    try:
        yield one
    finally:
        await one.stop()


async def tell_directory(servers: Sequence[str], told: Sequence[Told]) -> None:
    """Put these events on the directory's topic, as its relay would."""
    async with producer(servers) as one:
        for record in [each.envelope.record(DIRECTORY) for each in told]:
            headers = [(name, value.encode()) for name, value in record.headers.items()]
            await one.send_and_wait(record.topic, record.value, key=record.key.encode(), headers=headers)
