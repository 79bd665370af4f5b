"""Headers that others put on a record hold nobody up and make nobody answer."""
# pyright: basic

import pytest

from shared.bus.effects import Reaction
from shared.cloudevents import Envelope
from shared.events.directory import ServiceWithdrawn
from tests.shared.bus.consuming import bus, envelope, running
from tests.shared.outbox import topic

pytestmark = pytest.mark.real


async def test_a_header_that_is_no_text_is_worked_like_any_and_its_neighbours_too(kafka: list[str]) -> None:
    worked: list[str] = []

    async def work(event: Envelope) -> None:
        worked.append(event.id)

    async with bus(kafka, partitions=1) as one:
        record = envelope("a", 2).record(one.topic)
        headers = [(name, text.encode()) for name, text in record.headers.items()]
        foreign = [*headers, ("trace-bin", b"\xff\xfe")]
        await one.tell("a", [1])
        await one.producer.send_and_wait(one.topic, record.value, key=b"a", headers=foreign)
        await one.tell("a", [3])
        async with running(kafka, one.subscription(Reaction([ServiceWithdrawn], work, name="work"))):
            await topic.until(one.all_committed)

        assert worked == ["a:1", "a:2", "a:3"]
        assert await one.dead() == []


async def test_a_record_that_asks_for_an_answer_gets_none(kafka: list[str]) -> None:
    async def work(event: Envelope) -> None:
        pass

    async with bus(kafka, partitions=1) as one, bus(kafka, partitions=1) as elsewhere:
        record = envelope("a", 1).record(one.topic)
        await one.put(b"a", record.value, {**record.headers, "reply_to": elsewhere.topic})
        async with running(kafka, one.subscription(Reaction([ServiceWithdrawn], work, name="work"))):
            await topic.until(one.all_committed)

        assert await topic.read(kafka, elsewhere.topic) == []
