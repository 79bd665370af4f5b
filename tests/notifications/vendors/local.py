"""Real servers on loopback: an SMTP server, and a web hook for Apprise to call."""

import asyncio
import contextlib
import email.policy
import threading
from collections.abc import Generator
from email import message_from_bytes
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import orjson
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from typing_extensions import override

Taken = list[tuple[str, str]]
ANSWERS = {
    "permanent": "550 5.1.1 no such mailbox",
    "passing": "451 4.3.0 try again later",
    "silent": "421 4.3.0 closing",
}


class Mailbox:
    """What an SMTP server took; `says` is how it answers to the message itself."""

    def __init__(self) -> None:
        self.taken: Taken = []
        self.says, self.port = "", 0

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.says in ANSWERS and self.says != "silent":
            return ANSWERS[self.says]
        mail = message_from_bytes(bytes(envelope.original_content or b""), policy=email.policy.default)
        assert isinstance(mail, EmailMessage)
        self.taken.append((envelope.rcpt_tos[0], mail.get_content().replace("\r\n", "\n").rstrip("\n")))
        if self.says == "silent":
            assert isinstance(server.transport, asyncio.WriteTransport)
            server.transport.abort()
        return "250 OK"


@contextlib.contextmanager
def mail_server(**how: Any) -> Generator[Mailbox]:
    """aiosmtpd, in a thread of its own; `how` as its controller takes it."""
    box = Mailbox()
    for port in range(24900, 25000):
        controller = Controller(box, hostname="127.0.0.1", port=port, **how)
        try:
            controller.start()
        except OSError:
            continue
        break
    else:
        raise OSError("no free port")
    box.port = port
    try:
        yield box
    finally:
        controller.stop()


class Hook:
    """What a web hook was called with."""

    def __init__(self) -> None:
        self.taken: Taken = []
        self.says, self.port = "", 0


@contextlib.contextmanager
def web_hook() -> Generator[Hook]:
    """Takes JSON as Apprise posts it to `json://`: the receiver in the path, the text in `message`."""
    hook = Hook()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            said = orjson.loads(self.rfile.read(int(self.headers["content-length"])))
            if not hook.says:
                hook.taken.append((self.path.rpartition("/")[2].replace("%2B", "+"), said["message"]))
            self.send_response(500 if hook.says else 200)
            self.end_headers()

        @override
        def log_message(self, format: str, *args: object) -> None: ...

    server = HTTPServer(("127.0.0.1", 0), Handler)
    hook.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield hook
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
