"""Somebody else's HTTP server that takes digests, at its plainest."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field


@dataclass(slots=True)
class Receiver:
    """Answers with `status`, and keeps what came."""

    url: str = ""
    status: int = 200
    requests: list[tuple[dict[str, str], bytes]] = field(default_factory=list[tuple[dict[str, str], bytes]])
    taken: list[bytes] = field(default_factory=list[bytes])

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One request, one answer."""
        head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        said = (line.split(": ", 1) for line in head[1:] if line)
        headers = {name.lower(): value for name, value in said}
        body = await reader.readexactly(int(headers["content-length"]))
        self.requests.append((headers, body))
        if self.status == 200:
            self.taken.append(body)
        writer.write(f"HTTP/1.1 {self.status} x\r\ncontent-length: 0\r\nconnection: close\r\n\r\n".encode())
        await writer.drain()
        writer.close()
        await writer.wait_closed()


@asynccontextmanager
async def receiving() -> AsyncGenerator[Receiver]:
    """It listens on a port of its own."""
    one = Receiver()
    server = await asyncio.start_server(one.answer, "127.0.0.1", 0)
    one.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/digests"
    try:
        yield one
    finally:
        server.close()
        await server.wait_closed()
