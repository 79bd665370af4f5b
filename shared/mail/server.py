"""The door that mail comes in by: SMTP, with a limit on everything. It says 250 only for what is saved."""

import asyncio
import contextlib
import logging
import ssl
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_address
from typing import Any, AnyStr, Protocol

from aiosmtpd.smtp import SMTP, Envelope, Session
from typing_extensions import override

from shared.mail.letter import Automatic, Letter, Said, Unreadable, read_letter
from shared.observe import metrics
from shared.observe.faults import fault_of
from shared.observe.logs import log

_LOG = log(__name__)
SESSIONS_MAX, AT_ONCE_MAX, RECIPIENTS_MAX, COMMANDS_MAX = 50, 4, 20, 100
IDLE_S, ENDING_S = 300.0, 5.0
BESIDE_BYTES_MAX = 1024 * 1024
LINE_BYTES_MAX = 64 * 1024
NO_SUCH = "550 5.1.1 No agency has this address"
NOT_FROM_HERE = "554 5.7.1 Mail is not taken from this machine"
TOO_MANY = "421 4.3.2 Too many sessions, come again later"
TOO_MANY_RECIPIENTS = "452 4.5.3 Too many recipients"
BUSY = "451 4.3.2 Busy, send it again later"
LATER = "451 4.3.0 It could not be saved now, send it again later"
TOO_LARGE = "552 5.3.4 The message is too large"
UNREADABLE = "554 5.6.0 The message can't be read"
NOT_FROM_MACHINES = "550 5.7.1 Messages that nobody wrote are not taken"
TAKEN = "250 2.6.0 Taken"
Network = IPv4Network | IPv6Network


class Turned(Exception):
    """It is refused for good: `reason` is told to its sender by their own mail server."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Inside(Protocol):
    """Behind the door."""

    async def knows(self, address: str) -> bool:
        """Whether mail to this address is taken."""
        ...

    def owns(self, address: str) -> bool:
        """Whether it is one of those that mail is taken at."""
        ...

    async def take(self, address: str, letter: Letter) -> Said:
        """Save it, once however often it comes. Turned where it never will be; any other fault passes."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class DoorSettings:
    """Where it listens, to whom, and how much it takes. Port 0 is any."""

    host: str
    port: int
    peers: Sequence[Network]
    bytes_max: int
    name: str
    tls: ssl.SSLContext | None = None


@contextlib.asynccontextmanager
async def mail_door(inside: Inside, settings: DoorSettings) -> AsyncGenerator[int]:
    """Open for as long as the block lasts; gives the port. Letters under way are ended with it."""
    # The library tells each command and line: addresses, and what people wrote.
    logging.getLogger("mail").setLevel(logging.CRITICAL + 1)
    handler, sessions = _Handler(inside), set[_Session]()

    def open_session() -> _Session:
        return _Session(handler, settings, sessions)

    server = await asyncio.get_running_loop().create_server(open_session, settings.host, settings.port)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for session in [*sessions]:
            await session.end()
        await handler.end()


