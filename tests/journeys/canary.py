"""A marked person and a marked number that is refused, in every spelling, and where any of them turns up."""
# pyright: basic

import base64
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, unquote

from services.notifications.gateways.sandbox import NOBODYS
from shared.persian import latin_digits, persian_digits

MOBILE, NATIONAL_ID, NAME = "09127654321", "7731689956", "فرخنده قناری‌پور"
REFUSED = f"0{NOBODYS[3:]}"
MAILBOX = "f.ghanaripour@mail.example"
SURNAME = "قناری‌پور"
EVERYTHING = f"{NAME} {persian_digits(MOBILE)} {NATIONAL_ID}"
_ARABIC = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
_BETWEEN = re.compile(r"(?<=\d)[ \-\u200c\u00a0()/.]{1,2}(?=\d)")
_ESCAPE = re.compile(r"\\+u([0-9a-fA-F]{4})")


@dataclass(frozen=True, slots=True)
class Mark:
    """One secret, by the part of it that every spelling has, and its longer forms in bytes."""

    what: str
    core: str
    bytes_forms: tuple[bytes, ...]


def _mark(what: str, *parts: str) -> Mark:
    """`parts` are what people put spaces or dashes between."""
    core = "".join(parts)
    written = dict.fromkeys([core, " ".join(parts), "-".join(parts)])
    spoken = [kind for one in written for kind in {one, persian_digits(one), one.translate(_ARABIC)}]
    forms: list[bytes] = []
    for one in spoken:
        data = one.encode()
        forms += [*_in_base64(data), data.hex().encode(), data.hex().upper().encode()]
    return Mark(what, core, tuple(forms))


def _in_base64(data: bytes) -> Iterator[bytes]:
    """What is sure to stand in any base64 of a text with these bytes in it, wherever they begin."""
    for before in range(3):
        encoded = base64.b64encode(b"\0" * before + data + b"\0\0")
        # The first and last letters also hold bits of the neighbours.
        first, last = -(-8 * before // 6), (8 * (before + len(data))) // 6
        yield encoded[first:last]
        yield encoded[first:last].translate(bytes.maketrans(b"+/", b"-_"))


# Without its first nought: +98, 0098 and 98 may stand before it.
MARKS = (
    _mark("mobile", MOBILE[1:4], MOBILE[4:7], MOBILE[7:]),
    _mark("refused mobile", REFUSED[1:4], REFUSED[4:7], REFUSED[7:]),
    _mark("national id", NATIONAL_ID[:4], NATIONAL_ID[4:7], NATIONAL_ID[7:]),
    _mark("name", "قناری"),
    _mark("address", "ghanaripour"),
)


def found_in(data: bytes | str) -> list[str]:
    """Which of the marks stand in it, in whatever spelling."""
    raw = data.encode(errors="replace") if isinstance(data, str) else data
    plain = _plain(raw.decode(errors="replace"))
    return [
        mark.what for mark in MARKS if mark.core in plain or any(form in raw for form in mark.bytes_forms)
    ]


def _plain(text: str) -> str:
    """Escapes undone, digits one kind, nothing between digits."""
    if "\\" in text:
        text = _ESCAPE.sub(lambda found: chr(int(found[1], 16)), text)
    if "%" in text:
        text = unquote(text, errors="replace")
    return _BETWEEN.sub("", latin_digits(text))


def spellings(what: str) -> list[str]:
    """How a leak of it may look."""
    if what == "name":
        forms = [NAME, SURNAME]
    elif what == "address":
        forms = [MAILBOX, MAILBOX.partition("@")[0], f"<{MAILBOX}>"]
    else:
        digits = {"mobile": MOBILE, "refused mobile": REFUSED}.get(what, NATIONAL_ID)
        shown = [
            digits,
            f"{digits[:4]} {digits[4:7]} {digits[7:]}",
            f"{digits[:4]}-{digits[4:7]}-{digits[7:]}",
        ]
        if what != "national id":
            short = digits.removeprefix("0")
            spaced = f"+98 {short[:3]} {short[3:6]} {short[6:]}"
            shown += [short, f"98{short}", f"+98{short}", f"0098{short}", spaced]
        forms = [kind for one in shown for kind in (one, persian_digits(one), one.translate(_ARABIC))]
    escaped = [json.dumps(one).strip('"') for one in forms]
    coded = [base64.b64encode(("x" * at + one).encode()).decode() for one in forms for at in range(3)]
    safe = [base64.urlsafe_b64encode(one.encode()).decode() for one in forms]
    return [*forms, *escaped, *map(quote, forms), *coded, *safe, *(one.encode().hex() for one in forms)]


@dataclass(slots=True)
class Hits:
    """What was searched, and where something was found: `place` is a kind of place, never a value."""

    searched: dict[str, int] = field(default_factory=dict[str, int])
    found: set[tuple[str, str]] = field(default_factory=set[tuple[str, str]])

    def search(self, place: str, data: bytes | str) -> None:
        """Search a whole text."""
        self.searched[place] = self.searched.get(place, 0) + 1
        self.found |= {(place, what) for what in found_in(data)}

    def search_document(self, collection: str, document: Any) -> None:
        """Search every value of a document and the names of its fields, each under its path."""
        for path, value in leaves(document):
            self.search(f"{collection}:{path}", value)

    def places(self) -> set[str]:
        """Where anything at all was found."""
        return {place for place, _ in self.found}


def leaves(value: Any, path: str = "") -> Iterator[tuple[str, bytes | str]]:
    """Each value with its path; a list's places don't count, so that one line of a table speaks for all."""
    match value:
        case dict():
            for name, below in value.items():
                yield f"{path}.(name)".strip("."), str(name)
                yield from leaves(below, f"{path}.{name}".strip("."))
        case list() | tuple():
            for below in value:
                yield from leaves(below, path)
        case bytes():
            yield path, value
        case _:
            yield path, str(value)
