"""Guards a route: who asks, and may they? The agency comes from the token only."""

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from fastapi import Request

from shared.access.tokens import BadToken, TokenCheck
from shared.access.who import May, Unauthenticated, Who
from shared.clock import Clock
from shared.directory.lookup import Directory
from shared.observe.logs import log

_LOG = log(__name__)
Endpoint = TypeVar("Endpoint", bound=Callable[..., Any])
SCHEME = "bearer "


class Guard:
    """Turns a request into who asks. One for each service; routes say `Depends(allowed(access.TAKE))`."""

    def __init__(self, tokens: TokenCheck, directory: Directory, clock: Clock) -> None:
        self._tokens, self._directory, self._clock = tokens, directory, clock

    async def who(self, request: Request) -> Who:
        """Whoever the bearer token speaks for; Unauthenticated without a good one."""
        given = request.headers.get("authorization", "")
        if not given.lower().startswith(SCHEME):
            raise Unauthenticated
        try:
            claims = await self._tokens.claims(given[len(SCHEME) :].strip())
        except BadToken as error:
            _LOG.info("token refused", why=str(error))
            raise Unauthenticated from None
        if claims.agency_id is None:
            raise Unauthenticated
        now = self._clock.now()
        posts = await self._directory.posts_of(claims.agency_id, claims.subject, now)
        return Who(subject=claims.subject, agency_id=claims.agency_id, posts=posts)


def allowed(may: May) -> Callable[[Request], Awaitable[Who]]:
    """A dependency: who asks, if one of their posts allows it; else Unauthenticated or Forbidden."""

    async def dependency(request: Request) -> Who:
        guard: Guard = request.app.state.guard
        who = await guard.who(request)
        who.acting(may)
        return who

    dependency.__dict__["may"] = may
    return dependency


def letting_in(may: May) -> Callable[[Endpoint], Endpoint]:
    """Marks a dependency that lets in others beside the posts of `may`: it asks `Guard.who`, and refuses."""

    def mark(dependency: Endpoint) -> Endpoint:
        dependency.__dict__["may"] = may
        return dependency

    return mark


def open_to_all(may: May) -> Callable[[Endpoint], Endpoint]:
    """Marks an endpoint that lets everybody in: a route has this mark or `allowed`, never neither."""
    if not may.to_all:
        raise ValueError(f"{may.name} is not open to all")

    def mark(endpoint: Endpoint) -> Endpoint:
        endpoint.__dict__["may"] = may
        return endpoint

    return mark
