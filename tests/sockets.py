"""Closes what MongoDB's driver leaves open.

When a caller of PyMongo 4.20 is cancelled while its connection is made, nobody closes the socket:
`pool_shared._async_create_connection` minds errors only, and `Pool.connect` has the connection in no one's
hands until it gets its lock. The collector says so later, in whatever test runs then. Any other socket left
open still fails the test it is found in.
"""

import asyncio
import socket
from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import pytest
from pymongo.asynchronous import pool
from pymongo.network_layer import AsyncNetworkingInterface

_connected: ContextVar[list[AsyncNetworkingInterface]] = ContextVar("_connected")


@contextmanager
def closed_when_cancelled() -> Generator[None]:
    """A connection whose making is cancelled is closed at once."""
    sock_connect = asyncio.SelectorEventLoop.sock_connect
    interface = pool._configured_protocol_interface  # pyright: ignore[reportPrivateUsage, reportPrivateImportUsage]
    connect = pool.Pool.connect

    async def closing_sock_connect(
        loop: asyncio.SelectorEventLoop, sock: socket.socket, address: Any
    ) -> None:
        try:
            await sock_connect(loop, sock, address)
        except asyncio.CancelledError:
            sock.close()
            raise

    async def noted_interface(*args: Any) -> AsyncNetworkingInterface:
        made = await interface(*args)
        _connected.get().append(made)
        return made

    async def closing_connect(self: pool.Pool, handler: Any = None) -> pool.AsyncConnection:
        _connected.set(made := [])
        try:
            return await connect(self, handler)
        except asyncio.CancelledError:
            for one in made:
                one.conn[0].abort()
            raise

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(asyncio.SelectorEventLoop, "sock_connect", closing_sock_connect)
        patch.setattr(pool, "_configured_protocol_interface", noted_interface)
        patch.setattr(pool.Pool, "connect", closing_connect)
        yield
