"""A file that is two things at once: a picture that is an archive too, a sound with a web page behind it."""

import re

from shared.files.kinds import Piece, two_things

HEAD_BYTES, TAIL_BYTES = 1024, 65_557
"""How far browsers and PDF readers look for what a file is; where a zip archive's own end may lie."""
_HIDDEN = re.compile(
    rb"<script[\s>]|<html[\s>]|<!doctype|<svg[\s>]|<iframe[\s>]|<\?php|%pdf-|rar!\x1a\x07|7z\xbc\xaf\x27\x1c",
    re.IGNORECASE,
)
_BEGINS = re.compile(
    rb"[\s\0]*(?:PK\x03\x04|\x7fELF|MZ|#!|%!PS|\x1f\x8b\x08|\xcf\xfa\xed\xfe|\xca\xfe\xba\xbe)"
)
_ZIP_END, _ZIP_ENTRY = b"PK\x05\x06", b"PK\x01\x02"


def must_be_one_thing(content: bytearray, *, own_mark_bytes: int = 0) -> None:
    """Nothing that looks for its own mark at the beginning or the end finds another thing in it."""
    if _HIDDEN.search(content, own_mark_bytes, HEAD_BYTES):
        raise two_things()
    # By chance four bytes stand in one file of some ten thousand, both marks in none.
    end = content.rfind(_ZIP_END, max(0, len(content) - TAIL_BYTES))
    if end >= 0 and content.rfind(_ZIP_ENTRY, 0, end) >= 0:
        raise two_things()


def must_hide_nothing(dropped: Piece) -> None:
    """What is left out of a file or lies behind it was a remark or a thumbnail, and no thing of its own."""
    if _HIDDEN.search(dropped) or _BEGINS.match(dropped):
        raise two_things()
