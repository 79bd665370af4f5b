"""The running whole for journeys: Kafka, MongoDB, the issuer and services, each a process of its own.

Unlike `paygir up` it goes on when one of them dies: journeys kill them and start them again. A service is
called by its name, and where it runs in parts or twice by its role as well: `complaints.api`,
`complaints.worker`, `complaints.worker-2`.
"""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import httpx
import pytest
from pymongo import AsyncMongoClient

from deploy.embedded import environment, mongo, ports, topics
from deploy.embedded.environment import Addresses
from deploy.embedded.places import ROOT
from deploy.embedded.processes import Processes, Running
from tests.leftovers import none_left
from tests.province import holder, settle
from tests.real import STOP_GRACE_S, Broker, free_ports
from tests.throw_away import throw_away_folder

Document = dict[str, Any]
T = TypeVar("T")
# PyMongo leaves sockets open when it looks for a server that is just starting or dying.
MARKS = [pytest.mark.real, pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")]
PATIENCE_S = 120.0
LINES_SHOWN = 4
CHARACTERS_SHOWN = 2000
AT_EACH_BASE = 9  # of 8100 to 8107 and so on: the issuer's port comes after them


@dataclass(slots=True)
class Stack:
    """What one journey runs on."""

    folder: Path
    processes: Processes
    kafka: Broker
    mongodb_port: int
    issuer_port: int
    service_ports: dict[str, int]
    http: httpx.AsyncClient
    scaled_clock: bool = False
    running: dict[str, Running] = field(default_factory=dict[str, Running])
    _mongodb: AsyncMongoClient[Document] | None = None

    @property
    def addresses(self) -> Addresses:
        """Of the parts."""
        return Addresses(
            kafka=self.kafka.bootstrap,
            mongodb=mongo.uri([self.mongodb_port]),
            issuer=f"http://{ports.HOST}:{self.issuer_port}",
        )

    @property
    def mongodb(self) -> AsyncMongoClient[Document]:
        """A client that sees what is durable."""
        if self._mongodb is None:
            self._mongodb = AsyncMongoClient[Document](
                self.addresses.mongodb, tz_aware=True, readConcernLevel="majority"
            )
        return self._mongodb

    def url(self, name: str, path: str) -> str:
        """Where a running service answers."""
        return f"http://{ports.HOST}:{self.service_ports[name]}{path}"

    async def start(self, *names: str) -> None:
        """Start them side by side and wait until each is ready; parts are "kafka", "mongodb", "issuer"."""
        await asyncio.gather(*map(self._start, names))

    def spawn(self, name: str) -> None:
        """Start a service, waiting for nothing."""
        service, _, role = name.partition(".")
        port = str(self.service_ports[name])
        words = ["-m", f"services.{service}", "--role", (role or "all").split("-")[0], "--port", port]
        self.running[name] = self._python(name, words)

    async def kill(self, name: str) -> None:
        """End it at once, as a power cut does."""
        if name == "kafka":
            await self.kafka.kill()
            return
        if name == "mongodb":
            await self._let_go()
        one = self.running.pop(name)
        os.killpg(one.pid, signal.SIGKILL)
        await self.processes.stop(one)

    async def stop(self, *names: str) -> None:
        """End them in order."""
        for name in names:
            if name == "kafka":
                await self.kafka.stop()
            else:
                await self.processes.stop(self.running.pop(name))

    async def is_ready(self, name: str) -> bool:
        """Whether it may be sent work."""
        try:
            return (await self.http.get(self.url(name, "/ready"))).is_success
        except httpx.TransportError:
            return False

    async def until_ready(self, *names: str) -> None:
        """Wait for them."""
        for name in names:
            await self.running[name].wait_until(lambda name=name: self.is_ready(name), patience_s=PATIENCE_S)

    async def make_topics(self) -> None:
        """Those of deploy/topics.yaml."""
        await topics.make(self.kafka.bootstrap, replication=1)

    async def settle(self, *services: str) -> None:
        """Each knows the small province already, as if it had read the directory's events."""
        for service in services:
            await settle(self.mongodb[f"paygir_{service}"])

    async def bearer(self, post_id: str) -> dict[str, str]:
        """The header by which the holder of a post of the small province asks."""
        return await self.bearer_of(holder(post_id), post_id.split(".", 1)[0])

    async def bearer_of(self, person: str, agency_id: str) -> dict[str, str]:
        """The header by which a person of an agency asks, with a token of the running issuer."""
        issuer, agency = self.addresses.issuer, {"agency": agency_id}
        (await self.http.put(f"{issuer}/subjects/{person}", json=agency)).raise_for_status()
        answer = (await self.http.post(f"{issuer}/token", json={"subject": person})).raise_for_status()
        return {"authorization": f"Bearer {answer.json()['access_token']}"}

    async def eventually(
        self,
        what: str,
        look: Callable[[], Awaitable[T]],
        holds: Callable[[T], bool],
        *,
        patience_s: float = PATIENCE_S,
    ) -> T:
        """What was seen when it held; fails with what was seen last and what each log says at its end."""
        seen: T | None = None
        try:
            async with asyncio.timeout(patience_s):
                while True:
                    seen = await look()
                    if holds(seen):
                        return seen
                    await asyncio.sleep(0.3)
        except TimeoutError:
            last = repr(seen)[:CHARACTERS_SHOWN]
            raise AssertionError(f"not seen: {what}. Last: {last}\n{self.last_words()}") from None

    def last_words(self) -> str:
        """Who ended by itself, and the end of what each log complains of."""
        said: list[str] = []
        for name, one in self.running.items():
            if name == "mongodb":
                continue  # it talks of nothing but connections
            lines = [line for line in one.log.read_text().splitlines() if '"level": "info"' not in line]
            state = "ended" if one.ended() else "runs"
            said.append("\n".join([f"--- {name} ({state})", *lines[-LINES_SHOWN:]]))
        return "\n".join(said)

    async def close(self) -> None:
        """End all; nobody keeps the folder."""
        await self._let_go()
        await self.processes.stop_all(grace_s=STOP_GRACE_S)

    async def _let_go(self) -> None:
        """PyMongo leaves a socket open when its server dies under it."""
        if self._mongodb is not None:
            await self._mongodb.close()
            self._mongodb = None

    async def _start(self, name: str) -> None:
        match name:
            case "kafka":
                await self.kafka.start()
                await self.make_topics()
            case "mongodb":
                self.running[name] = await mongo.start(
                    self.processes, self.folder / "mongodb", port=self.mongodb_port
                )
            case "issuer":
                folder, port = str(self.folder / "issuer"), str(self.issuer_port)
                words = ["-m", "deploy.embedded.issuer", "--folder", folder, "--port", port]
                self.running[name] = one = self._python(name, words)
                await one.wait_until(self._issuer_answers)
            case _:
                self.spawn(name)
                await self.until_ready(name)

    def _python(self, name: str, words: Sequence[str]) -> Running:
        env = environment.of_service(self.addresses, self.folder, scaled_clock=self.scaled_clock)
        return self.processes.spawn(name, [sys.executable, *words], env=env, cwd=ROOT)

    async def _issuer_answers(self) -> bool:
        try:
            return (await self.http.get(f"{self.addresses.issuer}/ready")).is_success
        except httpx.TransportError:
            return False


@asynccontextmanager
async def stack_for(*services: str, scaled_clock: bool = False) -> AsyncGenerator[Stack]:
    """A stack with ports for these services, nothing of it started yet; all of it ended afterwards."""
    bases = [8100 + 1000 * (n // AT_EACH_BASE) + n % AT_EACH_BASE for n in range(len(services))]
    parts = (ports.ISSUER, ports.KAFKA, ports.KAFKA_CONTROLLER, ports.MONGODB)
    issuer, kafka, controller, mongodb, *service_ports = free_ports(*parts, *bases)
    temporary = throw_away_folder()
    with temporary as name, none_left(name):
        folder = Path(name)
        processes = Processes(folder / "logs")
        async with httpx.AsyncClient(trust_env=False, timeout=20) as http:
            stack = Stack(
                folder=folder,
                processes=processes,
                kafka=Broker(processes, folder / "kafka", kafka, controller),
                mongodb_port=mongodb,
                issuer_port=issuer,
                service_ports=dict(zip(services, service_ports, strict=True)),
                http=http,
                scaled_clock=scaled_clock,
            )
            try:
                yield stack
            finally:
                await stack.close()
