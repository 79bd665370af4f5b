"""The real parts for tests: the code of `paygir up`, other ports, a throw-away folder.

PAYGIR_KAFKA and PAYGIR_MONGODB in the environment are used instead, which saves each run
the start (`paygir up --only kafka,mongodb` prints them).
"""

import asyncio
import os
import signal
from collections.abc import Callable, Coroutine, Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import pytest

from deploy.embedded import environment, kafka, keycloak, mongo, ports
from deploy.embedded.broken import Broken
from deploy.embedded.environment import Idp
from deploy.embedded.processes import Processes, Running
from deploy.embedded.stack import Stack, Wanted
from deploy.keycloak.secret_words import SecretWords
from tests.leftovers import none_left
from tests.throw_away import throw_away_folder

T = TypeVar("T")
FIXTURES = frozenset({"kafka", "own_kafka", "mongodb", "mongodb_trio", "keycloak"})
FIRST_OFFSET = 500
STEP = 10
STOP_GRACE_S = 2  # a primary without its neighbours would wait 15 s for them, for a folder nobody keeps
DROPS_AT_ONCE = ("--setParameter", "minSnapshotHistoryWindowInSeconds=0", "--syncdelay", "10")
"""Else what a test dropped is kept for five minutes: thousands of files, until mongod may open no more."""
SLOTS = 500
TRIES = 3


@dataclass(slots=True)
class Broker:
    """One broker on a folder of its own."""

    processes: Processes
    folder: Path
    port: int
    controller_port: int
    settings_of: kafka.Settings = kafka.properties
    running: Running | None = None

    @property
    def bootstrap(self) -> list[str]:
        return [f"{ports.HOST}:{self.port}"]

    async def start(self) -> None:
        """Start it, for the first time or again, on the same folder and ports."""
        self.running = await kafka.start(
            self.processes,
            self.folder,
            port=self.port,
            controller_port=self.controller_port,
            settings_of=self.settings_of,
        )

    async def stop(self) -> None:
        """End it in order."""
        if self.running:
            await self.processes.stop(self.running)
            self.running = None

    async def kill(self) -> None:
        """End it at once, as a power cut does."""
        if self.running:
            os.killpg(self.running.pid, signal.SIGKILL)
            await self.stop()


@dataclass(frozen=True, slots=True)
class Trio:
    """Three members by their ports."""

    uri: str
    folder: Path
    processes: Processes
    members: dict[int, Running]

    async def primary(self) -> int:
        """The port of the member that takes writes, waiting for an election if there is one."""
        port = None
        async with asyncio.timeout(60):
            while port is None:
                port = await mongo.primary_of(self.members)
                await asyncio.sleep(0.1)
        return port

    async def kill(self, port: int) -> None:
        """End one at once, as a power cut does."""
        os.killpg(self.members[port].pid, signal.SIGKILL)
        await self.processes.stop(self.members.pop(port))

    async def revive(self, port: int) -> None:
        """Start a killed one again on its own folder."""
        self.members[port] = await mongo.start_one_of_three(self.processes, self.folder, port=port)

    def freeze(self, port: int) -> None:
        """Stop its clock: connections stay open, nothing is answered."""
        os.killpg(self.members[port].pid, signal.SIGSTOP)

    def thaw(self, port: int) -> None:
        """Let a frozen one go on."""
        os.killpg(self.members[port].pid, signal.SIGCONT)


@dataclass(frozen=True, slots=True)
class Provider:
    """A Keycloak with the demo's people, as `paygir up --idp keycloak` starts it."""

    folder: Path
    offset: int
    processes: Processes

    @property
    def url(self) -> str:
        return keycloak.url(ports.KEYCLOAK + self.offset)

    @property
    def issuer(self) -> str:
        """What its tokens call it."""
        return keycloak.issuer(ports.KEYCLOAK + self.offset)

    @property
    def words(self) -> SecretWords:
        """Its passwords."""
        return keycloak.secret_words(self.folder / "keycloak")

    async def start(self) -> None:
        """Start it, for the first time or again, on the same folder and port."""
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("PAYGIR_PORT_OFFSET", str(self.offset))
            patch.delenv("PAYGIR_ISSUER", raising=False)
            wanted = Wanted(folder=self.folder, names=frozenset({"issuer"}), idp=Idp.KEYCLOAK)
            addresses = environment.addresses(Idp.KEYCLOAK)
            await Stack(wanted, addresses, self.processes, self.processes).start()

    async def stop(self) -> None:
        """End it in order."""
        await self.processes.stop_all()


