"""One service in this process, on a real database, with tokens and a clock that tests set."""

import asyncio
import time
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any, TypeVar

import httpx
from fastapi import FastAPI
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet
from pymongo.asynchronous.database import AsyncDatabase

from shared.access.guard import Guard
from shared.access.tokens import TokenCheck
from shared.directory.lookup import Directory
from shared.keys.wrapping import local_wrapper
from shared.sealing import MasterKey
from shared.service import Assemble, Base, Parts, make_app, prepare, sweeps_of
from shared.settings import ServiceSettings
from shared.store.repository import Repository
from shared.sweep import Sweep, sweep_once
from tests.http.routes import Route, routes_of
from tests.http.schemas import beyond
from tests.province import SATURDAY_NINE, holder, settle

ISSUER = "https://issuer.example"
LIFETIME_S = 4 * 3600
PREPARED_WITHIN_S = 120
KEY = ECKey.generate_key("P-256", {"kid": "test", "use": "sig", "alg": "ES256"})
_ROUTES: dict[object, list[Route]] = {}
SettingsT = TypeVar("SettingsT", bound=ServiceSettings)


class SetClock:
    """Shows what it was set to."""

    def __init__(self, now: datetime = SATURDAY_NINE) -> None:
        self._now = now

    def now(self) -> datetime:
        return self._now

    def set(self, now: datetime) -> None:
        """To this instant."""
        self._now = now

    def forward(self, **span: float) -> datetime:
        """On by `hours=3` and the like."""
        self._now += timedelta(**span)
        return self._now


class OwnKeys:
    """The issuer's public keys, without an issuer."""

    async def keys(self, *, fresh: bool) -> KeySet:
        return KeySet([KEY])


def token(subject: str, agency: str | None, *, key: ECKey = KEY, **claims: Any) -> str:
    """An access token, good for longer than all tests take. A claim that is None lacks."""
    now = int(time.time())  # noqa: TID251 - tokens live in real time
    content = {
        "iss": ISSUER,
        "aud": "paygir",
        "sub": subject,
        "agency": agency,
        "iat": now,
        "exp": now + LIFETIME_S,
    }
    said = {name: value for name, value in {**content, **claims}.items() if value is not None}
    return jwt.encode({"alg": "ES256", "kid": "test", "typ": "at+jwt"}, said, key)


def bearer(post_id: str) -> dict[str, str]:
    """The header by which the holder of a post asks."""
    return {"authorization": f"Bearer {token(holder(post_id), post_id.split('.', 1)[0])}"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Serving:
    """A running service and the handles of its world."""

    app: FastAPI
    http: httpx.AsyncClient
    parts: Parts
    sweeps: Sequence[Sweep]
    clock: SetClock
    database: AsyncDatabase[dict[str, Any]]
    master_key: MasterKey

    async def sweep(self) -> int:
        """All its clocks once; how many due things they handled."""
        return sum([await sweep_once(one, self.clock.now()) for one in self.sweeps])

    async def published(self, repository: Repository[Any]) -> list[dict[str, Any]]:
        """All events of all its things, in order for each, as they wait for the bus."""
        found = repository.collection.find({}, {"pending": 1}).sort("_id", 1)
        return [record async for document in found for record in document["pending"]]


@asynccontextmanager
async def serving(
    name: str,
    settings: SettingsT,
    assemble: Assemble[SettingsT],
    database: AsyncDatabase[dict[str, Any]],
    *,
    now: datetime = SATURDAY_NINE,
) -> AsyncGenerator[Serving]:
    """Its API on the given database with the small province; no relay, no consumers, sweeps by hand."""
    clock, master_key = SetClock(now), MasterKey(bytes(range(32)))
    directory = Directory(database)
    base = Base(
        name=name,
        settings=settings,
        database=database,
        clock=clock,
        directory=directory,
        master_key=master_key,
        wrapper=local_wrapper(master_key, None),
    )
    parts = assemble(base)
    app = make_app(base, parts, role="api")
    tokens = TokenCheck(
        OwnKeys(),
        issuer=ISSUER,
        audiences=["paygir"],
        agency_claim="agency",
        person_claim="sub",
        algorithms=["ES256"],
    )
    app.state.guard = Guard(tokens, directory, clock)
    await settle(database)
    async with asyncio.timeout(PREPARED_WITHIN_S):
        await prepare(base, parts, app.state.health)  # without a database it would try for ever
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    hooks = {"response": [partial(_holds_what_was_declared, _routes_of(assemble, app))]}
    async with httpx.AsyncClient(transport=transport, base_url="http://test", event_hooks=hooks) as http:
        yield Serving(
            app=app,
            http=http,
            parts=parts,
            sweeps=sweeps_of(base, parts),
            clock=clock,
            database=database,
            master_key=master_key,
        )


def _routes_of(assemble: Assemble[Any], app: FastAPI) -> list[Route]:
    """Those of a service, made once a run: its document takes long to make."""
    if assemble not in _ROUTES:
        _ROUTES[assemble] = routes_of(app)
    return _ROUTES[assemble]


async def _holds_what_was_declared(routes: list[Route], answer: httpx.Response) -> None:
    """In every test: an answer has no field that the service's document doesn't tell of."""
    asked = answer.request
    for route in routes:
        if answer.is_success and route.method == asked.method and route.matches(asked.url.path):
            if route.answers_json:
                await answer.aread()
                assert [*beyond(answer.json(), route.answer, route.document)] == [], route.name
            return
