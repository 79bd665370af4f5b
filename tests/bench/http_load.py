"""A load generator, in a process of its own: the same POST over and over on connections that stay open.

Closed loop: each connection sends when its answer is there. With `--rate` open loop: requests go out at
their times, answered or not. Prints one line of JSON. Times are the machine's monotonic clock, which all
processes share.
"""

import argparse
import asyncio
import json
import re
import resource
import sys
import time
from collections import Counter, deque
from collections.abc import Iterator
from itertools import count, repeat
from pathlib import Path
from typing import Any, cast

import uvloop
from typing_extensions import override

from tests.bench.ratios import at

WARM_S = 0.5
PERSON = re.compile(rb"(?<=09)[0-9]{9}(?=\")")
"""The digits by which one citizen's mobile differs from another's."""
PEOPLE = 100_000_000
HEADERS_END = b"\r\n\r\n"
LENGTH = b"content-length:"


class Connection(asyncio.Protocol):
    """One request at a time."""

    def __init__(self, load: "Load") -> None:
        self._load, self._received = load, b""
        self._transport: asyncio.Transport | None = None
        self.sent_at = 0.0

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)  # uvloop's own is no subclass

    def send(self, request: bytes) -> None:
        assert self._transport is not None
        self.sent_at = time.monotonic()
        self._transport.write(request)

    @override
    def data_received(self, data: bytes) -> None:
        self._received += data
        end = self._received.find(HEADERS_END)
        if end < 0:
            return
        head = self._received[:end].lower()
        start = head.find(LENGTH)
        if start < 0:
            raise ValueError("an answer without content-length")
        length = int(head[start + len(LENGTH) :].split(b"\r", 1)[0])
        body = self._received[end + len(HEADERS_END) :]
        if len(body) >= length:
            status, self._received = int(self._received[9:12]), b""
            self._load.answered(self, status, body)

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        self._load.lost()


class Load:
    """All connections, and what came back."""

    def __init__(self, requests: Iterator[bytes], *, rate: float | None) -> None:
        self._requests, self._rate = requests, rate
        self._idle: deque[Connection] = deque()
        self._until = 0.0
        self._counted_from = 0.0
        self.statuses: Counter[int] = Counter()
        self.took_s: list[float] = []
        self.codes: list[tuple[str, float]] = []
        self.lost_connections = 0

    async def run(self, host: str, port: int, *, connections: int, seconds: float) -> None:
        """Open the connections, load, and wait for the last answers."""
        loop = asyncio.get_running_loop()
        for _ in range(connections):
            _, one = await loop.create_connection(lambda: Connection(self), host, port)
            self._idle.append(one)
        started = time.monotonic()
        self._counted_from, self._until = started + WARM_S, started + WARM_S + seconds
        if self._rate is None:
            while self._idle:
                self._idle.popleft().send(next(self._requests))
            await asyncio.sleep(WARM_S + seconds)
        else:
            await self._at_their_times(started, self._rate)
        for _ in range(100):
            if len(self._idle) + self.lost_connections >= connections:
                break
            await asyncio.sleep(0.05)

    async def _at_their_times(self, started: float, rate: float) -> None:
        number = 0
        while (due := started + number / rate) < self._until:
            await asyncio.sleep(max(0.0, due - time.monotonic()))
            if not self._idle:
                raise RuntimeError("no connection is free: the server is slower than the rate")
            self._idle.popleft().send(next(self._requests))
            number += 1

    def answered(self, connection: Connection, status: int, body: bytes) -> None:
        now = time.monotonic()
        if self._counted_from <= now < self._until:
            self.statuses[status] += 1
            self.took_s.append(now - connection.sent_at)
            if self._rate is not None:
                self.codes.append((json.loads(body)["tracking_code"], connection.sent_at))
        if self._rate is None and now < self._until:
            connection.send(next(self._requests))
        else:
            self._idle.append(connection)

    def lost(self) -> None:
        self.lost_connections += 1


def request_of(host: str, port: int, path: str, body: bytes) -> bytes:
    """The bytes of a POST with a JSON body."""
    head = (
        f"POST {path} HTTP/1.1\r\nhost: {host}:{port}\r\ncontent-type: application/json\r\n"
        f"content-length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def of_all_people(request: bytes, first: int) -> Iterator[bytes]:
    """The request by another citizen each time, if a mobile is in it: nobody complains all day."""
    found = PERSON.search(request)
    if found is None:
        yield from repeat(request)
        return
    before, after = request[: found.start()], request[found.end() :]
    for number in count(first):
        yield before + b"1%08d" % (number % PEOPLE) + after


def main() -> None:
    """See the module."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--path", default="/v1/complaints")
    parser.add_argument("--body", type=Path, required=True)
    parser.add_argument("--connections", type=int, default=32)
    parser.add_argument("--seconds", type=float, required=True)
    parser.add_argument("--rate", type=float)
    asked = parser.parse_args()
    host = "127.0.0.1"
    request = request_of(host, asked.port, asked.path, asked.body.read_bytes())
    people = of_all_people(request, first=time.monotonic_ns() % PEOPLE)
    load = Load(people, rate=asked.rate)
    uvloop.run(load.run(host, asked.port, connections=asked.connections, seconds=asked.seconds))
    used = resource.getrusage(resource.RUSAGE_SELF)
    took_s = sorted(load.took_s)
    answer: dict[str, Any] = {
        "statuses": {str(status): count for status, count in load.statuses.items()},
        "per_s": sum(load.statuses.values()) / asked.seconds,
        "p50_ms": at(took_s, 0.5) * 1000 if took_s else None,
        "p99_ms": at(took_s, 0.99) * 1000 if took_s else None,
        "cpu_share": (used.ru_utime + used.ru_stime) / (asked.seconds + WARM_S),
        "codes": load.codes,
    }
    sys.stdout.write(json.dumps(answer) + "\n")


if __name__ == "__main__":
    main()
