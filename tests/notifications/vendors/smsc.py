"""An operator's SMPP 3.4 centre on a loopback port: takes, refuses, throttles and tells as it is told to."""

import asyncio
import contextlib
import struct
from collections import defaultdict
from collections.abc import AsyncGenerator
from dataclasses import dataclass, field

BIND, UNBIND, SUBMIT, DELIVER, ENQUIRE = frozenset({1, 2, 9}), 6, 4, 5, 0x15
RESPONSE, OK, INVALID_NUMBER, THROTTLED, BIND_FAILED = 0x80000000, 0, 0x0B, 0x58, 0x0D
PAYLOAD, UCS2, HAS_HEADER = 0x0424, 8, 0x40
PASSWORD = "secret8"  # noqa: S105


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One `submit_sm`."""

    to: str
    text: str
    coding: int
    id: str
    wants_receipt: bool
    reference: tuple[int, int, int] | None
    """Of a part of a longer one: reference, of how many, which."""
    source: str
    priority: int
    valid_until: str
    """As the PDU has it; empty for as long as the operator likes."""


@dataclass
class Smsc:
    """`refuses`, `throttles`, `stays_silent` and `receipts` are by number; without receipts it is delivered.

    A receipt is a state; several are told in that order, `-` tells none.
    """

    port: int = 0
    parts: list[Part] = field(default_factory=list[Part])
    refuses: set[str] = field(default_factory=set[str])
    throttles: dict[str, int] = field(default_factory=dict[str, int])
    stays_silent: set[str] = field(default_factory=set[str])
    receipts: dict[str, list[str]] = field(default_factory=dict[str, list[str]])
    receipts_first: bool = False
    submits: dict[str, int] = field(default_factory=lambda: defaultdict[str, int](int))
    bound: asyncio.Event = field(default_factory=asyncio.Event)
    acknowledged: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(0))
    _sequence: int = 0
    _lines: list[asyncio.StreamWriter] = field(default_factory=list[asyncio.StreamWriter])

    def texts(self, to: str) -> list[str]:
        """What a number got, parts put together."""
        own = [one for one in self.parts if one.to == to]
        whole = [one.text for one in own if one.reference is None]
        by_reference: dict[int, dict[int, str]] = {}
        for one in own:
            if one.reference is not None:
                by_reference.setdefault(one.reference[0], {})[one.reference[2]] = one.text
        return whole + ["".join(parts[at] for at in sorted(parts)) for parts in by_reference.values()]

    def tell(self, to: str, state: str) -> None:
        """A receipt now, of the part that it was asked for."""
        part = next(one for one in self.parts if one.to == to and one.wants_receipt)
        self._sequence += 1
        self._lines[-1].write(_receipt(part, "3000", state, self._sequence))

    async def hang_up(self) -> None:
        """On everybody who is connected."""
        for line in self._lines:
            line.close()
            with contextlib.suppress(ConnectionError):
                await line.wait_closed()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection."""
        self._lines.append(writer)
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                length, command, _, sequence = struct.unpack(">IIII", await reader.readexactly(16))
                body = await reader.readexactly(length - 16)
                if command == UNBIND:
                    writer.write(_pdu(UNBIND | RESPONSE, sequence))
                    break
                self._answer(writer, command, sequence, body)
                await writer.drain()
        writer.close()

    def _answer(self, writer: asyncio.StreamWriter, command: int, sequence: int, body: bytes) -> None:
        if command in BIND:
            known = body.split(b"\0")[1].decode() == PASSWORD
            writer.write(_pdu(command | RESPONSE, sequence, b"sim\0", OK if known else BIND_FAILED))
            if known:
                self.bound.set()
        elif command == ENQUIRE:
            writer.write(_pdu(ENQUIRE | RESPONSE, sequence))
        elif command == SUBMIT:
            self._submitted(writer, sequence, body)
        elif command == DELIVER | RESPONSE:
            self.acknowledged.release()

    def _submitted(self, writer: asyncio.StreamWriter, sequence: int, body: bytes) -> None:
        part = _read(body, id_=f"{len(self.parts) + 0xA1:08X}")
        self.submits[part.to] += 1
        if part.to in self.refuses:
            writer.write(_pdu(SUBMIT | RESPONSE, sequence, b"", INVALID_NUMBER))
        elif self.throttles.get(part.to, 0) > 0:
            self.throttles[part.to] -= 1
            writer.write(_pdu(SUBMIT | RESPONSE, sequence, b"", THROTTLED))
        else:
            self.parts.append(part)
            answer = _pdu(SUBMIT | RESPONSE, sequence, part.id.encode() + b"\0")
            told = b"".join(self._receipts(part) if part.wants_receipt else [])
            if part.to not in self.stays_silent:
                writer.write(told + answer if self.receipts_first else answer + told)

    def _receipts(self, part: Part) -> list[bytes]:
        told: list[bytes] = []
        for state in self.receipts.get(part.to, ["DELIVRD"]):
            if state != "-":
                self._sequence += 1
                told.append(_receipt(part, part.source, state, self._sequence))
        return told


@contextlib.asynccontextmanager
async def smsc() -> AsyncGenerator[Smsc]:
    """One that runs, on a free port below 32768."""
    centre = Smsc()
    for port in range(24700, 24900):
        with contextlib.suppress(OSError):
            server = await asyncio.start_server(centre.serve, "127.0.0.1", port)
            break
    else:
        raise OSError("no free port")
    centre.port = port
    try:
        yield centre
    finally:
        server.close()
        await centre.hang_up()
        await server.wait_closed()


def _pdu(command: int, sequence: int, body: bytes = b"", status: int = OK) -> bytes:
    return struct.pack(">IIII", 16 + len(body), command, status, sequence) + body


def _text(body: bytes, at: int) -> tuple[str, int]:
    end = body.index(0, at)
    return body[at:end].decode("latin-1"), end + 1


def _read(body: bytes, *, id_: str) -> Part:
    _, at = _text(body, 0)
    source, at = _text(body, at + 2)
    to, at = _text(body, at + 2)
    header, priority, at = body[at], body[at + 2], at + 3
    _, at = _text(body, at)
    valid_until, at = _text(body, at)
    wants, coding, length, at = body[at], body[at + 2], body[at + 4], at + 5
    short, at = body[at : at + length], at + length
    reference: tuple[int, int, int] | None = None
    if header & HAS_HEADER:
        reference, short = (short[3], short[4], short[5]), short[short[0] + 1 :]
    while at < len(body):
        tag, size = struct.unpack(">HH", body[at : at + 4])
        if tag == PAYLOAD:
            short = body[at + 4 : at + 4 + size]
        at += 4 + size
    text = short.decode("utf-16-be" if coding == UCS2 else "latin-1")
    return Part(
        to=to,
        text=text,
        coding=coding,
        id=id_,
        wants_receipt=bool(wants & 1),
        reference=reference,
        source=source,
        priority=priority,
        valid_until=valid_until,
    )


def _receipt(part: Part, source: str, state: str, sequence: int) -> bytes:
    dates = "submit date:2612010030 done date:2612010031"
    said = f"id:{part.id} sub:001 dlvrd:001 {dates} stat:{state} err:000 text:"
    body = (
        b"\0\1\1"
        + part.to.encode()
        + b"\0\0\0"
        + source.encode()
        + b"\0"
        + bytes([4, 0, 0])
        + b"\0\0"
        + bytes([0, 0, 0, 0, len(said)])
        + said.encode()
    )
    return _pdu(DELIVER, sequence, body)
