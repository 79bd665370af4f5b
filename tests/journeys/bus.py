"""The bus as journeys see it: who reads what, and records put on it from outside."""
# pyright: basic, reportArgumentType=false

import base64
import importlib
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from typing import Any

from aiokafka import AIOKafkaProducer

from shared.bus.effects import Told
from shared.bus.subscribe import Subscription
from shared.service import base_of

SERVICES = ("complaints", "content", "directory", "meetings", "notifications", "reporting")
DIRECTORY = "paygir.directory.events"
KEY = base64.b64encode(bytes(32)).decode()


async def subscriptions() -> list[Subscription]:
    """Those of all services, as they assemble them; nothing is connected."""
    found: list[Subscription] = []
    for service in SERVICES:
        settings: Any = importlib.import_module(f"services.{service}.settings").Settings
        app: Any = importlib.import_module(f"services.{service}.app")
        own = {"sandbox": True} if "sandbox" in settings.model_fields else {}
        base = base_of(service, settings(key=KEY, **own))
        try:
            found += app.assemble(base).subscriptions
        finally:
            await base.database.client.close()
    return found


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
