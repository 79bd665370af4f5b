"""The real parts and the real service, on ports of their own in a throw-away folder."""

import asyncio
import base64
import contextlib
import json
import os
import secrets
import signal
import sys
from collections.abc import AsyncGenerator, Generator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from pymongo import AsyncMongoClient
from pymongo.asynchronous.database import AsyncDatabase

from deploy.embedded import ports, topics
from deploy.embedded.places import ROOT
from deploy.embedded.processes import Processes, Running
from services.complaints.storage.complaints import Complaints
from shared.mongo import Document
from tests.province import settle
from tests.real import free_ports, real_broker, real_mongodb

C2_COMPILER = "-Xmx512m"  # not the small and quick start of `paygir up`
CLIENTS = 32
PATIENCE_S = 240
DATABASE = "paygir_complaints"
COMPLAINT = {
    "agency_id": "water",
    "service_code": "1001",
    "ground": "put-off-without-reason",
    "text": "برای صدور پروانه سه بار مراجعه کردم و هر بار بدون دلیل به روز دیگری موکول شد. " * 4,
    "mobile": "09121234567",
}


@dataclass(slots=True)
class Stage:
    """What the measures are taken on."""

    mongodb: str
    kafka: Sequence[str]
    processes: Processes
    folder: Path
    issuer_port: int
    key: str = field(default_factory=lambda: base64.b64encode(secrets.token_bytes(32)).decode())

    @property
    def body(self) -> Path:
        """A citizen's complaint, as it is sent."""
        return self.folder / "complaint.json"

    def environment(self, **more: str) -> dict[str, str]:
        """What a service is told: access and tracing on, as in production."""
        own = {name: value for name, value in os.environ.items() if not name.startswith("PAYGIR_")}
        return {
            **own,
            "PYTHONPATH": str(ROOT),
            "PAYGIR_MONGODB": self.mongodb,
            "PAYGIR_KAFKA": ",".join(self.kafka),
            "PAYGIR_ISSUER": f"http://{ports.HOST}:{self.issuer_port}",
            "PAYGIR_KEY": self.key,
            "PAYGIR_TRACES_FILE": str(self.folder / "traces.jsonl"),
            "PAYGIR_TRACE_RATIO": "0.1",  # as deploy/compose.yaml has it
            **more,
        }

    def run(self, name: str, module: str, *words: str, env: Mapping[str, str] | None = None) -> Running:
        """Start `python -m module`."""
        command = [sys.executable, "-m", module, *words]
        return self.processes.spawn(name, command, env=env or self.environment(), cwd=ROOT)

    @asynccontextmanager
    async def serving(
        self, role: str, *, module: str = "services.complaints", name: str = "", **settings: str
    ) -> AsyncGenerator[int]:
        """A process of the service (or of one to compare it with), ready; its port."""
        [port] = free_ports(ports.SERVICES["complaints"] + 1000)
        label = name or f"{module.rsplit('.', 1)[1]}-{role}"
        words = ("--role", role, "--port", str(port))
        process = self.run(label, module, *words, env=self.environment(**settings))
        try:
            await process.wait_until(lambda: ready(port))
            yield port
        finally:
            await self.processes.stop(process)

    @asynccontextmanager
    async def worker(self) -> AsyncGenerator[Running]:
        """The service's worker: its relay, its subscription, its clocks."""
        worker = self.run("complaints-worker", "services.complaints", "--role", "worker")
        try:
            yield worker
        finally:
            await self.processes.stop(worker)

    async def program(self, module: str, *words: str) -> dict[str, Any]:
        """Run a program to its end; what it says as JSON on its last line."""
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", module, *words),
            env=self.environment(),
            cwd=ROOT,
            stdout=asyncio.subprocess.PIPE,
        )
        said, _ = await process.communicate()
        if process.returncode:
            raise RuntimeError(f"{module} ended with code {process.returncode}")
        return json.loads(said.splitlines()[-1])

    async def load(
        self, port: int, *, seconds: float, connections: int = CLIENTS, **words: str
    ) -> dict[str, Any]:
        """Load a server with complaints; every answer must be 201."""
        more = [word for name, value in words.items() for word in (f"--{name}", value)]
        said = await self.program(
            "tests.bench.http_load",
            *("--port", str(port), "--body", str(self.body), "--seconds", str(seconds)),
            *("--connections", str(connections), *more),
        )
        if list(said["statuses"]) != ["201"]:
            raise RuntimeError(f"not all were accepted: {said['statuses']}")
        return said

    @asynccontextmanager
    async def database(self, name: str = DATABASE) -> AsyncGenerator[AsyncDatabase[Document]]:
        """A database, for the bench itself to look into."""
        async with AsyncMongoClient[Document](self.mongodb, tz_aware=True, w="majority") as client:
            yield client[name]

    async def empty(self, name: str = DATABASE) -> None:
        """No complaints, as at the start of each round: an older round must not slow a later one."""
        async with self.database(name) as database:
            await database["complaints"].drop()
            await Complaints(database).make_indexes()

    async def from_nothing(self) -> None:
        """Nothing waits for the relay, and no complaint is there."""
        await self.drained()
        await self.empty()

    async def pending(self) -> int:
        """How many complaints wait for the relay."""
        async with self.database() as database:
            return await database["complaints"].count_documents({"pending.0": {"$exists": True}})

    async def drained(self) -> None:
        """Wait until nothing waits for the relay: its work must not fall into the next measure."""
        async with asyncio.timeout(PATIENCE_S):
            while await self.pending():  # noqa: ASYNC110  another process's work
                await asyncio.sleep(0.25)


@contextmanager
def standing_still(one: Running) -> Generator[None]:
    """Its time stops meanwhile."""
    os.killpg(one.pid, signal.SIGSTOP)
    try:
        yield
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(one.pid, signal.SIGCONT)


async def ready(port: int) -> bool:
    """Whether the service there may be sent work."""
    async with httpx.AsyncClient(trust_env=False, timeout=5) as client:
        try:
            return (await client.get(f"http://{ports.HOST}:{port}/ready")).is_success
        except httpx.HTTPError:
            return False


@contextmanager
def real_parts() -> Generator[Stage]:
    """Kafka and MongoDB of the bench's own: never those in the environment, which may hold something."""
    for name in ("PAYGIR_KAFKA", "PAYGIR_MONGODB"):
        os.environ.pop(name, None)
    os.environ["PAYGIR_KAFKA_JAVA_OPTIONS"] = C2_COMPILER
    with real_broker(on_disk=True) as broker, real_mongodb(on_disk=True) as mongodb:
        folder = broker.folder.parent
        [issuer_port] = free_ports(ports.ISSUER)
        stage = Stage(
            mongodb=mongodb,
            kafka=broker.bootstrap,
            processes=broker.processes,
            folder=folder,
            issuer_port=issuer_port,
        )
        stage.body.write_text(json.dumps(COMPLAINT, ensure_ascii=False))
        yield stage


async def prepare(stage: Stage) -> None:
    """Topics, and a service's database."""
    await topics.make(stage.kafka, replication=1)
    await settle_in(stage, DATABASE)


async def settle_in(stage: Stage, database_name: str) -> None:
    """A small province in a service's copy of the directory, and its indexes."""
    async with stage.database(database_name) as database:
        await settle(database)
    await stage.empty(database_name)
