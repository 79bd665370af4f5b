"""Another system: a real HTTP server on this machine that keeps what it is sent and answers as told."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
from pymongo.asynchronous.database import AsyncDatabase
from standardwebhooks import Webhook

from services.notifications.app import assemble
from services.notifications.settings import Settings
from services.notifications.usecases import delivering
from services.notifications.usecases.use import Use
from shared.bus.effects import Reaction
from shared.bus.records import Received
from shared.cloudevents import Envelope, envelope_of
from shared.events.event import Event
from tests.notifications.cases import event, use_of
from tests.serving import Serving, bearer, serving

FILED = "ir.paygir.complaints.ComplaintFiled.v1"
CLOSED = "ir.paygir.complaints.ComplaintClosed.v1"
ROUTE = "/v1/subscriptions"
Says = Callable[["Got"], str]


@asynccontextmanager
async def beside_others(
    database: AsyncDatabase[dict[str, Any]], *, patience_s: float = 2.0
) -> AsyncGenerator[Serving]:
    """The service as on a developer's machine: other systems may live on it, too."""
    settings = Settings(sandbox=True, webhook_loopback=True, webhook_patience_s=patience_s)
    async with serving("notifications", settings, assemble, database) as one:
        yield one


@dataclass(frozen=True, slots=True)
class Got:
    """One request as it came."""

    headers: dict[str, str]
    body: bytes

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]

    def verified(self, secret: str) -> Any:
        """What the official library makes of it; it raises for what is forged."""
        return Webhook(secret).verify(self.body, self.headers)


@dataclass(slots=True)
class System:
    """`says` is the answer to each request: a status with more header lines, if any."""

    url: str = ""
    got: list[Got] = field(default_factory=list[Got])
    says: Says = lambda _: "204 No Content"
    holds: asyncio.Event | None = None
    comes: asyncio.Condition = field(default_factory=asyncio.Condition)
    most_at_once: int = 0
    at_once: int = 0

    @property
    def subjects(self) -> list[tuple[str, int]]:
        """Of which aggregates it was told, and of which of their events."""
        told = [httpx.Response(200, content=one.body).json() for one in self.got]
        return [(one["subject"], one["sequence"]) for one in told]

    async def has(self, most: int) -> None:
        """Returns when so many have come."""
        async with self.comes:
            await self.comes.wait_for(lambda: len(self.got) >= most)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            lines = [line.split(": ", 1) for line in head.split("\r\n")[1:] if line]
            headers = {name.lower(): value for name, value in lines}
            got = Got(headers, await reader.readexactly(int(headers["content-length"])))
            self.got.append(got)
            async with self.comes:
                self.comes.notify_all()
            if self.holds is not None:
                await self.holds.wait()
            writer.write(f"HTTP/1.1 {self.says(got)}\r\ncontent-length: 0\r\n\r\n".encode())
            await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            self.at_once -= 1
            writer.close()


@asynccontextmanager
async def system() -> AsyncGenerator[System]:
    """One that listens."""
    one = System()
    server = await asyncio.start_server(one.serve, "127.0.0.1", 0)
    one.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/paygir"
    async with server:
        yield one
        if one.holds is not None:
            one.holds.set()


async def registered(
    running: Serving, url: str, *, as_: str = "water.head", **wish: Any
) -> tuple[dict[str, Any], str]:
    """A subscription of water's, and its secret."""
    body = {"name": "سامانهٔ داشبورد", "types": [FILED, CLOSED], "url": url, **wish}
    answer = await running.http.post(ROUTE, json=body, headers=bearer(as_))
    assert answer.status_code == 201, answer.text
    told = answer.json()
    return told, told.pop("secret")


async def asked(running: Serving, id_: str, verb: str, *, as_: str = "water.head", **body: Any) -> Any:
    """One of its verbs, by POST."""
    answer = await running.http.post(f"{ROUTE}/{id_}/{verb}", json=body or None, headers=bearer(as_))
    assert answer.status_code == 200, answer.text
    return answer.json()


async def seen(running: Serving, id_: str, as_: str = "water.head") -> dict[str, Any]:
    """As its owner sees it."""
    return (await running.http.get(f"{ROUTE}/{id_}", headers=bearer(as_))).json()


async def log(running: Serving, id_: str, as_: str = "water.head") -> list[dict[str, Any]]:
    """Its deliveries, in order for each aggregate."""
    page = (await running.http.get(f"{ROUTE}/{id_}/deliveries", headers=bearer(as_))).json()
    return sorted(page["items"], key=lambda one: (one["subject"], one["sequence"]))


def happened(
    running: Serving, kind: Any, subject: str = "case-1", sequence: int = 1, **fields: Any
) -> Envelope:
    """An event of water's, as it comes off the bus now."""
    fact: Event = kind if isinstance(kind, Event) else event(kind, **fields)
    now = running.clock.now()
    return envelope_of(fact, subject=subject, sequence=sequence, time=now, traceparent=None)


async def comes(running: Serving, *envelopes: Envelope) -> None:
    """These come by the service's own subscription."""
    publisher = envelopes[0].source.rsplit("/", 1)[1]
    [own] = [one for one in running.parts.subscriptions if one.name == f"webhooks-{publisher}"]
    effect = own.effect
    assert isinstance(effect, Reaction)
    received: list[Received] = []
    for offset, envelope in enumerate(envelopes):
        record = envelope.record(own.topics[0])
        headers = tuple((name, value.encode()) for name, value in record.headers.items())
        received.append(
            Received(
                topic=record.topic,
                partition=0,
                offset=offset,
                key=record.key.encode(),
                value=record.value,
                headers=headers,
            )
        )
    await effect.work([effect.read(one) for one in received])


async def send(running: Serving, **changes: Any) -> Use:
    """All that may go now."""
    use = use_of(running, **changes)
    await delivering.send_due(use)
    return use
