"""What a file is, by its content; its name and what its sender calls it are not asked."""

from collections.abc import Callable

from shared.files.documents import PDF_MARK, clean_pdf, clean_text, unknown
from shared.files.foreign import must_be_one_thing
from shared.files.jpeg import clean_jpeg
from shared.files.kinds import (
    JPEG,
    M4A,
    MEGABYTE,
    MP3,
    OGG,
    PDF,
    PNG,
    TXT,
    WEBP,
    Clean,
    Kind,
    Piece,
    unfit,
)
from shared.files.m4a import clean_m4a, is_m4a
from shared.files.office import kind_of_office
from shared.files.png import SIGNATURE, clean_png
from shared.files.sounds import OGG_MARK, clean_mp3, clean_ogg, is_mp3
from shared.files.webp import clean_webp, is_webp

Begins = Callable[[bytearray], bool]
Cleans = Callable[[bytearray], list[Piece]]


def _with(mark: bytes) -> Begins:
    return lambda content: content.startswith(mark)


_BY_BEGINNING: tuple[tuple[Begins, Kind, Cleans], ...] = (
    (_with(b"\xff\xd8\xff"), JPEG, clean_jpeg),
    (_with(SIGNATURE), PNG, clean_png),
    (is_webp, WEBP, clean_webp),
    (_with(PDF_MARK), PDF, clean_pdf),
    (_with(OGG_MARK), OGG, clean_ogg),
    (is_m4a, M4A, clean_m4a),
    (is_mp3, MP3, clean_mp3),
)
_ARCHIVE = _with(b"PK\x03\x04")


def look_into(content: bytearray) -> Clean:
    """The file as it is taken in; Invalid, with what is wrong, for every other. `content` may be changed.

    It takes up to a second of a processor: ask it in a thread.
    """
    if not content:
        raise unfit(fa="این فایل خالی است.", en="This file is empty.")
    if _ARCHIVE(content):
        kind = kind_of_office(content)
        return _checked(kind, [memoryview(content)])
    for begins, kind, cleans in _BY_BEGINNING:
        if begins(content):
            must_be_one_thing(content, own_mark_bytes=len(PDF_MARK) if kind is PDF else 0)
            return _checked(kind, cleans(content))
    if len(content) > TXT.bytes_max and b"\0" in content:
        raise unknown()
    return _checked(TXT, clean_text(content) if len(content) <= TXT.bytes_max else [content])


def _checked(kind: Kind, pieces: list[Piece]) -> Clean:
    clean = Clean(kind=kind, pieces=pieces)
    if clean.bytes_count > kind.bytes_max:
        most = kind.bytes_max // MEGABYTE
        raise unfit(
            fa=f"«{kind.says.fa}» حداکثر {most} مگابایت پذیرفته می‌شود.",
            en=f"A {kind.says.en} may have {most} MB at most.",
        )
    return clean
