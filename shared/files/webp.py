"""WebP: a still picture, without what a camera noted beside it."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from shared.files.foreign import must_hide_nothing
from shared.files.kinds import SECTIONS_MAX, Piece, truncated, unfit
from shared.files.pictures import UPRIGHT, must_fit, only_orientation, orientation_of

_HEAD_BYTES, _CHUNK_HEAD_BYTES = 12, 8
_KEPT = frozenset({b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ICCP"})
_EXIF_FLAG, _XMP_FLAG, _ANIMATED_FLAG = 0x08, 0x04, 0x02
_LOSSY_START, _LOSSLESS_START = b"\x9d\x01\x2a", 0x2F
_EXIF = b"Exif\0\0"


@dataclass(frozen=True, slots=True)
class _Chunk:
    name: bytes
    data: memoryview
    whole: memoryview


def is_webp(content: bytearray) -> bool:
    """By its first bytes."""
    return content.startswith(b"RIFF") and content.startswith(b"WEBP", 8)


def clean_webp(content: bytearray) -> list[Piece]:
    """Its chunks without a camera's notes, and the sizes that fit them."""
    view = memoryview(content)
    end = _CHUNK_HEAD_BYTES + int.from_bytes(view[4:8], "little")
    if end > len(view):
        raise truncated()
    must_hide_nothing(view[end:])
    chunks = list(islice(_chunks(view[:end]), SECTIONS_MAX))
    kept = [chunk for chunk in chunks if chunk.name in _KEPT]
    if not {chunk.name for chunk in kept} & {b"VP8 ", b"VP8L"}:
        raise truncated()
    orientation = UPRIGHT
    for chunk in chunks:
        if chunk.name == b"EXIF":
            orientation = orientation_of(bytes(chunk.data).removeprefix(_EXIF))
        if chunk.name not in _KEPT:
            must_hide_nothing(chunk.data)
    for chunk in kept:
        _must_fit(chunk)
    has_note = orientation != UPRIGHT and kept[0].name == b"VP8X"
    pieces: list[Piece] = [_kept(chunk, noted=has_note) for chunk in kept]
    if has_note:
        pieces.append(_chunk(b"EXIF", only_orientation(orientation)))
    size = len(b"WEBP") + sum(map(len, pieces))
    return [b"RIFF" + size.to_bytes(4, "little") + b"WEBP", *pieces]


def _chunks(view: memoryview) -> Iterator[_Chunk]:
    at = _HEAD_BYTES
    while at < len(view):
        head = view[at : at + _CHUNK_HEAD_BYTES]
        length = int.from_bytes(head[4:], "little")
        end = at + _CHUNK_HEAD_BYTES + length + length % 2
        if len(head) < _CHUNK_HEAD_BYTES or end > len(view):
            raise truncated()
        start = at + _CHUNK_HEAD_BYTES
        yield _Chunk(bytes(head[:4]), view[start : start + length], view[at:end])
        at = end


def _must_fit(chunk: _Chunk) -> None:
    data = chunk.data
    if chunk.name == b"VP8X":
        if data[0] & _ANIMATED_FLAG:
            raise unfit(fa="تصویر متحرک پذیرفته نمی‌شود.", en="Moving pictures are not taken in.")
        must_fit(1 + int.from_bytes(data[4:7], "little"), 1 + int.from_bytes(data[7:10], "little"))
    elif chunk.name == b"VP8 ":
        if bytes(data[3:6]) != _LOSSY_START:
            raise truncated()
        sides = [int.from_bytes(data[at : at + 2], "little") & 0x3FFF for at in (6, 8)]
        must_fit(*sides)
    elif chunk.name == b"VP8L":
        if not data or data[0] != _LOSSLESS_START:
            raise truncated()
        bits = int.from_bytes(data[1:5], "little")
        must_fit(1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF))


def _kept(chunk: _Chunk, *, noted: bool) -> Piece:
    if chunk.name != b"VP8X":
        return chunk.whole
    flags = chunk.data[0] & ~(_EXIF_FLAG | _XMP_FLAG) | (_EXIF_FLAG if noted else 0)
    return _chunk(b"VP8X", bytes([flags, *chunk.data[1:]]))


def _chunk(name: bytes, data: bytes) -> bytes:
    return name + len(data).to_bytes(4, "little") + data + bytes(len(data) % 2)
