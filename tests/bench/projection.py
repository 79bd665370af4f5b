"""P6: how fast a projection takes in what waits on the bus, against only reading it."""

import asyncio
import random
import time
from collections.abc import Sequence

from pymongo.asynchronous.collection import AsyncCollection
from typing_extensions import override

from shared.bus.effects import Projection, Told
from shared.bus.subscribe import Subscription, broker_for
from shared.clock import wall_now
from shared.cloudevents import Envelope, Record, envelope_of
from shared.events.complaints import ComplaintTaken
from shared.identity import new_code, new_id
from shared.mongo import Document
from shared.outbox.kafka import producer
from tests.bench.bus import new_topic, reading_rate
from tests.bench.ratios import Measured, Promise
from tests.bench.stage import DATABASE, PATIENCE_S, Stage

DRAIN = Promise(
    id="P6",
    says="a projection takes in what waits, 5 % of it twice, each effect exactly once, "
    "against a consumer that only reads",
    goal=0.10,
    floor=0.06,
)
AGGREGATES_PER_S, EVENTS_EACH = 2000, 5
TWICE = 0.05
READS = 3


class Timed(Projection):
    """Notes when it had its first batch and when it had done all."""

    started_at = done_at = 0.0
    expected = 0
    worked = 0

    def __init__(self, collection: AsyncCollection[Document], *, expected: int) -> None:
        super().__init__(collection, fold)
        self.expected, self.done = expected, asyncio.Event()

    @override
    async def work(self, items: Sequence[Told]) -> None:
        self.started_at = self.started_at or time.monotonic()
        await super().work(items)
        self.worked += len(items)
        if self.worked >= self.expected:
            self.done_at = time.monotonic()
            self.done.set()


def fold(state: Document, envelope: Envelope) -> Document:
    """Reads the event as a real one does; counts, so that an effect had twice would show."""
    event = envelope.known_event()
    assert isinstance(event, ComplaintTaken)
    return {"count": state.get("count", 0) + 1, "post_id": event.post_id, "taken_at": event.taken_at}


async def measure(stage: Stage, *, rounds: int, seconds: float) -> list[Measured]:
    """Each round on a topic of its own: read it three times, then project it."""
    aggregates = int(AGGREGATES_PER_S * seconds)
    raw, projected = list[float](), list[float]()
    for _ in range(rounds):
        topic = await new_topic(stage.kafka, _records(aggregates))
        expected = int(aggregates * EVENTS_EACH * (1 + TWICE))
        reads = [await reading_rate(stage.kafka, topic, expected) for _ in range(READS)]
        raw.append(sorted(reads)[READS // 2])
        projected.append(await _project(stage, topic, aggregates, expected))
    ratios = [mine / other for mine, other in zip(projected, raw, strict=True)]
    figures = {"records projected/s": projected, "records only read/s": raw}
    return [Measured(promise=DRAIN, ratios=ratios, figures=figures)]


def _records(aggregates: int) -> list[Record]:
    """Each aggregate's events in order, all mixed; some come again right behind a later one."""
    chance = random.Random(1405)  # noqa: S311 - the same mix each time
    ids = [new_id() for _ in range(aggregates)]
    order = ids * EVENTS_EACH
    chance.shuffle(order)
    again = set(chance.sample(range(len(order)), int(len(order) * TWICE)))
    sequences, now, records, late = dict.fromkeys(ids, 0), wall_now(), list[Record](), list[Record]()
    for number, id_ in enumerate(order):
        sequences[id_] += 1
        event = ComplaintTaken(
            agency_id="water", tracking_code=new_code(), post_id="water.desk.officer", taken_at=now
        )
        envelope = envelope_of(event, subject=id_, sequence=sequences[id_], time=now, traceparent=None)
        records.append(envelope.record("unused"))
        if number in again:
            late.append(records[-1])
        if len(late) > 100:  # far enough to fall into another batch sometimes
            records += late
            late.clear()
    return records + late


async def _project(stage: Stage, topic: str, aggregates: int, expected: int) -> float:
    """Records a second; raises when an effect is missing or was had twice."""
    async with stage.database(DATABASE) as database, producer(stage.kafka) as keeper:
        collection = database[f"bench_{topic.rpartition('.')[2]}"]
        effect = Timed(collection, expected=expected)
        subscription = Subscription(service="reporting", name=topic, topics=[topic], effect=effect)
        broker = broker_for(stage.kafka, [subscription], keeper)
        await broker.start()
        async with asyncio.timeout(PATIENCE_S):
            await effect.done.wait()
        await broker.stop()
        once = {"sequence": EVENTS_EACH, "gaps": 0, "state.count": EVENTS_EACH}
        right, there = await collection.count_documents(once), await collection.count_documents({})
        await collection.drop()
    if not right == there == aggregates:
        raise RuntimeError(f"of {aggregates} aggregates {there} are there and {right} are right")
    return expected / (effect.done_at - effect.started_at)
