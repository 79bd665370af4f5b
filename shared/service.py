"""Assembles and runs a service: its API, its relay, its subscriptions, its clocks."""

import argparse
import asyncio
import contextlib
import gc
from collections.abc import AsyncGenerator, Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Generic, TypeVar

import uvicorn
from fastapi import APIRouter, FastAPI
from faststream.kafka import KafkaBroker
from pymongo.asynchronous.database import AsyncDatabase

from shared.access.guard import Guard
from shared.access.tokens import token_check
from shared.audit.work import digest_work
from shared.bus.subscribe import Subscription, broker_for, must_run, show_gaps, show_lag
from shared.clock import Clock, clock_from
from shared.directory.lookup import Directory
from shared.identity import new_id
from shared.keys.vault import vault_wrapper
from shared.keys.wrapping import KeyWrapper, Wrappers, local_wrapper
from shared.mongo import Document, connect
from shared.observe import metrics
from shared.observe.faults import fault_of
from shared.observe.logs import log, set_up_logs
from shared.observe.traces import set_up_traces
from shared.outbox.kafka import kafka_publisher, lasting_producer
from shared.outbox.lease import MongoLease
from shared.outbox.pending import PendingInMongo, watch
from shared.outbox.relay import Relay
from shared.outbox.wake import Wake
from shared.sealing import MasterKey
from shared.settings import ServiceSettings
from shared.store.repository import Repository
from shared.store.requests import forget_requests
from shared.sweep import Sweep, run_sweeps
from shared.web.bodies import BODY_BYTES_MAX, longer_of
from shared.web.document import DocumentedApp
from shared.web.health import Health, health_routes
from shared.web.limits import TryCounter
from shared.web.middleware import BodyLimit, Observed, Prepared
from shared.web.problems import Dialect, answer_problems
from shared.web.uploads import Uploads

