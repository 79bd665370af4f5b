"""What every request passes through: a limit, a trace, a metric, safe headers. It costs little."""

import time
from collections.abc import Sequence

from opentelemetry.trace import SpanKind
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.observe import metrics
from shared.observe.traces import span
from shared.web.bodies import Longer
from shared.web.health import Health
from shared.web.problems import NOT_PREPARED, TOO_LARGE, answer

QUIET = frozenset({"/live", "/ready", "/metrics"})
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
SAFE_HEADERS = (
    (b"x-content-type-options", b"nosniff"),
    (b"cache-control", b"no-store"),
    (b"referrer-policy", b"no-referrer"),
)


class BodyLimit:
    """Refuses a body over the limit, announced or not, before anybody reads it whole.

    FastAPI's own limit answers in plain text; ours is a problem like every other refusal. It is `bytes_max`,
    but for the routes that say another.
    """

    def __init__(self, app: ASGIApp, *, bytes_max: int, longer: Sequence[Longer] = ()) -> None:
        self._app, self._bytes_max, self._longer = app, bytes_max, longer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        announced, most = _header(scope, b"content-length") or "0", self._most(scope)
        if not announced.isdecimal() or int(announced) > most:
            response = answer(Request(scope), TOO_LARGE)
            await response(scope, receive, send)
            return
        read = 0

        async def limited() -> Message:
            nonlocal read
            message = await receive()
            read += len(message.get("body", b""))
            if read > most:
                raise HTTPException(TOO_LARGE.status)
            return message

        await self._app(scope, limited, send)

    def _most(self, scope: Scope) -> int:
        method, path = scope["method"], scope["path"]
        if method in SAFE_METHODS:
            return self._bytes_max
        own = (one.bytes_max for one in self._longer if method in one.methods and one.address.match(path))
        return next(own, self._bytes_max)


class Prepared:
    """Nothing is written before the unique indexes are there: until then it could be written twice."""

    def __init__(self, app: ASGIApp, *, health: Health) -> None:
        self._app, self._health = app, health

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._health.prepared or scope["type"] != "http" or scope["method"] in SAFE_METHODS:
            await self._app(scope, receive, send)
        else:
            await answer(Request(scope), NOT_PREPARED)(scope, receive, send)


class Observed:
    """A span, a metric by route (never by path: paths hold ids) and safe headers for each request."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] in QUIET:
            await self._app(scope, receive, send)
            return
        status, started = 500, time.perf_counter()

        async def noting(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                given = {name for name, _ in message["headers"]}
                message["headers"] += [pair for pair in SAFE_HEADERS if pair[0] not in given]
            await send(message)

        with span(scope["method"], traceparent=_header(scope, b"traceparent"), kind=SpanKind.SERVER) as one:
            try:
                await self._app(scope, receive, noting)
            finally:
                route = getattr(scope.get("route"), "path", "none")
                one.update_name(f"{scope['method']} {route}")
                one.set_attribute("http.response.status_code", status)
                took_s = time.perf_counter() - started
                metrics.REQUESTS.labels(route, scope["method"], str(status)).observe(took_s)


def _header(scope: Scope, name: bytes) -> str | None:
    """The first header of this name (ASGI gives them in small letters)."""
    for key, value in scope["headers"]:
        if key == name:
            return value.decode("latin-1")
    return None