class _Session(SMTP):
    """One connection. The library bounds a message once it is read; whoever sends on and on is cut off."""

    line_length_limit = LINE_BYTES_MAX

    def __init__(self, handler: "_Handler", settings: DoorSettings, sessions: "set[_Session]") -> None:
        super().__init__(
            handler,
            data_size_limit=settings.bytes_max,
            enable_SMTPUTF8=True,
            hostname=settings.name,
            ident="paygir",
            tls_context=settings.tls,
            timeout=IDLE_S,
            auth_exclude_mechanism=("LOGIN", "PLAIN"),
            command_call_limit=COMMANDS_MAX,
            loop=asyncio.get_running_loop(),
        )
        self._peers, self._sessions = settings.peers, sessions
        self._bytes, self._bytes_most = 0, 2 * settings.bytes_max + BESIDE_BYTES_MAX

    @override
    async def push(self, status: AnyStr) -> None:
        if str(status).startswith(TOO_LARGE[:3]):
            _count("too-large")
        await super().push(status)

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        refusal = None if self in self._sessions else self._refusal(transport)
        if refusal is not None:
            _count(refusal[0])
            _tell_and_close(transport, refusal[1])
            return
        self._sessions.add(self)
        super().connection_made(transport)

    @override
    def connection_lost(self, error: Exception | None) -> None:
        if self in self._sessions:
            self._sessions.discard(self)
            super().connection_lost(error)

    @override
    def data_received(self, data: bytes) -> None:
        if self not in self._sessions:
            return
        self._bytes += len(data)
        if self._bytes > self._bytes_most and self.transport is not None:
            _count("too-large")
            _tell_and_close(self.transport, TOO_LARGE)
            return
        super().data_received(data)

    def begin_anew(self) -> None:
        """A letter ended: the next one has as much room."""
        self._bytes = 0

    async def end(self) -> None:
        """At once, and what it was at with it."""
        coroutine = self._handler_coroutine
        if self.transport is not None:
            self.transport.close()
        if coroutine is not None:
            coroutine.cancel()
            with contextlib.suppress(asyncio.CancelledError, ConnectionError):
                await coroutine

    def _refusal(self, transport: asyncio.BaseTransport) -> tuple[str, str] | None:
        peer: Any = transport.get_extra_info("peername")
        host = ip_address(peer[0]) if peer else None
        if host is None or not any(host in one for one in self._peers):
            return "peer", NOT_FROM_HERE
        return ("sessions", TOO_MANY) if len(self._sessions) >= SESSIONS_MAX else None


class _Handler:
    """What the library asks. Each answer is one line that the sender's mail server understands."""

    def __init__(self, inside: Inside) -> None:
        self._inside, self._working = inside, set[asyncio.Task[str]]()

    async def handle_RCPT(  # noqa: N802 - the library's name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Whether the agency is known is said before anything of the letter is read."""
        if len(envelope.rcpt_tos) >= RECIPIENTS_MAX:
            return TOO_MANY_RECIPIENTS
        try:
            known = await self._inside.knows(address)
        except Exception as error:  # noqa: BLE001 - whatever it is, the letter comes again
            return _not_now(error)
        if not known:
            _count("unknown-address")
            return NO_SUCH
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        """250 when every one of those it is to has it durably; a repeat of it changes nothing."""
        if isinstance(server, _Session):
            server.begin_anew()
        if len(self._working) >= AT_ONCE_MAX:
            _count("busy")
            return BUSY
        # In a task of its own: a sender who hangs up breaks off no write, and sends it again.
        working = asyncio.create_task(self._answer(envelope))
        self._working.add(working)
        working.add_done_callback(self._working.discard)
        return await asyncio.shield(working)

    async def handle_exception(self, error: Exception) -> str:
        """The library's own faults."""
        return _not_now(error)

    async def end(self) -> None:
        """What is being saved is saved, in a few seconds at most."""
        if self._working:
            await asyncio.wait([*self._working], timeout=ENDING_S)

    async def _answer(self, envelope: Envelope) -> str:
        try:
            return await self._take(envelope)
        except Unreadable:
            _count("unreadable")
            return UNREADABLE
        except Turned as turned:
            _count("refused")
            return turned.reason
        except Exception as error:  # noqa: BLE001 - whatever it is, the letter comes again
            return _not_now(error)

    async def _take(self, envelope: Envelope) -> str:
        content = envelope.original_content or b""
        by = (envelope.mail_from or "").strip("<>")  # "<>" is what a bounce comes from
        letter = await asyncio.to_thread(read_letter, content, envelope_sender=by)
        is_ours = letter.sender is not None and self._inside.owns(letter.sender)
        automatic = Automatic.OURS if is_ours else letter.automatic
        if automatic is not None:
            _count(automatic)
            return NOT_FROM_MACHINES
        for address in envelope.rcpt_tos:
            _count(await self._inside.take(address, letter))
        return TAKEN


def _not_now(error: Exception) -> str:
    _count("later")
    _LOG.warning("a letter could not be saved", error=fault_of(error))
    return LATER


def _tell_and_close(transport: asyncio.BaseTransport, said: str) -> None:
    if isinstance(transport, asyncio.WriteTransport):
        transport.write(f"{said}\r\n".encode())
    transport.close()


def _count(result: str) -> None:
    metrics.LETTERS.labels(result).inc()