def waiting_for(work: Coroutine[Any, Any, T]) -> T:
    """Run it in a loop of its own, in this thread: servers die with the thread that starts them.

    The runner turns the loop once more before its end; without, a connection closed last would stay open.
    """
    with asyncio.Runner(loop_factory=asyncio.new_event_loop) as runner:
        return runner.run(work)


def free_ports(*bases: int) -> list[int]:
    """The bases, moved to where all are free; runs side by side begin at different places."""
    for turn in range(SLOTS):
        offset = FIRST_OFFSET + STEP * ((os.getpid() + turn) % SLOTS)
        moved = [base + offset for base in bases]
        if all(map(ports.is_free, moved)):
            return moved
    raise AssertionError("no free ports for the real parts")


@contextmanager
def real_kafka() -> Generator[list[str]]:
    """Bootstrap addresses of a broker."""
    if given := os.environ.get("PAYGIR_KAFKA"):
        yield given.split(",")
        return
    with real_broker() as broker:
        yield broker.bootstrap


@contextmanager
def real_broker(
    *, on_disk: bool = False, settings_of: kafka.Settings = kafka.properties
) -> Generator[Broker]:
    """A broker a test may stop, kill and start again."""
    with _throw_away(on_disk=on_disk) as (processes, folder):
        brokers: list[Broker] = []

        async def start(chosen: list[int]) -> None:
            port, controller_port = chosen
            place = folder / f"kafka-{port}"
            brokers[:] = [Broker(processes, place, port, controller_port, settings_of)]
            await brokers[0].start()

        _on_free_ports(processes, (ports.KAFKA, ports.KAFKA_CONTROLLER), start)
        yield brokers[0]


@contextmanager
def real_mongodb(*, on_disk: bool = False) -> Generator[str]:
    """Address of a replica set of one; `on_disk` as it is used, with its memory, for what is measured."""
    if given := os.environ.get("PAYGIR_MONGODB"):
        yield given
        return
    more, cache_gb = ((), None) if on_disk else (DROPS_AT_ONCE, mongo.CACHE_GB)
    with _throw_away(on_disk=on_disk) as (processes, folder):

        async def start(chosen: list[int]) -> None:
            place = folder / f"mongodb-{chosen[0]}"
            await mongo.start(processes, place, port=chosen[0], cache_gb=cache_gb, more=more)

        yield mongo.uri(_on_free_ports(processes, (ports.MONGODB,), start))


@contextmanager
def real_mongodb_trio() -> Generator[Trio]:
    """A replica set of three, whose members a test may kill, freeze and start again."""
    with _throw_away() as (processes, folder):
        members: list[Running] = []

        async def start(chosen: list[int]) -> None:
            members[:] = await mongo.start_three(processes, folder, member_ports=chosen)

        chosen = _on_free_ports(processes, range(ports.MONGODB + 1, ports.MONGODB + 4), start)
        by_port = dict(zip(chosen, members, strict=True))
        yield Trio(uri=mongo.uri(chosen), folder=folder, processes=processes, members=by_port)


@contextmanager
def real_keycloak() -> Generator[Provider]:
    """An OIDC provider, which a test may stop if it starts it again."""
    with _throw_away() as (processes, folder):
        providers: list[Provider] = []

        async def start(chosen: list[int]) -> None:
            providers[:] = [Provider(folder, chosen[0] - ports.KEYCLOAK, processes)]
            await providers[0].start()

        _on_free_ports(processes, (ports.KEYCLOAK,), start)
        yield providers[0]


def _on_free_ports(
    processes: Processes,
    bases: Sequence[int],
    start: Callable[[list[int]], Coroutine[Any, Any, None]],
) -> list[int]:
    """Start on free ports, and on others if another run took one of them in between."""
    for attempt in range(1, TRIES + 1):
        chosen = free_ports(*bases)
        try:
            waiting_for(start(chosen))
        except Broken:
            waiting_for(processes.stop_all(grace_s=STOP_GRACE_S))
            if attempt == TRIES:
                raise
        else:
            return chosen
    raise AssertionError("TRIES is at least one")


@contextmanager
def _throw_away(*, on_disk: bool = False) -> Generator[tuple[Processes, Path]]:
    folder = throw_away_folder(on_disk=on_disk)
    with folder as name, none_left(name):
        processes = Processes(Path(name) / "logs")
        try:
            yield processes, Path(name)
        finally:
            waiting_for(processes.stop_all(grace_s=STOP_GRACE_S))
