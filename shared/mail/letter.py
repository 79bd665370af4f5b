"""A letter as somebody sent it, read into a value: bounded, and whatever is odd about it."""

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from email import policy
from email.message import Message
from email.parser import BytesParser
from email.utils import getaddresses
from enum import StrEnum
from typing import Any, Final, cast

from shared.mail.ours import is_ours
from shared.mail.words import decoded, said_in, text_of_html, tidy
from shared.phone import read_email

DEPTH_MAX, PARTS_MAX, REFERENCES_MAX, HEADER_MAX = 20, 200, 30, 2000
_ID: Final = re.compile(r"<([^<>\s]{1,400})>")
_MACHINES: Final = ("x-autoreply", "x-autorespond", "x-auto-response", "list-id", "x-loop")
_IN_MASSES: Final = frozenset({"bulk", "junk", "list", "auto_reply"})


class Unreadable(ValueError):
    """It is no letter that could be read: nested without end, or nothing at all."""


class Automatic(StrEnum):
    """Why nobody wrote it who could be answered."""

    BOUNCE = "bounce"
    MACHINE = "automatic"
    OURS = "our-own"


class Said(StrEnum):
    """What became of a letter at one of those it is to."""

    FILED = "filed"
    ADDED = "added"
    KNOWN = "known"


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterFile:
    """A file in a letter, as its sender calls it, with the SHA-256 of it."""

    name: str
    content: bytearray
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """What a letter says. `sender` is the one address it is from, None where it doesn't say it well.

    `id` is what its sender's machine calls it, or a hash of all of it where that calls it nothing;
    `answers` are the ids of the letters it answers, the nearest first.
    """

    id: str
    sender: str | None
    subject: str
    text: str
    answers: Sequence[str] = ()
    files: Sequence[LetterFile] = ()
    automatic: Automatic | None = None


@dataclass(slots=True)
class _Read:
    texts: list[str] = field(default_factory=list[str])
    files: list[LetterFile] = field(default_factory=list[LetterFile])
    parts: int = 0


def read_letter(content: bytes, *, envelope_sender: str | None) -> Letter:
    """Read it; Unreadable for what can't be. It takes up to a second of a processor: ask it in a thread."""
    try:
        message = BytesParser(policy=policy.compat32).parsebytes(content)
        read = _Read()
        _read(message, read, 0)
    except RecursionError:
        raise Unreadable("nested without end") from None
    return Letter(
        id=_first_id(message) or hashlib.sha256(content).hexdigest(),
        sender=_sender(message, envelope_sender),
        subject=said_in(_header(message, "subject")),
        text="\n\n".join(one for one in read.texts if one),
        answers=_answers(message),
        files=read.files,
        automatic=_automatic(message, envelope_sender),
    )


def _read(part: "Message[str, str]", read: _Read, depth: int) -> None:
    """All of a part: of several wordings of the same the first that says anything, of all else everything."""
    read.parts += 1
    if depth > DEPTH_MAX or read.parts > PARTS_MAX:
        raise Unreadable("more parts than anybody writes")
    if part.get_content_maintype() != "multipart" or not part.is_multipart():
        _read_leaf(part, read)
        return
    below = cast("list[Message[str, str]]", part.get_payload())
    if part.get_content_subtype() != "alternative":
        for one in below:
            _read(one, read, depth + 1)
        return
    wordings: list[str] = []
    for one in below:
        aside = _Read(parts=read.parts)
        _read(one, aside, depth + 1)
        read.parts = aside.parts
        read.files += aside.files
        wordings.append("\n\n".join(aside.texts))
    read.texts.append(next((one for one in wordings if one.strip()), ""))


def _read_leaf(part: "Message[str, str]", read: _Read) -> None:
    name = _name_of(part)
    if part.get_content_maintype() == "text" and name is None and not _is_attached(part):
        said = decoded(_bytes_of(part), part.get_content_charset())
        read.texts.append(text_of_html(said) if part.get_content_subtype() == "html" else tidy(said))
        return
    content = _bytes_of(part)
    if content or name is not None:
        called = name or f"file-{len(read.files) + 1}"
        sha256 = hashlib.sha256(content).hexdigest()
        read.files.append(LetterFile(name=called, content=bytearray(content), sha256=sha256))


def _bytes_of(part: "Message[str, str]") -> bytes:
    """A leaf's content; of a letter inside the letter, all of that."""
    if part.is_multipart():
        return b"".join(_whole(one) for one in cast("list[Message[str, str]]", part.get_payload()))
    payload: Any = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


def _whole(message: "Message[str, str]") -> bytes:
    try:
        return message.as_bytes()
    except (LookupError, UnicodeError, TypeError, ValueError, AttributeError):
        return b""


def _name_of(part: "Message[str, str]") -> str | None:
    try:
        name = part.get_filename()
    except (LookupError, ValueError, TypeError, IndexError):
        return "?"
    return None if name is None else said_in(name[:HEADER_MAX])


def _is_attached(part: "Message[str, str]") -> bool:
    return _header(part, "content-disposition").strip().lower().startswith("attachment")


def _header(message: "Message[str, str]", name: str) -> str:
    """As it stands, bytes that don't belong there as surrogates; empty where there is none."""
    return next(_headers(message, name), "")


def _headers(message: "Message[str, str]", name: str) -> Iterator[str]:
    for one, value in message.raw_items():
        if one.lower() == name:
            yield str(value)[:HEADER_MAX]


def _sender(message: "Message[str, str]", envelope_sender: str | None) -> str | None:
    """Whom an answer would go to, in small letters: of the letter itself, else of who handed it in."""
    given = [address for _, address in getaddresses([said_in(_header(message, "from"))])]
    for one in (*given[:1], envelope_sender or ""):
        if address := read_email(one):
            return address.lower()
    return None


def _first_id(message: "Message[str, str]") -> str | None:
    found = _ID.search(_header(message, "message-id"))
    return found[1] if found else None


def _answers(message: "Message[str, str]") -> Sequence[str]:
    """References are the oldest first."""
    direct = _ID.findall(_header(message, "in-reply-to"))
    earlier = _ID.findall(" ".join(_headers(message, "references")))
    return [*dict.fromkeys([*direct, *reversed(earlier)])][:REFERENCES_MAX]


def _automatic(message: "Message[str, str]", envelope_sender: str | None) -> Automatic | None:
    """RFC 3834, and what machines said before there was one."""
    if is_ours(_first_id(message) or ""):
        return Automatic.OURS
    if envelope_sender == "" or message.get_content_type() == "multipart/report":
        return Automatic.BOUNCE
    said = _header(message, "auto-submitted").split(";")[0].strip().lower()
    in_masses = _header(message, "precedence").strip().lower() in _IN_MASSES
    marked = any(_header(message, one) for one in _MACHINES)
    return Automatic.MACHINE if said not in ("", "no") or in_masses or marked else None
