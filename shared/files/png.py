"""PNG: what was noted beside the picture goes; the picture's own data must be whole, as large as it says."""

import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from shared.files.foreign import must_hide_nothing
from shared.files.kinds import MEGABYTE, SECTIONS_MAX, Piece, bomb, truncated, two_things
from shared.files.pictures import UPRIGHT, must_fit, only_orientation, orientation_of

SIGNATURE = b"\x89PNG\r\n\x1a\n"
_KEPT = frozenset(
    {
        b"IHDR",
        b"PLTE",
        b"IDAT",
        b"IEND",
        b"tRNS",
        b"cHRM",
        b"gAMA",
        b"iCCP",
        b"sBIT",
        b"sRGB",
        b"bKGD",
        b"pHYs",
    }
)
_STEP_BYTES = 64 * 1024
_AROUND, _HEADER_BYTES = 12, 13
"""The bytes of a chunk besides its data: length, name, checksum."""
_CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
_DEPTHS = frozenset({1, 2, 4, 8, 16})
_ADAM7 = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))


@dataclass(frozen=True, slots=True)
class _Chunk:
    name: bytes
    data: memoryview
    whole: memoryview


def clean_png(content: bytearray) -> list[Piece]:
    """Its chunks without texts, times and a camera's notes."""
    view = memoryview(content)
    chunks = list(islice(_chunks(view), SECTIONS_MAX))
    first, last = chunks[0], chunks[-1]
    if first.name != b"IHDR" or len(first.data) != _HEADER_BYTES or last.name != b"IEND":
        raise truncated()
    if any(chunk.name[:1].isupper() and chunk.name not in _KEPT for chunk in chunks):
        raise truncated()
    _must_be_whole(first.data, [chunk.data for chunk in chunks if chunk.name == b"IDAT"])
    dropped = [chunk for chunk in chunks if chunk.name not in _KEPT]
    for chunk in dropped:
        must_hide_nothing(chunk.data)
    must_hide_nothing(view[len(SIGNATURE) + sum(len(chunk.whole) for chunk in chunks) :])
    noted = [orientation_of(chunk.data) for chunk in dropped if chunk.name == b"eXIf"]
    kept: list[Piece] = [chunk.whole for chunk in chunks if chunk.name in _KEPT]
    if noted and noted[0] != UPRIGHT:
        kept.insert(1, _chunk(b"eXIf", only_orientation(noted[0])))
    return [SIGNATURE, *kept]


def _chunks(view: memoryview) -> Iterator[_Chunk]:
    at, name = len(SIGNATURE), b""
    while name != b"IEND":
        length = int.from_bytes(view[at : at + 4])
        whole = view[at : at + length + _AROUND]
        if len(whole) != length + _AROUND or zlib.crc32(whole[4:-4]) != int.from_bytes(whole[-4:]):
            raise truncated()
        name = bytes(whole[4:8])
        yield _Chunk(name, whole[8:-4], whole)
        at += len(whole)


def _chunk(name: bytes, data: bytes) -> bytes:
    return len(data).to_bytes(4) + name + data + zlib.crc32(name + data).to_bytes(4)


def _must_be_whole(header: memoryview, packed: Sequence[memoryview]) -> None:
    """Unpacked in small steps: no more than the header says, and no less."""
    width, height = int.from_bytes(header[:4]), int.from_bytes(header[4:8])
    depth, colours, interlaced = header[8], header[9], header[12]
    must_fit(width, height)
    if colours not in _CHANNELS or depth not in _DEPTHS:
        raise truncated()
    bits = depth * _CHANNELS[colours]
    passes = _ADAM7 if interlaced else ((0, 0, 1, 1),)
    expected = sum(_pass_bytes(width, height, bits, *one) for one in passes)
    unpacked, unpacker = 0, zlib.decompressobj()
    for data in packed:
        for start in range(0, len(data), _STEP_BYTES):
            left: Piece = data[start : start + _STEP_BYTES]
            while len(left) and not unpacker.eof:
                unpacked += len(_unpack(unpacker, left))
                left = unpacker.unconsumed_tail
                if unpacked > expected:
                    raise bomb()
        if unpacker.unused_data:
            raise two_things()
    if not unpacker.eof or unpacked != expected:
        raise truncated()


def _unpack(unpacker: "zlib._Decompress", data: Piece) -> bytes:  # pyright: ignore[reportPrivateUsage]
    try:
        return unpacker.decompress(data, MEGABYTE)
    except zlib.error:
        raise truncated() from None


def _pass_bytes(width: int, height: int, bits: int, x: int, y: int, dx: int, dy: int) -> int:
    columns, rows = -((x - width) // dx), -((y - height) // dy)
    return rows * (1 + (columns * bits + 7) // 8) if columns > 0 and rows > 0 else 0
