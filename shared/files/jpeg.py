"""JPEG: what a camera notes beside the picture goes, the picture itself stays as it is, bit by bit."""

import re
from dataclasses import dataclass, field

from shared.files.foreign import must_hide_nothing
from shared.files.kinds import SECTIONS_MAX, Piece, truncated
from shared.files.pictures import UPRIGHT, must_fit, only_orientation, orientation_of

_SOI, _EOI, _SOS, _COM = 0xD8, 0xD9, 0xDA, 0xFE
_APP0, _APP1, _APP15 = 0xE0, 0xE1, 0xEF
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_ALONE = frozenset({0x00, 0x01, *range(0xD0, 0xD9)})
_AFTER_SCAN = re.compile(rb"\xff+[^\x00\xd0-\xd7\xff]")
_NEEDED = {_APP0: b"JFIF\0", 0xE2: b"ICC_PROFILE\0", 0xEE: b"Adobe"}
"""What a viewer must know to show the colours rightly."""
_EXIF = b"Exif\0\0"
_LENGTH_BYTES, _SCANS_MAX = 2, 500


@dataclass(slots=True)
class _Found:
    kept: list[Piece] = field(default_factory=list[Piece])
    orientation: int = UPRIGHT
    frames: int = 0
    scans: int = 0


def clean_jpeg(content: bytearray) -> list[Piece]:
    """Its pieces without places, times, names and thumbnails, and without what lies behind the picture."""
    view, found, at = memoryview(content), _Found(), 2
    while True:
        marker, at = _marker(content, at)
        if marker == _EOI:
            break
        end = at + int.from_bytes(view[at : at + _LENGTH_BYTES])
        if marker in _ALONE or end < at + _LENGTH_BYTES or end > len(view) or len(found.kept) > SECTIONS_MAX:
            raise truncated()
        if marker == _SOS:
            found.scans += 1
            scan_end = _AFTER_SCAN.search(content, end)
            if scan_end is None or found.scans > _SCANS_MAX:
                raise truncated()
            end = scan_end.start()
        _sort(found, marker, view[at - 2 : end])
        at = end
    if found.frames != 1 or not found.scans:
        raise truncated()
    must_hide_nothing(view[at:])
    return [view[:2], *_with_orientation(found), b"\xff\xd9"]


def _marker(content: bytearray, at: int) -> tuple[int, int]:
    """The next marker and where what it begins goes on. Any number of fill bytes may stand before it."""
    if at >= len(content) or content[at] != 0xFF:  # noqa: PLR2004 - what every marker begins with
        raise truncated()
    while at < len(content) and content[at] == 0xFF:  # noqa: PLR2004
        at += 1
    if at >= len(content):
        raise truncated()
    return content[at], at + 1


def _sort(found: _Found, marker: int, segment: memoryview) -> None:
    said = segment[4:]
    if marker in _FRAMES:
        found.frames += 1
        must_fit(int.from_bytes(said[3:5]), int.from_bytes(said[1:3]))
    elif marker == _APP1 and _begins(said, _EXIF):
        found.orientation = orientation_of(said[len(_EXIF) :])
    remark = marker == _COM or _APP0 <= marker <= _APP15
    if not remark or (marker in _NEEDED and _begins(said, _NEEDED[marker])):
        found.kept.append(segment)
    else:
        must_hide_nothing(said)


def _begins(said: memoryview, mark: bytes) -> bool:
    return bytes(said[: len(mark)]) == mark


def _with_orientation(found: _Found) -> list[Piece]:
    if found.orientation == UPRIGHT:
        return found.kept
    note = _EXIF + only_orientation(found.orientation)
    segment = bytes([0xFF, _APP1]) + (len(note) + _LENGTH_BYTES).to_bytes(2) + note
    first = 1 if found.kept and found.kept[0][1] == _APP0 else 0
    return [*found.kept[:first], segment, *found.kept[first:]]
