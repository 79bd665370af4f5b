"""Word and Excel files (DOCX, XLSX): archives of which nothing is trusted, neither sizes nor names."""

import io
import re
import zipfile
import zlib
from collections.abc import Callable, Sequence
from typing import IO, cast

from typing_extensions import override

from shared.files.kinds import DOCX, MEGABYTE, XLSX, Kind, bomb, truncated, two_things, unfit

UNPACKED_BYTES_MAX, PARTS_MAX, RATIO_MAX = 64 * MEGABYTE, 2_000, 200
"""A report of three hundred pages unpacks to 10 MB; a sheet of a hundred thousand lines to 60."""
RATIO_FROM_BYTES = MEGABYTE
"""Smaller parts may be packed as tightly as they like."""
_TYPES = "[Content_Types].xml"
_MAIN = {
    b"wordprocessingml.document.main+xml": DOCX,
    b"spreadsheetml.sheet.main+xml": XLSX,
}
_LOCAL_HEAD_BYTES, _END_BYTES, _ENCRYPTED = 30, 22, 0x1
_METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
_ARCHIVES = (b"PK\x03\x04", b"PK\x05\x06", b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b", b"BZh", b"\xfd7zXZ", b"MSCF")
_PROGRAMS = re.compile(r"vbaproject|activex|oleobject|macrosheets|\.(?:exe|dll|js|vbs|hta|bat|cmd|ps1|lnk)$")
_DECLARED = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_RELATION = re.compile(rb"<(?:\w+:)?Relationship\b[^>]*>")
_STEP_BYTES = 256 * 1024


class _Reader(io.RawIOBase):
    """The content as a file, without another copy of it."""

    def __init__(self, content: bytearray) -> None:
        self._view, self._at = memoryview(content), 0

    @override
    def readable(self) -> bool:
        return True

    @override
    def seekable(self) -> bool:
        return True

    @override
    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: len(self._view)}[whence]
        self._at = max(0, start + offset)
        return self._at

    @override
    def tell(self) -> int:
        return self._at

    @override
    def read(self, size: int | None = -1, /) -> bytes:
        end = len(self._view) if size is None or size < 0 else self._at + size
        read = bytes(self._view[self._at : end])
        self._at += len(read)
        return read


def kind_of_office(content: bytearray) -> Kind:
    """DOCX or XLSX; Invalid for every other archive and for what is hostile in one of these."""
    try:
        with zipfile.ZipFile(cast("IO[bytes]", _Reader(content))) as archive:
            parts = archive.infolist()
            _must_be_whole(content, parts)
            if _TYPES not in archive.namelist():
                raise _plain_archive()
            return _look_into(archive, parts)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, UnicodeDecodeError, ValueError):
        raise truncated() from None


def _must_be_whole(content: bytearray, parts: Sequence[zipfile.ZipInfo]) -> None:
    """Nothing before, between or behind the parts, no two in one place, none locked, none named twice."""
    end = content.rfind(b"PK\x05\x06")
    if end + _END_BYTES != len(content) or content.count(b"PK\x05\x06", max(0, end - _END_BYTES)) != 1:
        raise two_things()
    if len(parts) > PARTS_MAX or sum(part.file_size for part in parts) > UNPACKED_BYTES_MAX:
        raise bomb()
    names = [part.filename.lower() for part in parts]
    if len({*names}) != len(names) or any(map(_leads_out, names)):
        raise truncated()
    if any(part.flag_bits & _ENCRYPTED or part.compress_type not in _METHODS for part in parts):
        raise unfit(fa="فایل رمزدار پذیرفته نمی‌شود.", en="A file locked by a password is not taken in.")
    free_from = 0
    for part in sorted(parts, key=lambda part: part.header_offset):
        if part.header_offset < free_from or (not free_from and part.header_offset):
            raise two_things()
        name_bytes = len(part.orig_filename.encode())
        free_from = part.header_offset + _LOCAL_HEAD_BYTES + name_bytes + part.compress_size


def _leads_out(name: str) -> bool:
    return name.startswith("/") or "\\" in name or ".." in name.split("/") or ":" in name


def _look_into(archive: zipfile.ZipFile, parts: Sequence[zipfile.ZipInfo]) -> Kind:
    kinds: list[Kind] = []
    left = UNPACKED_BYTES_MAX
    for part in parts:
        if _PROGRAMS.search(part.filename.lower()):
            raise _programs()
        content = _unpacked(archive, part, left)
        left -= len(content)
        if content.startswith(_ARCHIVES):
            raise unfit(
                fa="درون این سند فایل فشرده یا سند دیگری جا داده شده است؛ آن را جدا بفرستید.",
                en="Another document or archive lies inside this document: send it by itself.",
            )
        for name, look in _LOOKS.items():
            if part.filename.lower().endswith(name):
                look(content)
        if part.filename == _TYPES:
            kinds = [kind for mark, kind in _MAIN.items() if mark in content]
    if len(kinds) != 1:
        raise _plain_archive()
    return kinds[0]


def _unpacked(archive: zipfile.ZipFile, part: zipfile.ZipInfo, left: int) -> bytes:
    """The part as it truly is: read in steps, and never more than may be."""
    most = left
    if part.compress_size * RATIO_MAX < left:
        most = max(RATIO_FROM_BYTES, part.compress_size * RATIO_MAX)
    read = io.BytesIO()
    with archive.open(part) as opened:
        while step := opened.read(_STEP_BYTES):
            read.write(step)
            if read.tell() > most:
                raise bomb()
    return read.getvalue()


def _must_declare_nothing(content: bytes) -> None:
    if _DECLARED.search(content):
        raise bomb()


def _must_load_nothing(content: bytes) -> None:
    """What a program would fetch from elsewhere by itself when the file is opened."""
    for found in _RELATION.finditer(content):
        if b'TargetMode="External"' in found[0] and b"/hyperlink" not in found[0]:
            raise _programs()


def _must_have_no_macros(content: bytes) -> None:
    if b"macroEnabled" in content:
        raise _programs()


_LOOKS: dict[str, Callable[[bytes], None]] = {
    ".xml": _must_declare_nothing,
    ".rels": _must_load_nothing,
    _TYPES.lower(): _must_have_no_macros,
}


def _plain_archive() -> Exception:
    return unfit(
        fa="فایل فشرده (zip) پذیرفته نمی‌شود؛ فایل‌های درون آن را جدا بفرستید.",
        en="An archive (zip) is not taken in: send the files in it one by one.",
    )


def _programs() -> Exception:
    return unfit(
        fa="این سند برنامه (ماکرو) دارد یا از جای دیگری چیزی می‌آورد؛ بدون آن ذخیره کنید و بفرستید.",
        en="This document holds programs (macros), or loads something from elsewhere: save it without them.",
    )
