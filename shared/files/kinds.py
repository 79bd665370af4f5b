"""Which files are taken in, as data; and what a file is once it was looked into."""

from collections.abc import Sequence
from dataclasses import dataclass

from shared.language import Text
from shared.rule import Invalid

MEGABYTE = 1024 * 1024
FILE_BYTES_MAX = 8 * MEGABYTE
SECTIONS_MAX = 5_000
"""Of what any file is made, each held in memory while it is looked into."""
PLACE = "/file"
"""How a problem names the file in a form."""
Piece = bytes | bytearray | memoryview


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One kind of file: `name` for programs, `suffix` and `media_type` as it is given out again."""

    name: str
    says: Text
    suffix: str
    media_type: str
    bytes_max: int = FILE_BYTES_MAX


_OFFICE = "application/vnd.openxmlformats-officedocument"
JPEG = Kind(name="jpeg", says=Text(fa="عکس JPEG", en="JPEG picture"), suffix=".jpg", media_type="image/jpeg")
PNG = Kind(name="png", says=Text(fa="تصویر PNG", en="PNG picture"), suffix=".png", media_type="image/png")
WEBP = Kind(
    name="webp", says=Text(fa="تصویر WebP", en="WebP picture"), suffix=".webp", media_type="image/webp"
)
PDF = Kind(name="pdf", says=Text(fa="سند PDF", en="PDF"), suffix=".pdf", media_type="application/pdf")
DOCX = Kind(
    name="docx",
    says=Text(fa="سند Word", en="Word document"),
    suffix=".docx",
    media_type=f"{_OFFICE}.wordprocessingml.document",
)
XLSX = Kind(
    name="xlsx",
    says=Text(fa="کاربرگ Excel", en="Excel workbook"),
    suffix=".xlsx",
    media_type=f"{_OFFICE}.spreadsheetml.sheet",
)
TXT = Kind(
    name="txt",
    says=Text(fa="متن ساده", en="plain text"),
    suffix=".txt",
    media_type="text/plain; charset=utf-8",
    bytes_max=MEGABYTE,
)
OGG = Kind(name="ogg", says=Text(fa="صدای Ogg", en="Ogg sound"), suffix=".ogg", media_type="audio/ogg")
MP3 = Kind(name="mp3", says=Text(fa="صدای MP3", en="MP3 sound"), suffix=".mp3", media_type="audio/mpeg")
M4A = Kind(name="m4a", says=Text(fa="صدای M4A", en="M4A sound"), suffix=".m4a", media_type="audio/mp4")
KINDS = {one.name: one for one in (JPEG, PNG, WEBP, PDF, DOCX, XLSX, TXT, OGG, MP3, M4A)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Clean:
    """A file that is what it seems, without what nobody meant to send; its pieces, in order."""

    kind: Kind
    pieces: Sequence[Piece]

    @property
    def bytes_count(self) -> int:
        """How long it is."""
        return sum(map(len, self.pieces))


def unfit(*, fa: str, en: str) -> Invalid:
    """Why a file is not taken in, for who sent it."""
    return Invalid(PLACE, Text(fa=fa, en=en))


def truncated() -> Invalid:
    """It ends where it shouldn't, or says of itself what isn't so."""
    return unfit(
        fa="این فایل ناقص یا خراب است؛ آن را دوباره بسازید یا از نو بفرستید.",
        en="This file is incomplete or damaged: make it anew, or send it again.",
    )


def two_things() -> Invalid:
    """It is one kind of file for one program and another for the next."""
    return unfit(
        fa="درون یا پس از این فایل چیز دیگری پنهان است (فایل فشرده، سند، صفحهٔ وب یا برنامه).",
        en="Something else is hidden in or behind this file (an archive, a document, a web page, a program).",
    )


def bomb() -> Invalid:
    """It is small, and becomes huge for who opens it."""
    return unfit(
        fa="این فایل پس از بازشدن بسیار بزرگ می‌شود و پذیرفته نمی‌شود.",
        en="This file becomes far too large when it is opened.",
    )
