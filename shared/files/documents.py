"""PDF and plain text."""

import re

from shared.files.foreign import must_hide_nothing
from shared.files.kinds import KINDS, Piece, truncated, unfit

PDF_MARK = b"%PDF-"
_END = b"%%EOF"
_BEHIND_PDF = b" \t\r\n\f\0"
_DOES = re.compile(rb"/(?:JavaScript|JS|Launch|EmbeddedFiles?|RichMedia|XFA)\b")
"""What a PDF does by itself or carries along, as far as it says so in the clear; the rest is a scanner's."""
_NO_TEXT = re.compile(r"[\x00-\x08\x0e-\x1f\x7f\ufffe\uffff]")
_MARKUP = re.compile(
    r"\A\s*(?:<!|<\?|<[a-zA-Z]|\{\\rtf|%!PS|%PDF|#!)|<script[\s>]|<html[\s>]|<svg[\s>]|<\?php", re.IGNORECASE
)
_BOMS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}


def clean_pdf(content: bytearray) -> list[Piece]:
    """As it is; Invalid where it isn't whole, does something, or something lies behind it."""
    end = content.rfind(_END)
    if end < 0:
        raise truncated()
    behind = memoryview(content)[end + len(_END) :]
    must_hide_nothing(behind)
    if bytes(behind).strip(_BEHIND_PDF) or b"startxref" not in content[max(0, end - 64) : end]:
        raise truncated()
    if _DOES.search(content):
        raise unfit(
            fa="این PDF برنامه یا فایل دیگری درون خود دارد؛ آن را از نو و بدون آن بسازید («چاپ به PDF»).",
            en='This PDF holds a program or another file: make it anew without that ("print to PDF").',
        )
    return [memoryview(content)]


def clean_text(content: bytearray) -> list[Piece]:
    """In UTF-8; Invalid for what is no text, or is a web page or a program in letters."""
    encoding = next((name for bom, name in _BOMS.items() if content.startswith(bom)), "utf-8")
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        raise unknown() from None
    if _NO_TEXT.search(text):
        raise unknown()
    if _MARKUP.search(text):
        raise unfit(
            fa="صفحهٔ وب، تصویر SVG و متن برنامه پذیرفته نمی‌شود.",
            en="Web pages, SVG pictures and programs are not taken in.",
        )
    return [text.encode()]


def unknown() -> Exception:
    """Nothing that is taken in."""
    known = KINDS.values()
    return unfit(
        fa=f"این نوع فایل پذیرفته نمی‌شود. آنچه می‌توان فرستاد: {'، '.join(kind.says.fa for kind in known)}.",
        en=f"This kind of file is not taken in. What is: {', '.join(kind.says.en for kind in known)}.",
    )
