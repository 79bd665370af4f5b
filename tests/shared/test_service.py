"""What runs beside the API goes on whatever breaks it off: nobody awaits it, so nobody would notice."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from prometheus_client import REGISTRY
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import AutoReconnect
from typing_extensions import override

from shared import service
from shared.bus.effects import Projection, Reaction
from shared.bus.subscribe import Stopped, Subscription, broker_for, must_run, show_gaps
from shared.cloudevents import Envelope
from shared.directory.lookup import Directory
from shared.events.event import dead_topic
from shared.keys.wrapping import local_wrapper
from shared.mongo import connect
from shared.outbox.kafka import producer
from shared.sealing import MasterKey
from shared.service import Base, Parts, keep_alive, make_app, prepare
from shared.settings import ServiceSettings
from shared.store.repository import Repository
from shared.web.health import Health
from tests.serving import SetClock
from tests.shared.bus.consuming import bus, fold
from tests.shared.errands import Errand
from tests.shared.outbox import topic
from tests.shared.outbox.topic import until

Database = AsyncDatabase[dict[str, Any]]
NOWHERE = "127.0.0.1:1"
PATIENCE_S = 120  # nothing is told by it but that the end comes at all


class Work:
    """Breaks off once with an error, then goes on."""

    def __init__(self, error: BaseException) -> None:
        self.starts, self._error = 0, error

    async def run(self) -> None:
        self.starts += 1
        if self.starts == 1:
            raise self._error
        await asyncio.Event().wait()

    async def goes_on(self) -> bool:
        return self.starts > 1


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "TRIES_AGAIN_S", 0)
    monkeypatch.setattr(service, "LAG_SHOWN_S", 0.05)


async def _nothing(_: Envelope) -> None:
    await asyncio.sleep(0)


def faults(name: str) -> float:
    return REGISTRY.get_sample_value("paygir_background_faults_total", {"work": name}) or 0


@pytest.mark.parametrize(
    "error",
    [
        RuntimeError("unexpected"),
        ExceptionGroup("several", [ValueError("one")]),
        asyncio.CancelledError("out of a library"),
    ],
)
async def test_work_that_breaks_off_begins_anew_and_is_counted(error: BaseException) -> None:
    work, before = Work(error), faults("test")
    task = asyncio.create_task(keep_alive("test", work.run))
    await until(work.goes_on)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert (work.starts, faults("test") - before) == (2, 1)


async def test_work_that_is_done_is_not_begun_again() -> None:
    starts: list[int] = []

    async def work() -> None:
        starts.append(1)
        await asyncio.sleep(0)

    await keep_alive("test", work)
    assert starts == [1]


def base(mongodb: str, database: Database, kafka: str) -> Base[ServiceSettings]:
    own = connect(mongodb)[database.name]  # the service closes its client
    return Base(
        name="test",
        settings=ServiceSettings(kafka=kafka),
        database=own,
        clock=SetClock(),
        directory=Directory(own),
        master_key=MasterKey(bytes(32)),
        wrapper=local_wrapper(MasterKey(bytes(32)), None),
    )


@asynccontextmanager
async def running(app: FastAPI) -> AsyncGenerator[httpx.AsyncClient]:
    async with app.router.lifespan_context(app):
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as http:
            yield http


@pytest.mark.real
async def test_a_worker_keeps_its_work_alive_and_is_ready_without_kafka(
    mongodb: str, database: Database
) -> None:
    work = Work(RuntimeError("unexpected"))
    parts = Parts(use=None, repositories=[], background={"broken": work.run})
    async with running(make_app(base(mongodb, database, NOWHERE), parts, role="worker")) as http:
        await until(work.goes_on)

        async def is_ready() -> bool:
            return (await http.get("/ready")).status_code == 200

        await until(is_ready)
    assert work.starts == 2


@pytest.mark.real
async def test_an_index_that_cannot_be_made_breaks_off_no_other(mongodb: str, database: Database) -> None:
    ended: list[str] = []

    class Things(Repository[Errand]):
        @override
        async def make_indexes(self) -> None:
            try:
                await asyncio.sleep(0.01)
            except asyncio.CancelledError:
                ended.append("cancelled")  # PyMongo would have lost a connection by it
                raise
            ended.append("made")

    async def cannot_at_first() -> None:
        await asyncio.sleep(0)
        if len(ended) < 2:
            raise AutoReconnect("nobody answers")

    own = base(mongodb, database, NOWHERE)
    things = Things(database, "errands", Errand)
    parts = Parts(use=None, repositories=[things], make_indexes=cannot_at_first)
    health = Health(database, {}, 300, own.directory)

    await prepare(own, parts, health)
    await own.database.client.close()

    assert health.prepared
    assert set(ended) == {"made"}
    assert len(ended) > 1


@pytest.mark.real
async def test_the_gaps_of_a_projection_are_shown_and_gone_when_mended(database: Database) -> None:
    facts = database["facts"]
    projection = Projection(facts, fold)
    await projection.make_indexes()
    subscription = Subscription(service="test", name="gaps", topics=["t"], effect=projection)

    async def shown() -> float | None:
        await show_gaps([subscription])
        return REGISTRY.get_sample_value("paygir_projection_gaps", {"subscription": "gaps"})

    gaps = [{"_id": str(n), "gaps": n} for n in (0, 1, 2)]
    await facts.insert_many(gaps)
    assert await shown() == 2
    await facts.update_many({}, {"$set": {"gaps": 0}})
    assert await shown() == 0


@pytest.mark.real
async def test_a_running_worker_shows_its_gaps(mongodb: str, database: Database, kafka: list[str]) -> None:
    await database["facts"].insert_one({"_id": "a", "gaps": 1})
    async with bus(kafka, partitions=1) as one:
        await topic.make(kafka, dead_topic("test"), partitions=1)
        facts = one.subscription(Projection(database["facts"], fold), "shown")
        parts = Parts(use=None, repositories=[], subscriptions=[facts])
        async with running(make_app(base(mongodb, database, ",".join(kafka)), parts, role="worker")) as http:

            async def are_shown() -> bool:
                text = (await http.get("/metrics")).text
                return 'paygir_projection_gaps{subscription="shown"} 1.0' in text

            await until(are_shown)
        indexes = await database["facts"].index_information()
    assert "gaps_1" in indexes


@pytest.mark.real
async def test_a_subscription_that_reads_no_more_is_found_out(kafka: list[str]) -> None:
    async with bus(kafka, partitions=1) as one, producer(kafka) as keeper:
        broker = broker_for(kafka, [one.subscription(Reaction([], _nothing, name="nothing"))], keeper)
        await broker.start()
        try:
            must_run(broker)
            [subscriber] = broker.subscribers
            reading: asyncio.Task[Any] = getattr(subscriber, "tasks", [None])[0]
            reading.cancel()
            await asyncio.wait([reading])
            with pytest.raises(Stopped):
                must_run(broker)
        finally:
            await broker.stop()


class Frozen:
    """A broker whose Kafka answers nothing any more."""

    subscribers: Sequence[object] = ()
    stopping = False

    async def start(self) -> None:
        await asyncio.sleep(0)

    async def stop(self) -> None:
        self.stopping = True
        await asyncio.Event().wait()


@pytest.mark.real
async def test_a_worker_ends_though_kafka_does_not_answer(
    mongodb: str, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    frozen = Frozen()

    def broker_for_all(*_: object) -> Frozen:
        return frozen

    monkeypatch.setattr(service, "broker_for", broker_for_all)
    monkeypatch.setattr(service, "STOP_S", 0.05)
    nothing = Subscription(service="test", name="n", topics=["t"], effect=Reaction([], _nothing, name="n"))
    parts = Parts(use=None, repositories=[], subscriptions=[nothing])
    worker = make_app(base(mongodb, database, NOWHERE), parts, role="worker")
    async with asyncio.timeout(PATIENCE_S), running(worker):
        await asyncio.sleep(0.1)
    assert frozen.stopping


async def test_work_that_loses_a_cancellation_is_asked_to_end_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "ASKED_TO_END_AGAIN_S", 0.01)
    lost = 0

    async def loses_the_first() -> None:
        nonlocal lost
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            lost += 1
        await asyncio.Event().wait()

    task = asyncio.create_task(loses_the_first())
    await asyncio.sleep(0)
    async with asyncio.timeout(PATIENCE_S):
        await service.end([task])

    assert (task.cancelled(), lost) == (True, 1)
