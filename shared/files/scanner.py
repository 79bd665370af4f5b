"""What looks for malware: a port, and clamd behind it (its INSTREAM command, over TCP or a socket's path)."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterable, Iterable
from contextlib import asynccontextmanager
from typing import Protocol

from typing_extensions import override

from shared.files.kinds import Piece

TIMEOUT_S = 30.0
ANSWER_BYTES_MAX = 4096
_LENGTH_BYTES = 4
_STEP_BYTES = 128 * 1024


class ScannerAway(Exception):
    """It doesn't answer, or can't judge this file now: the file waits."""


class Scanner(Protocol):
    """Judges files."""

    async def found_in(self, pieces: Iterable[Piece] | AsyncIterable[Piece]) -> str | None:
        """The name of what is wrong with it; None for a clean one. ScannerAway where that can't be told."""
        ...

    async def answers(self) -> bool:
        """Whether it is there."""
        ...


class Clamd(Scanner):
    """`address` is host:port, or the path of its socket."""

    def __init__(self, address: str, *, timeout_s: float = TIMEOUT_S) -> None:
        self._address, self._timeout_s = address, timeout_s

    @override
    async def found_in(self, pieces: Iterable[Piece] | AsyncIterable[Piece]) -> str | None:
        async with self._asked() as (reader, writer):
            writer.write(b"zINSTREAM\0")
            async for piece in _steps(pieces):
                writer.write(len(piece).to_bytes(_LENGTH_BYTES) + piece)
                await writer.drain()
            writer.write(bytes(_LENGTH_BYTES))
            answer = await _answer(reader)
        if answer == "stream: OK":
            return None
        if answer.startswith("stream: ") and answer.endswith(" FOUND"):
            return answer.removeprefix("stream: ").removesuffix(" FOUND")
        raise ScannerAway(answer)

    @override
    async def answers(self) -> bool:
        try:
            async with self._asked() as (reader, writer):
                writer.write(b"zPING\0")
                return await _answer(reader) == "PONG"
        except ScannerAway:
            return False

    @asynccontextmanager
    async def _asked(self) -> AsyncGenerator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
        """A connection for one question. Whatever breaks it off is ScannerAway."""
        writer: asyncio.StreamWriter | None = None
        try:
            async with asyncio.timeout(self._timeout_s):
                reader, writer = await self._connected()
                yield reader, writer
        except (OSError, TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError) as error:
            raise ScannerAway(type(error).__name__) from None
        finally:
            if writer is not None:
                writer.close()

    async def _connected(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        if self._address.startswith("/"):
            return await asyncio.open_unix_connection(self._address, limit=ANSWER_BYTES_MAX)
        host, _, port = self._address.rpartition(":")
        return await asyncio.open_connection(host, int(port), limit=ANSWER_BYTES_MAX)


async def _answer(reader: asyncio.StreamReader) -> str:
    return (await reader.readuntil(b"\0"))[:-1].decode(errors="replace")


async def _steps(pieces: Iterable[Piece] | AsyncIterable[Piece]) -> AsyncGenerator[bytes]:
    if isinstance(pieces, AsyncIterable):
        async for piece in pieces:
            for step in _cut(piece):
                yield step
    else:
        for piece in pieces:
            for step in _cut(piece):
                yield step


def _cut(piece: Piece) -> Iterable[bytes]:
    view = memoryview(piece)
    return (bytes(view[at : at + _STEP_BYTES]) for at in range(0, len(view), _STEP_BYTES))
