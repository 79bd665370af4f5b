"""What all doubles of vendors have in common: what they took, and how they fail."""

from collections.abc import Callable
from urllib.parse import parse_qsl

import httpx


class Vendor:
    """`says` is what it answers to the next sendings; `fault` is how the line fails.

    `silent` takes it and never answers; `away` can't be reached; `broken` answers with a proxy's page.
    """

    def __init__(self) -> None:
        self.says, self.fault = "taken", ""
        self.taken: list[tuple[str, str]] = []
        self.asked: list[httpx.Request] = []

    @property
    def transport(self) -> httpx.MockTransport:
        """The line to it."""
        return httpx.MockTransport(self._on_the_line)

    def answer(self, request: httpx.Request) -> httpx.Response:
        """As its documents say."""
        raise NotImplementedError

    def _on_the_line(self, request: httpx.Request) -> httpx.Response:
        if self.fault == "away":
            raise httpx.ConnectError("no route", request=request)
        self.asked.append(request)
        if self.fault == "broken":
            return httpx.Response(502, html="<html>Bad gateway</html>")
        response = self.answer(request)
        if self.fault == "silent":
            raise httpx.ReadTimeout("no answer", request=request)
        return response


def fields(request: httpx.Request) -> dict[str, str]:
    """Its query and its form."""
    return {**dict(request.url.params), **dict(parse_qsl(request.content.decode()))}


Answering = Callable[[httpx.Request], httpx.Response]
