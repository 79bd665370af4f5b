"""A clamd as the real one answers: INSTREAM and PING, a limit on the stream, and one signature."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

# In two pieces, so that no scanner takes this file for the test file it is of.
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}" + b"$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
FOUND = "Eicar-Test-Signature"


@dataclass(slots=True)
class ClamdDouble:
    """Counts what it was asked. `silent` takes everything and says nothing."""

    stream_bytes_max: int = 25 * 2**20
    silent: bool = False
    asked: list[str] = field(default_factory=list[str])

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, one command, as zINSTREAM and zPING have it."""
        try:
            command = (await reader.readuntil(b"\0"))[1:-1].decode()
            self.asked.append(command)
            answer = "PONG" if command == "PING" else await self._scanned(reader)
            if self.silent:
                await reader.read()
            else:
                writer.write(answer.encode() + b"\0")
                await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    async def _scanned(self, reader: asyncio.StreamReader) -> str:
        content = bytearray()
        while length := int.from_bytes(await reader.readexactly(4)):
            if len(content) + length > self.stream_bytes_max:
                return "INSTREAM size limit exceeded. ERROR"
            content += await reader.readexactly(length)
        return f"stream: {FOUND} FOUND" if EICAR in content else "stream: OK"


@asynccontextmanager
async def clamd(double: ClamdDouble, port: int = 0) -> AsyncGenerator[str]:
    """Its address, for as long as it listens."""
    server = await asyncio.start_server(double.talk, "127.0.0.1", port)
    try:
        yield f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()
        await server.wait_closed()