_LOG = log(__name__)
GC_YOUNG_MAX = 20_000
ASKED_TO_END_AGAIN_S = 6.0  # longer than any part takes to put its things away
ROLES = ("api", "worker", "all")
TRIES_AGAIN_S = 1.0
PREPARED_SEEN_S = 0.05
LAG_SHOWN_S = 5.0
STOP_S = 5.0
SettingsT = TypeVar("SettingsT", bound=ServiceSettings)
Work = Callable[[], Coroutine[Any, Any, None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Base(Generic[SettingsT]):
    """What every service is given to build its own parts on."""

    name: str
    settings: SettingsT
    database: AsyncDatabase[Document]
    clock: Clock
    directory: Directory
    master_key: MasterKey
    wrapper: KeyWrapper


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """A service, in parts. `use` is what its routes find as `request.app.state.use`."""

    use: Any
    repositories: Sequence[Repository[Any]]
    routers: Sequence[APIRouter] = ()
    subscriptions: Sequence[Subscription] = ()
    sweeps: Sequence[Sweep] = ()
    background: Mapping[str, Work] = field(default_factory=dict[str, Work])
    make_indexes: Callable[[], Coroutine[Any, Any, None]] | None = None
    dialects: Sequence[Dialect] = ()


Assemble = Callable[[Base[SettingsT]], Parts]


def base_of(name: str, settings: SettingsT) -> Base[SettingsT]:
    """Connects (lazily) and reads the keys; raises NoKey without a master key."""
    client = connect(settings.mongodb, timeout_ms=settings.mongodb_timeout_ms, name=f"paygir-{name}")
    database = client[settings.database or f"paygir_{name}"]
    master_key = MasterKey.from_settings(file=settings.key_file, text=settings.key)
    return Base(
        name=name,
        settings=settings,
        database=database,
        clock=clock_from(settings.clock_file),
        directory=Directory(database),
        master_key=master_key,
        wrapper=wrapper_of(settings, master_key),
    )


def wrapper_of(settings: ServiceSettings, master_key: MasterKey) -> KeyWrapper:
    """What persons' keys are wrapped by: Vault where one is named; what was wrapped here opens still."""
    local = local_wrapper(master_key, settings.wrapping_key_file)
    if settings.vault_url is None:
        return local
    return Wrappers(vault_wrapper(settings.vault_url, settings.vault_key, settings.vault_token_file), [local])


def make_app(base: Base[SettingsT], parts: Parts, *, role: str = "all") -> FastAPI:
    """The service as an ASGI application. What runs beside the API starts and ends with it."""
    settings = base.settings
    names = [repository.collection.name for repository in parts.repositories]
    sources = [PendingInMongo(repository.collection) for repository in parts.repositories]
    pending = dict(zip(names, sources, strict=True))
    health = Health(base.database, pending, settings.pending_age_max_s, base.directory)

    @contextlib.asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncGenerator[None]:
        asyncio.get_running_loop().set_exception_handler(_note)
        work: dict[str, Work] = {"prepare": lambda: prepare(base, parts, health)}
        if role != "api":
            work |= _relaying(base, parts.repositories, sources)
            work["consume"] = lambda: _consume(base, parts)
            sweeps = sweeps_of(base, parts)
            work["sweep"] = lambda: run_sweeps(sweeps, base.clock, every_s=settings.sweep_every_s)
            work |= _digesting(base, parts)
            work |= {name: partial(_once_prepared, health, one) for name, one in parts.background.items()}
        tasks = [asyncio.create_task(keep_alive(name, one)) for name, one in work.items()]
        try:
            yield
        finally:
            await end(tasks)
            await base.database.client.close()

    app = DocumentedApp(
        title=f"Paygir {base.name}",
        version="1",
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,  # an unknown address is a problem like any other, not a way elsewhere
        # Our own span says the route and never the path or the query: those may hold a number.
        telemetry={"tracing": False, "metrics": False, "logs": False},
    )
    app.state.use = parts.use
    app.state.health = health
    app.state.dialects = parts.dialects
    app.state.uploads = Uploads()
    app.state.tries = TryCounter(base.database, base.master_key)
    app.state.guard = Guard(token_check(settings), base.directory, base.clock)
    if role != "worker":
        for router in parts.routers:
            app.router.routes += router.routes  # flat: `include_router` would look for each route twice
    app.router.routes += health_routes.routes
    answer_problems(app)
    app.add_middleware(
        BodyLimit,
        bytes_max=BODY_BYTES_MAX,
        longer=[one for router in parts.routers for one in longer_of(router.routes)],
    )
    app.add_middleware(Prepared, health=health)
    app.add_middleware(Observed)
    return app


def sweeps_of(base: Base[SettingsT], parts: Parts) -> list[Sweep]:
    """A service's own clocks, and those that every service has."""
    return [*parts.sweeps, forget_requests(base.name, parts.repositories)]


async def end(tasks: Sequence[asyncio.Task[None]]) -> None:
    """Cancel them until all have ended: once isn't enough, for a library can lose a cancellation
    (`asyncio.wait_for` of Python 3.11 does when what it waits for ends at the same moment).
    """
    left = set(tasks)
    while left:
        for task in left:
            task.cancel()
        _, left = await asyncio.wait(left, timeout=ASKED_TO_END_AGAIN_S)
    await asyncio.gather(*tasks, return_exceptions=True)


async def keep_alive(name: str, work: Work) -> None:
    """Until it ends by itself or is cancelled. Whatever else breaks it off, it begins anew, and is told of:
    nobody awaits what runs beside the API, so it would be missed by nobody.
    """
    while True:
        try:
            await work()
        except (Exception, asyncio.CancelledError) as error:
            ours = asyncio.current_task()
            if isinstance(error, asyncio.CancelledError) and (ours is None or ours.cancelling()):
                raise  # we are to end; any other came out of a library
            metrics.BACKGROUND_FAULTS.labels(name).inc()
            _LOG.error("background work starts over", work=name, error=fault_of(error))
            await asyncio.sleep(TRIES_AGAIN_S)
        else:
            return


def _note(_: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """What nobody awaited, without the exception's message, which asyncio's own word of it has."""
    error = context.get("exception")
    _LOG.error(
        "left alone",
        said=context["message"],
        error=fault_of(error) if isinstance(error, BaseException) else None,
    )


async def prepare(base: Base[SettingsT], parts: Parts, health: Health) -> None:
    """Make the indexes as soon as MongoDB answers; until then the service isn't ready and writes nothing."""
    while faults := await _index(base, parts):
        _LOG.warning("not prepared yet", error=", ".join(map(fault_of, faults)))
        await asyncio.sleep(TRIES_AGAIN_S)
    health.prepared = True


async def _index(base: Base[SettingsT], parts: Parts) -> list[BaseException]:
    """All at once; what kept some from it.

    Each is waited for, none cancelled because another failed: the driver loses connections of the cancelled,
    and in the end has none.
    """
    made: list[Coroutine[Any, Any, None]] = [one.make_indexes() for one in parts.repositories]
    made.append(base.directory.make_indexes())
    made += [subscription.effect.make_indexes() for subscription in parts.subscriptions]
    made.append(TryCounter(base.database, base.master_key).make_indexes())
    if parts.make_indexes is not None:
        made.append(parts.make_indexes())
    said = await asyncio.gather(*made, return_exceptions=True)
    return [one for one in said if one is not None]


async def _once_prepared(health: Health, work: Work) -> None:
    """Nothing is written without the indexes that keep what is one from being two."""
    while not health.prepared:  # noqa: ASYNC110 - only those who ask for it ever look
        await asyncio.sleep(PREPARED_SEEN_S)
    await work()


def _relaying(
    base: Base[SettingsT], repositories: Sequence[Repository[Any]], sources: Sequence[PendingInMongo]
) -> dict[str, Work]:
    """The relay, and beside it the change streams that wake it: each goes on without the others."""
    wake = Wake()
    lease = MongoLease(base.database["leases"], f"relay:{base.name}", new_id())
    servers = base.settings.kafka_servers
    relay = Relay(sources, lease, lambda: kafka_publisher(servers), wake)
    names: dict[str, list[str]] = {base.database.name: []}
    for repository in repositories:
        names.setdefault(repository.collection.database.name, []).append(repository.collection.name)
    watching: dict[str, Work] = {
        f"watch {database}": partial(watch, base.database.client[database], ours, wake)
        for database, ours in names.items()
    }
    return {"relay": relay.run, **watching}


def _digesting(base: Base[SettingsT], parts: Parts) -> dict[str, Work]:
    """The digests over all documents, where the settings name a key and a place."""
    # Persons' keys as well: what vanishes is the key, its document stays and its history says who erased it.
    documents = [repository.collection for repository in parts.repositories]
    lease = MongoLease(base.database["leases"], f"digests:{base.name}", new_id())
    work = digest_work(base.name, base.settings, base.database, documents, base.clock, lease)
    return {} if work is None else {"digests": work.run}


async def _consume(base: Base[SettingsT], parts: Parts) -> None:
    """The subscriptions, as soon as Kafka answers and for as long as we live."""
    if not parts.subscriptions:
        return
    servers = base.settings.kafka_servers
    while True:
        try:
            async with lasting_producer(servers) as keeper:
                broker = broker_for(servers, parts.subscriptions, keeper)
                try:
                    await broker.start()
                    while True:
                        await asyncio.sleep(LAG_SHOWN_S)
                        must_run(broker)
                        await _show(broker, parts.subscriptions)
                finally:
                    # A frozen Kafka would be waited for, 40 seconds long.
                    with contextlib.suppress(TimeoutError):
                        await asyncio.wait_for(broker.stop(), STOP_S)
        except Exception as error:  # noqa: BLE001 - a consumer outlives every fault
            _LOG.warning("subscriptions start over", error=fault_of(error))
            await asyncio.sleep(TRIES_AGAIN_S)


async def _show(broker: KafkaBroker, subscriptions: Sequence[Subscription]) -> None:
    """Set the figures of the subscriptions; one that can't be had now is shown the next time."""
    for figures in (show_lag(broker, subscriptions), show_gaps(subscriptions)):
        with contextlib.suppress(Exception):
            await asyncio.wait_for(figures, LAG_SHOWN_S)


def spare_what_stays() -> None:
    """What is there now stays: the garbage collector needn't look at it again at every turn."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(GC_YOUNG_MAX, 20, 20)


def run(name: str, settings_type: type[SettingsT], assemble: Assemble[SettingsT], *, port: int) -> None:
    """The command line of every service: `python -m services.<name> [--role api|worker|all] [--port N]`.

    A worker listens too, for /live, /ready and /metrics: on a port of its own choice unless one is given.
    """
    parser = argparse.ArgumentParser(prog=f"services.{name}")
    parser.add_argument("--role", choices=ROLES, default="all")
    parser.add_argument("--port", type=int)
    asked = parser.parse_args()
    settings = settings_type()
    set_up_logs(name, level=settings.log_level)
    traces = set_up_traces(
        name, file=settings.traces_file, otlp_endpoint=settings.otlp_endpoint, ratio=settings.trace_ratio
    )
    base = base_of(name, settings)
    app = make_app(base, assemble(base), role=asked.role)
    spare_what_stays()
    own_port = 0 if asked.role == "worker" else port + settings.port_offset
    try:
        uvicorn.run(
            app,
            host=settings.host,
            port=own_port if asked.port is None else asked.port,
            loop="uvloop",
            http="httptools",
            access_log=False,
            proxy_headers=False,  # nothing here asks where a request came from
            log_config=None,
            timeout_graceful_shutdown=10,
        )
    finally:
        traces.shutdown()
