"""Asks gateways over HTTP. Not by httpx's client: it logs addresses, which hold keys, numbers and texts."""

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import httpx
import orjson

from services.notifications.gateways.port import NotReached

TIMES = httpx.Timeout(10.0, connect=3.0).as_dict()
ANSWER_BYTES_MAX = 64 * 1024
NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol)


class NoAnswer(Exception):
    """What came back is none that this gateway is known to give: the outcome is unknown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a gateway said."""

    status: int
    body: bytes

    def json(self) -> Any:  # noqa: ANN401 - a vendor's own document
        """NoAnswer for what is no JSON: a page of a proxy in between, for example."""
        try:
            return orjson.loads(self.body)
        except ValueError:
            raise NoAnswer from None

    @property
    def is_fault(self) -> bool:
        """The service itself broke: it may have sent it before."""
        return self.status >= HTTPStatus.INTERNAL_SERVER_ERROR


class Http:
    """Connections to all gateways; follows no redirects, keeps no cookies."""

    def __init__(self, transport: httpx.AsyncBaseTransport | None = None) -> None:
        self._transport = transport or httpx.AsyncHTTPTransport(retries=0)

    async def ask(self, method: str, url: str, **how: Any) -> Answer:  # noqa: ANN401 - as httpx takes it
        """`params`, `data`, `json`, `headers`; NotReached where nothing has left, else httpx's errors."""
        try:
            request = httpx.Request(method, url, extensions={"timeout": TIMES}, **how)
        except (httpx.InvalidURL, TypeError, ValueError):
            raise NotReached from None
        try:
            response = await self._transport.handle_async_request(request)
        except NOT_SENT:
            raise NotReached from None
        body = bytearray()
        try:
            async for part in response.aiter_bytes():
                body += part
                if len(body) > ANSWER_BYTES_MAX:
                    raise NoAnswer
        finally:
            await response.aclose()
        return Answer(status=response.status_code, body=bytes(body))

    async def close(self) -> None:
        """Let go of all connections."""
        await self._transport.aclose()


def basic(user: str, password: str) -> Mapping[str, str]:
    """The header of HTTP's own way to say who one is."""
    return {"authorization": "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()}


def national(number: str) -> str:
    """`09121234567`, as Iranian services want it."""
    return f"0{number[3:]}" if number.startswith("+98") else number.replace("+", "00")


def number_of(message_id: str) -> int:
    """Our id as a number of 63 bits, for services whose clients count: the same for ever."""
    return int.from_bytes(hashlib.sha256(message_id.encode()).digest()[:8]) >> 1
