"""What all pictures have in common: how large they may get, and which way is up."""

import struct

from shared.files.kinds import Piece, truncated, unfit

PIXELS_MAX, SIDE_MAX = 50_000_000, 20_000
"""A phone's picture has up to 50 million pixels; unpacked they take 200 MB of whoever looks at it."""
UPRIGHT, ORIENTATIONS = 1, range(1, 9)
_ORIENTATION, _SHORT = 0x0112, 3
_ENTRIES_MAX, _ENTRY_BYTES = 200, 12


def must_fit(width: int, height: int) -> None:
    """Neither empty nor larger than can be looked at."""
    if not (width and height):
        raise truncated()
    if width * height > PIXELS_MAX or max(width, height) > SIDE_MAX:
        raise unfit(
            fa=f"این تصویر بزرگ‌تر از {PIXELS_MAX // 1_000_000} میلیون نقطه است.",
            en=f"This picture has more than {PIXELS_MAX // 1_000_000} million pixels.",
        )


def orientation_of(tiff: Piece) -> int:
    """Which way is up, of all that a camera notes; upright where that can't be read."""
    data = bytes(tiff)
    order = {b"II": "<", b"MM": ">"}.get(data[:2])
    try:
        if order is None:
            return UPRIGHT
        (at,) = struct.unpack_from(f"{order}I", data, 4)
        (count,) = struct.unpack_from(f"{order}H", data, at)
        for number in range(min(count, _ENTRIES_MAX)):
            tag, kind, _, value = struct.unpack_from(f"{order}HHIH", data, at + 2 + number * _ENTRY_BYTES)
            if (tag, kind) == (_ORIENTATION, _SHORT):
                return value if value in ORIENTATIONS else UPRIGHT
    except struct.error:
        pass
    return UPRIGHT


def only_orientation(orientation: int) -> bytes:
    """The same note with nothing else in it: no place, no time, no camera, no owner."""
    head = struct.pack(">2sHIH", b"MM", 42, 8, 1)
    return head + struct.pack(">HHIHHI", _ORIENTATION, _SHORT, 1, orientation, 0, 0)
