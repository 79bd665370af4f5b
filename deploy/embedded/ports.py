"""Which ports the stack listens on: on 127.0.0.1, below those the system gives out itself."""

import asyncio
import errno
import os
import socket
from typing import Final

import psutil

from deploy.embedded.broken import Broken
from deploy.embedded.waiting import until

HOST: Final = "127.0.0.1"
PORT_MAX = 32767
SERVICES: Final = {
    "portal": 8100,
    "content": 8101,
    "meetings": 8102,
    "complaints": 8103,
    "notifications": 8104,
    "reporting": 8105,
    "directory": 8106,
}
KEYCLOAK = 8108
ISSUER = 8109
KAFKA = 19092
KAFKA_CONTROLLER = 19093
MONGODB = 27117
OFFSET_MAX = PORT_MAX - MONGODB


def offset() -> int:
    """PAYGIR_PORT_OFFSET moves every port, so that two checkouts can run side by side."""
    text = os.environ.get("PAYGIR_PORT_OFFSET") or "0"
    if not text.isdecimal() or int(text) > OFFSET_MAX:
        raise Broken(
            fa=f"مقدار PAYGIR_PORT_OFFSET باید عددی از 0 تا {OFFSET_MAX} باشد، نه «{text}».",
            en=f"PAYGIR_PORT_OFFSET must be a number from 0 to {OFFSET_MAX}, not {text!r}.",
        )
    return int(text)


def wanted(*, without: frozenset[str]) -> dict[str, int]:
    """All ports of one deployment but those of parts that run elsewhere, by what listens there."""
    mine = {"kafka": KAFKA, "mongodb": MONGODB, "keycloak": KEYCLOAK, "issuer": ISSUER, **SERVICES}
    moved = {name: port + offset() for name, port in mine.items() if name not in without}
    if "kafka" in moved:
        moved["kafka controller"] = KAFKA_CONTROLLER + offset()
    return moved


def is_free(port: int) -> bool:
    """Whether a server could listen there now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                return False
            raise
    return True


def holder(port: int) -> str:
    """Who listens there, as "name (pid N)"; empty for another user's program."""
    for connection in psutil.net_connections("tcp"):
        local = connection.laddr
        if connection.status == psutil.CONN_LISTEN and local and local.port == port and connection.pid:
            return f"{psutil.Process(connection.pid).name()} (pid {connection.pid})"
    return ""


async def wait_until_free(port: int, name: str, *, patience_s: float = 10) -> None:
    """Give a server that is just stopping time to let go of its port.

    Raises:
        Broken: Somebody still holds it after `patience_s` seconds; says who.
    """
    try:
        async with asyncio.timeout(patience_s):
            await until(lambda: is_free(port))
    except TimeoutError:
        who = holder(port)
        by_fa, by_en = (f"؛ {who} آن را گرفته است", f", by {who}") if who else ("", "")
        raise Broken(
            fa=f"درگاه {port} که {name} لازم دارد آزاد نیست{by_fa}. "
            "آن برنامه را ببندید یا PAYGIR_PORT_OFFSET=100 بگذارید.",
            en=f"Port {port}, which {name} needs, is taken{by_en}. "
            "Stop that program, or set PAYGIR_PORT_OFFSET=100.",
        ) from None
