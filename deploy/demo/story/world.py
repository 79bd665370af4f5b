"""Where the story happens: the services' addresses, people with tokens, a clock that can be moved."""

import asyncio
import json
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import httpx

from deploy.demo.read import read_province
from deploy.demo.tokens import NoToken, token_for
from deploy.embedded import environment, ports
from deploy.embedded.say import say
from shared.calendar.jalali import local_day, show_instant
from shared.calendar.working_time import WorkingCalendar
from shared.clock import FileClock

T = TypeVar("T")
CALENDAR = Path(__file__).parents[1] / "calendar.json"
PATIENCE_S = 60.0
ASKED_AGAIN_S = 0.1
TOKEN_KEPT_S = 200.0  # Keycloak's live five minutes


class StoryBroken(Exception):
    """Something didn't come out as the directives say."""


class World:
    """What the storyteller can do. Everything else is done by the services themselves."""

    def __init__(
        self, *, offset: int, folder: Path, clock: FileClock, tell: Callable[[str, str], None]
    ) -> None:
        self._offset, self._folder, self._tell = offset, folder, tell
        self.clock = clock
        self.province = read_province()
        self._posts = self.province.posts()
        self._http = httpx.AsyncClient(timeout=30.0, trust_env=False)
        self._tokens: dict[str, tuple[str, float]] = {}

    def tell(self, fa: str, en: str) -> None:
        """One step of the story."""
        self._tell(fa, en)

    def when(self) -> str:
        """Now, as people write it."""
        return show_instant(self.clock.now()).fa

    async def get(self, service: str, path: str, *, by: str | None = None, **query: str) -> Any:  # noqa: ANN401 - JSON
        """GET as the holder of a post, or as anybody."""
        return await self.ask("GET", service, path, by=by, query=query)

    async def post(
        self,
        service: str,
        path: str,
        body: Mapping[str, Any] | None = None,
        *,
        by: str | None = None,
        refused: int | None = None,
    ) -> Any:  # noqa: ANN401 - JSON
        """POST as the holder of a post, or as anybody; `refused` is the status that must come."""
        return await self.ask("POST", service, path, body, by=by, refused=refused)

    async def ask(
        self,
        method: str,
        service: str,
        path: str,
        body: Mapping[str, Any] | None = None,
        *,
        by: str | None = None,
        query: Mapping[str, str] | None = None,
        refused: int | None = None,
    ) -> Any:  # noqa: ANN401 - JSON
        """The answer's JSON; StoryBroken when it isn't what the story needs."""
        headers = {"accept-language": "fa"}
        if by is not None:
            headers["authorization"] = f"Bearer {await self._token(by)}"
        url = f"http://{ports.HOST}:{ports.SERVICES[service] + self._offset}{path}"
        answer = await self._http.request(method, url, json=body, headers=headers, params=dict(query or {}))
        expected = answer.is_success if refused is None else answer.status_code == refused
        if not expected:
            raise StoryBroken(f"{method} {service}{path} as {by}: {answer.status_code} {answer.text[:500]}")
        return answer.json() if answer.content else None

    async def until(self, what: str, look: Callable[[], Awaitable[T | None]]) -> T:
        """What comes by events comes soon: look until it is there."""
        gives_up_at = time.monotonic() + PATIENCE_S
        while time.monotonic() < gives_up_at:
            found = await look()
            if found is not None:
                return found
            await asyncio.sleep(ASKED_AGAIN_S)
        raise StoryBroken(f"waited {PATIENCE_S:.0f} s in vain: {what}")

    def go_to(self, at: datetime) -> None:
        """Let time pass until then, in every service at once."""
        self.clock.set(to=at)

    def go_on(self, **span: float) -> None:
        """Let this much time pass."""
        self.clock.set(to=self.clock.now() + timedelta(**span))

    def calendar(self) -> WorkingCalendar:
        """The province's working calendar."""
        return WorkingCalendar.from_data(json.loads(CALENDAR.read_text()))

    def holder(self, post_id: str) -> str:
        """Who acts for a post today."""
        person = self._posts[post_id].person_on(local_day(self.clock.now()))
        if person is None:
            raise StoryBroken(f"nobody fills {post_id}")
        return person

    async def _token(self, post_id: str) -> str:
        person = self.holder(post_id)
        known, got_at = self._tokens.get(person, ("", float("-inf")))
        if time.monotonic() - got_at < TOKEN_KEPT_S:
            return known
        idp = environment.idp_of(self._folder)
        issuer = environment.issuer_of(idp, self._offset)
        agency = post_id.split(".")[0]
        try:
            got = await token_for(person, agency, idp=idp, issuer=issuer, folder=self._folder)
        except NoToken as error:
            raise StoryBroken(f"no token for {person}: {error}") from None
        self._tokens[person] = got, time.monotonic()
        return got

    async def close(self) -> None:
        """Hang up."""
        await self._http.aclose()


@asynccontextmanager
async def world(*, offset: int, folder: Path, quiet: bool = False) -> AsyncGenerator[World]:
    """The world of a stack that runs on a scaled clock in this data folder."""

    def tell(fa: str, en: str) -> None:
        if not quiet:
            say(fa=fa, en=en)

    one = World(offset=offset, folder=folder, clock=FileClock(folder / "clock.json"), tell=tell)
    try:
        yield one
    finally:
        await one.close()
