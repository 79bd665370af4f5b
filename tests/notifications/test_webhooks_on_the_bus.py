"""From a real Kafka to a real receiver, and once however often it is read."""

import asyncio
from typing import Any

import pytest
from pymongo.asynchronous.database import AsyncDatabase

from services.notifications.app import assemble
from services.notifications.settings import Settings
from services.notifications.sweeps import keep_delivering
from shared.events.complaints import ComplaintFiled
from tests.notifications.receiver import happened, registered, system
from tests.serving import serving
from tests.shared.bus.consuming import bus
from tests.shared.bus.consuming import running as consuming
from tests.shared.outbox.topic import until

pytestmark = pytest.mark.real
WITHIN_S = 60


async def test_an_event_on_kafka_is_a_signed_request_in_order_and_once(
    database: AsyncDatabase[dict[str, Any]], kafka: list[str]
) -> None:
    settings = Settings(sandbox=True, webhook_loopback=True)
    async with (
        serving("notifications", settings, assemble, database) as running,
        bus(kafka) as one,
        system() as other,
    ):
        _, secret = await registered(running, other.url, in_order=True)
        [own] = [sub for sub in running.parts.subscriptions if sub.name == "webhooks-complaints"]
        envelopes = [happened(running, ComplaintFiled, "case-1", number) for number in (1, 2, 3)]
        sending = asyncio.create_task(keep_delivering(running.parts.use))
        async with consuming(kafka, one.subscription(own.effect)):
            for envelope in [*envelopes, envelopes[0], envelopes[2]]:
                await one.send(envelope.record(one.topic))
            async with asyncio.timeout(WITHIN_S):
                await other.has(3)
            await until(one.all_committed)
        sending.cancel()
        await asyncio.gather(sending, return_exceptions=True)

        assert other.subjects == [("case-1", number) for number in (1, 2, 3)]
        assert [got.verified(secret)["id"] for got in other.got] == ["case-1:1", "case-1:2", "case-1:3"]
        assert await one.dead() == []
