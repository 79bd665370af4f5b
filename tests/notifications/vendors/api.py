"""An API to be killed: `python -m tests.notifications.vendors.api URI DATABASE` prints its port.

A life's line says at which of its commands to MongoDB it dies, before it leaves or when it was answered:
`7 started`, `7 succeeded`; or `0` for none.
"""

import os
import signal
import socket
import sys
from typing import Any

import uvicorn
from pymongo import AsyncMongoClient, monitoring
from typing_extensions import override

from services.notifications.app import assemble
from services.notifications.settings import Settings
from tests.notifications.inbound import DOORS
from tests.notifications.vendors.lives import live
from tests.serving import serving

WORK = frozenset({"find", "insert", "update", "findAndModify", "aggregate"})


class Dying(monitoring.CommandListener):
    """Dies at one of the commands that come once it is armed."""

    def __init__(self, line: str) -> None:
        at, _, self._when = line.partition(" ")
        self._left, self.is_armed = int(at), False

    @override
    def started(self, event: monitoring.CommandStartedEvent) -> None:
        if self._counts("started", event.command_name):
            os.kill(os.getpid(), signal.SIGKILL)

    @override
    def succeeded(self, event: monitoring.CommandSucceededEvent) -> None:
        if self._counts("succeeded", event.command_name):
            os.kill(os.getpid(), signal.SIGKILL)

    @override
    def failed(self, event: monitoring.CommandFailedEvent) -> None: ...

    def _counts(self, when: str, command: str) -> bool:
        if not self.is_armed or when != self._when or command not in WORK:
            return False
        self._left -= 1
        return self._left == 0


async def serve(uri: str, name: str, line: str, listening: socket.socket) -> None:
    """Until it dies."""
    dying = Dying(line)
    async with AsyncMongoClient[dict[str, Any]](
        uri, tz_aware=True, w="majority", event_listeners=[dying]
    ) as client:
        settings = Settings(sandbox=True, inbound=DOORS)
        async with serving("notifications", settings, assemble, client[name]) as one:
            dying.is_armed = True
            config = uvicorn.Config(one.app, lifespan="off", log_level="critical", access_log=False)
            await uvicorn.Server(config).serve(sockets=[listening])


def main() -> None:
    """All lives listen at one address: who asks while none lives is answered by the next."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        sys.stdout.write(f"{listening.getsockname()[1]}\n")
        sys.stdout.flush()
        uri, name = sys.argv[1:]
        live(lambda line: serve(uri, name, line, listening))


if __name__ == "__main__":
    main()
