"""Debian's Kannel: its two programs, an operator's centre behind them, and a web server that they call."""

import asyncio
import contextlib
import queue
import socket
import subprocess
import threading
import time
from collections.abc import Generator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from typing_extensions import override

from tests.notifications.vendors.smsc import PASSWORD, Smsc, smsc

USER, WORD, WITHIN_S = "province", "kannel-password", 20
CONF = """
group = core
admin-port = {admin}
admin-interface = 127.0.0.1
admin-password = {word}
smsbox-port = {smsbox}
smsbox-interface = 127.0.0.1
box-deny-ip = "*.*.*.*"
box-allow-ip = "127.0.0.1"
log-file = "{folder}/bearerbox.log"
log-level = 1
store-type = spool
store-location = "{folder}/spool"
dlr-storage = internal
sms-resend-freq = 1

group = smsc
smsc = smpp
smsc-id = operator
host = 127.0.0.1
port = {centre}
transceiver-mode = true
smsc-username = "{user}"
smsc-password = "{password}"
system-type = ""
reconnect-delay = 1
msg-id-type = 0x00

group = smsbox
bearerbox-host = 127.0.0.1
sendsms-port = {sendsms}
sendsms-interface = "127.0.0.1"
log-file = "{folder}/smsbox.log"
log-level = 1
http-request-retry = 3
http-queue-delay = 1

group = sendsms-user
username = {user}
password = {word}
max-messages = 10
concatenation = true
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kannel:
    """Where to send, what the operator has, and the addresses that were called."""

    url: str
    calls_at: str
    centre: Smsc
    loop: asyncio.AbstractEventLoop
    called: "queue.Queue[str]"

    def tell_later(self, to: str, state: str) -> None:
        """The operator sends a receipt now."""
        self.loop.call_soon_threadsafe(self.centre.tell, to, state)


@contextlib.contextmanager
def real_kannel(folder: Path) -> Generator[Kannel]:
    """All of it, started and ended by its own handles."""
    with contextlib.ExitStack() as stack:
        centre, loop = stack.enter_context(_centre())
        called, calls_at = stack.enter_context(_called())
        admin, smsbox, sendsms = (_free_port(at) for at in (24000, 24100, 24200))
        (folder / "spool").mkdir()
        conf = folder / "kannel.conf"
        conf.write_text(
            CONF.format(
                admin=admin,
                smsbox=smsbox,
                sendsms=sendsms,
                centre=centre.port,
                folder=folder,
                user=USER,
                word=WORD,
                password=PASSWORD,
            )
        )
        for program, port in (("bearerbox", smsbox), ("smsbox", sendsms)):
            stack.enter_context(_running(program, conf))
            _wait_for(port, program)
        if not asyncio.run_coroutine_threadsafe(_bound(centre), loop).result(WITHIN_S):
            raise TimeoutError("Kannel didn't bind")
        url = f"http://127.0.0.1:{sendsms}"
        yield Kannel(url=url, calls_at=calls_at, centre=centre, loop=loop, called=called)


async def _bound(centre: Smsc) -> bool:
    return await centre.bound.wait()


@contextlib.contextmanager
def _centre() -> Generator[tuple[Smsc, asyncio.AbstractEventLoop]]:
    """In a thread, for it outlives the loops of single tests."""
    started: queue.Queue[tuple[Smsc, asyncio.AbstractEventLoop, asyncio.Event]] = queue.Queue()

    async def serve() -> None:
        async with smsc() as centre:
            over = asyncio.Event()
            started.put((centre, asyncio.get_running_loop(), over))
            await over.wait()

    thread = threading.Thread(target=lambda: asyncio.run(serve()))
    thread.start()
    centre, loop, over = started.get(timeout=WITHIN_S)
    try:
        yield centre, loop
    finally:
        loop.call_soon_threadsafe(over.set)
        thread.join()


@contextlib.contextmanager
def _called() -> Generator[tuple["queue.Queue[str]", str]]:
    called: queue.Queue[str] = queue.Queue()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(204)
            self.end_headers()
            called.put(self.path)

        @override
        def log_message(self, format: str, *args: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", _free_port(24300)), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield called, f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextlib.contextmanager
def _running(program: str, conf: Path) -> Generator[None]:
    with (conf.parent / f"{program}.out").open("wb") as out:
        process = subprocess.Popen(
            [f"/usr/sbin/{program}", str(conf)], stdout=out, stderr=out, cwd=conf.parent
        )
    try:
        yield
    finally:
        process.terminate()
        try:
            process.wait(3)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _free_port(first: int) -> int:
    for port in range(first, first + 100):
        with socket.socket() as one:
            try:
                one.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise OSError("no free port")


def _wait_for(port: int, program: str) -> None:
    until = time.monotonic() + WITHIN_S
    while time.monotonic() < until:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.02)
    raise TimeoutError(program)
