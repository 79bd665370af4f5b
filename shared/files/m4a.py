"""M4A: the sound that phones record, in boxes; those that tell where and by whom are emptied."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from shared.files.foreign import must_hide_nothing
from shared.files.kinds import SECTIONS_MAX, Piece, truncated, unfit

_DEEP_MAX = 10
_SOUND_BRANDS = (
    b"M4A ",
    b"M4B ",
    b"mp41",
    b"mp42",
    b"isom",
    b"iso2",
    b"iso5",
    b"iso6",
    b"3gp4",
    b"3gp5",
    b"3gp6",
)
_WITHIN = frozenset(
    {b"moov", b"trak", b"mdia", b"minf", b"moof", b"traf", b"edts", b"dinf", b"stbl", b"mvex"}
)
_PLAYED = _WITHIN | frozenset(
    {
        b"ftyp",
        b"mdat",
        b"free",
        b"skip",
        b"wide",
        b"mvhd",
        b"tkhd",
        b"elst",
        b"mdhd",
        b"hdlr",
        b"smhd",
        b"dref",
    }
    | {b"stsd", b"stts", b"stsc", b"stsz", b"stz2", b"stco", b"co64", b"stss", b"ctts", b"sgpd", b"sbgp"}
    | {b"trex", b"mehd", b"mfhd", b"tfhd", b"tfdt", b"trun", b"sidx", b"iods", b"nmhd", b"gmhd", b"styp"}
)
"""What it takes to play it. All else may tell of a place, a time or a person."""

_SILENT = frozenset({b"mdir", b"url ", b"alis"})
"""Handlers of what is no track."""


@dataclass(frozen=True, slots=True)
class _Box:
    name: bytes
    start: int
    inside: int
    end: int


def is_m4a(content: bytearray) -> bool:
    """By its first box."""
    return content.startswith(b"ftyp", 4)


def clean_m4a(content: bytearray) -> list[Piece]:
    """The same length, with every box that may tell more than the sound emptied in its place."""
    if not content.startswith(_SOUND_BRANDS, 8):
        raise _no_sound()
    found = list(islice(_boxes(content, 0, len(content), _DEEP_MAX), SECTIONS_MAX + 1))
    handlers = {bytes(content[box.inside + 8 : box.inside + 12]) for box in found if box.name == b"hdlr"}
    if len(found) > SECTIONS_MAX:
        raise truncated()
    if handlers - _SILENT - {b"soun"}:
        raise _no_sound()
    if not {b"moov", b"mdat"} <= {box.name for box in found} or b"soun" not in handlers:
        raise truncated()
    for box in found:
        if box.name not in _PLAYED:
            must_hide_nothing(memoryview(content)[box.inside : box.end])
            content[box.start + 4 : box.start + 8] = b"free"
            content[box.inside : box.end] = bytes(box.end - box.inside)
    return [memoryview(content)]


def _boxes(content: bytearray, at: int, end: int, deep: int) -> Iterator[_Box]:
    """All of them, those within others too; they must fill their place."""
    while at < end:
        size, name, inside = int.from_bytes(content[at : at + 4]), bytes(content[at + 4 : at + 8]), at + 8
        if size == 1:
            size, inside = int.from_bytes(content[at + 8 : at + 16]), at + 16
        elif not size:
            size = end - at
        if at + size > end or at + size < inside:
            raise truncated()
        box = _Box(name, at, inside, at + size)
        yield box
        if name in _WITHIN and deep:
            yield from _boxes(content, inside, box.end, deep - 1)
        at = box.end


def _no_sound() -> Exception:
    return unfit(fa="فیلم پذیرفته نمی‌شود؛ فقط صدا.", en="Films are not taken in, sound alone.")
