"""Starts all of Paygir on this machine, watches it, and stops it in order."""

import asyncio
import contextlib
import signal
import sys
from collections.abc import AsyncGenerator, Coroutine, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from deploy.demo.people import people
from deploy.embedded import docker, environment, kafka, keycloak, mongo, ports, topics
from deploy.embedded.broken import Broken
from deploy.embedded.environment import Addresses, Idp
from deploy.embedded.folder import check_version, held
from deploy.embedded.places import ROOT
from deploy.embedded.processes import Processes
from deploy.embedded.say import say
from deploy.embedded.waiting import until
from shared.clock import FileClock, wall_now

PARTS = ("kafka", "mongodb", "issuer")
WATCH_S = 0.3
DEMO = "demo-loaded"  # in the data folder: the demo province is in the database


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What `paygir up` was asked for."""

    folder: Path
    names: frozenset[str]
    scaled_clock: bool = False
    demo: bool = True
    idp: Idp = Idp.DEV
    replication: int = 1


def services() -> list[str]:
    """The services that can be run: the packages under services/ with a `__main__`."""
    return sorted(path.parent.name for path in (ROOT / "services").glob("*/__main__.py"))


def everything() -> frozenset[str]:
    """All that `paygir up` starts."""
    return frozenset([*PARTS, *services()])


@dataclass(slots=True)
class Stack:
    """What one launcher has started."""

    wanted: Wanted
    where: Addresses
    parts: Processes
    apps: Processes
    containers: list[docker.Container] = field(default_factory=list[docker.Container])

    async def start(self) -> None:
        """The parts side by side, then topics, then the services side by side."""
        self._set_clock()
        given = environment.given()
        starting = {"kafka": self._kafka, "mongodb": self._mongodb, "issuer": self._issuer}
        mine = [part for part in PARTS if part in self.wanted.names and part not in given]
        await together([starting[part]() for part in mine])
        if "kafka" in self.wanted.names:
            await topics.make(self.where.kafka, replication=self.wanted.replication)
        names = [name for name in services() if name in self.wanted.names]
        await together([self._service(name) for name in names])
        if self.wanted.demo and "mongodb" in mine and names:
            await self._load_demo()

    async def watch(self) -> None:
        """Until one of them ends by itself.

        Raises:
            Broken: One did; its log's last lines tell why.
        """
        while True:
            ended = self.apps.first_ended() or self.parts.first_ended()
            if ended:
                raise ended.death()
            await asyncio.sleep(WATCH_S)

    async def stop(self) -> None:
        """The services first, while what they write to is still there."""
        await self.apps.stop_all()
        await self.parts.stop_all()
        for container in self.containers:
            await asyncio.to_thread(container.stop)

    def _set_clock(self) -> None:
        file = environment.clock_file(self.wanted.folder)
        if self.wanted.scaled_clock and not file.exists():
            FileClock(file).set(to=wall_now(), scale=1.0)
        if file.exists() and not self.wanted.scaled_clock:
            raise Broken(
                fa="این پوشهٔ داده با ساعت نمایشی کار کرده است و زمانِ آن به عقب برنمی‌گردد. "
                "«--clock scaled» را بیفزایید، یا با «paygir reset» از نو آغاز کنید.",
                en="This data folder ran on a scaled clock, and its time must not go back. "
                "Add --clock scaled, or start anew with `paygir reset`.",
            )

    async def _kafka(self) -> None:
        port = ports.KAFKA + ports.offset()
        if docker.wanted():
            self.containers.append(await docker.start_kafka(port))
        else:
            await kafka.start(
                self.parts,
                self.wanted.folder / "kafka",
                port=port,
                controller_port=ports.KAFKA_CONTROLLER + ports.offset(),
                progress=_tell_progress,
            )
        say(fa="Kafka آماده است.", en="Kafka is ready.")

    async def _mongodb(self) -> None:
        port = ports.MONGODB + ports.offset()
        if docker.wanted():
            self.containers.append(await docker.start_mongodb(port))
        else:
            await mongo.start(self.parts, self.wanted.folder / "mongodb", port=port)
        say(fa="MongoDB آماده است.", en="MongoDB is ready.")

    async def _issuer(self) -> None:
        await asyncio.to_thread(environment.idp_file(self.wanted.folder).write_text, f"{self.wanted.idp}\n")
        starting = {Idp.DEV: self._development_issuer, Idp.KEYCLOAK: self._keycloak}
        await starting[self.wanted.idp]()

    async def _keycloak(self) -> None:
        port, folder = ports.KEYCLOAK + ports.offset(), self.wanted.folder / "keycloak"
        if not await asyncio.to_thread(keycloak.HOME.exists):
            say(
                fa=f"Keycloak آماده می‌شود (یک بار، دریافت {keycloak.FETCHED_MB} مگابایت)…",
                en=f"Preparing Keycloak (once, fetching {keycloak.FETCHED_MB} MB)…",
            )
        await keycloak.prepare(self.parts, _tell_megabytes)
        await keycloak.start(self.parts, folder, port=port)
        await keycloak.settle(folder, port=port, people=people if self.wanted.demo else list)
        say(fa="Keycloak آماده است.", en="Keycloak is ready.")

    async def _development_issuer(self) -> None:
        port = ports.ISSUER + ports.offset()
        await ports.wait_until_free(port, "issuer")
        folder = self.wanted.folder / "issuer"
        command = ["-m", "deploy.embedded.issuer", "--folder", str(folder), "--port", str(port)]
        await self._run_until_ready("issuer", command, port)

    async def _service(self, name: str) -> None:
        port = ports.SERVICES[name] + ports.offset()
        await ports.wait_until_free(port, name)
        await self._run_until_ready(
            name, ["-m", f"services.{name}", "--role", "all", "--port", str(port)], port
        )
        say(fa=f"{name} آماده است.", en=f"{name} is ready.")

    async def _run_until_ready(self, name: str, command: Sequence[str], port: int) -> None:
        env = environment.of_service(self.where, self.wanted.folder, scaled_clock=self.wanted.scaled_clock)
        app = self.apps.spawn(name, [sys.executable, *command], env=env, cwd=ROOT)
        address = f"http://{ports.HOST}:{port}"
        async with httpx.AsyncClient(base_url=address, trust_env=False) as client:
            await app.wait_until(lambda: _says_ready(client))

    async def _load_demo(self) -> None:
        if not self._wants_demo():
            return
        say(fa="استان نمونه بارگذاری می‌شود…", en="Loading the demo province…")
        env = environment.of_service(self.where, self.wanted.folder, scaled_clock=self.wanted.scaled_clock)
        # Until the copies have it: whoever reads "up" may complain at once.
        tells = {"kafka", "directory"} <= self.wanted.names
        command = [sys.executable, "-m", "deploy.demo.load", *(["--wait"] if tells else [])]
        loader = self.apps.spawn("demo-load", command, env=env, cwd=ROOT)
        await until(loader.ended)
        if loader.process.returncode != 0:
            raise loader.death()
        await self.apps.stop(loader)
        await asyncio.to_thread((self.wanted.folder / DEMO).touch)

    def _wants_demo(self) -> bool:
        loaded = (self.wanted.folder / DEMO).exists()
        return not loaded and (ROOT / "deploy/demo/load.py").exists()


async def together(works: Sequence[Coroutine[Any, Any, Any]]) -> None:
    """All at once; the first that fails stops the others and is what the caller sees."""
    try:
        async with asyncio.TaskGroup() as group:
            for work in works:
                group.create_task(work)
    except ExceptionGroup as failed:
        raise failed.exceptions[0] from None


@contextlib.asynccontextmanager
async def up(wanted: Wanted) -> AsyncGenerator[Stack]:
    """The stack, started; stopped on leaving, also when the start failed half way.

    Raises:
        Broken: It can't be started; says why and what mends it.
    """
    with held(wanted.folder):
        check_version(wanted.folder)
        logs = wanted.folder / "logs"
        stack = Stack(wanted, environment.addresses(wanted.idp), Processes(logs), Processes(logs))
        try:
            await stack.start()
            yield stack
        finally:
            await stack.stop()


def cancel_on_signals(task: asyncio.Task[Any]) -> None:
    """Ctrl-C, TERM and a closed terminal cancel the task, once: the stopping is not cut short."""
    loop = asyncio.get_running_loop()
    asked = False

    def cancel() -> None:
        nonlocal asked
        if not asked:
            asked = True
            task.cancel()

    for one in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(one, cancel)


def _tell_progress(done: int, wanted: int) -> None:
    say(fa=f"دریافت Kafka: {done} از {wanted} پرونده", en=f"Fetching Kafka: {done} of {wanted} files")


def _tell_megabytes(there: int) -> None:
    say(
        fa=f"دریافت Keycloak: {there} از {keycloak.FETCHED_MB} مگابایت",
        en=f"Fetching Keycloak: {there} of {keycloak.FETCHED_MB} MB",
    )


async def _says_ready(client: httpx.AsyncClient) -> bool:
    try:
        return (await client.get("/ready", timeout=5)).is_success
    except httpx.TransportError:
        return False
