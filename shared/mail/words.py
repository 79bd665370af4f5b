"""What is written in a letter, out of whatever it was written in: charsets, encoded words, HTML."""

import re
from email.errors import HeaderParseError
from email.header import decode_header
from html.parser import HTMLParser
from typing import Final

from typing_extensions import override

_OLD_PERSIAN: Final = "cp1256"
"""What mail of Persian and Arabic Windows is in that doesn't say what it is in."""
_ALIASES: Final = {"x-mac-farsi": "mac-farsi", "iso-8859-6-i": "iso-8859-6", "unknown-8bit": "utf-8"}
_BLOCKS: Final = frozenset(
    {
        *("address", "article", "blockquote", "br", "dd", "div", "dl", "dt", "fieldset", "figure", "footer"),
        *("form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "nav", "ol", "p", "pre"),
        *("section", "table", "tr", "ul"),
    }
)
_UNSEEN: Final = frozenset({"head", "script", "style", "template", "title", "noscript", "svg", "math"})
_SPACES: Final = re.compile(r"[ \t\r\f\v\u00a0]+")
_EMPTY_LINES: Final = re.compile(r"\n{3,}")
_UNPRINTABLE: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


def decoded(raw: bytes, charset: str | None) -> str:
    """The text in it: by its charset, else as UTF-8, else as old Persian Windows wrote."""
    named = (charset or "").strip("'\" ").lower()
    for one in (_ALIASES.get(named, named), "utf-8", _OLD_PERSIAN):
        try:
            return clean(raw.decode(one))
        except (LookupError, UnicodeError, ValueError):
            continue
    return clean(raw.decode(_OLD_PERSIAN, errors="replace"))


def said_in(header: str) -> str:
    """A header's words on one line: encoded words decoded, raw bytes read as what they are."""
    try:
        parts = decode_header(_unescaped(header))
    except (HeaderParseError, LookupError, ValueError):
        parts = [(_unescaped(header), None)]
    words = [part if isinstance(part, str) else decoded(part, charset) for part, charset in parts]
    return _SPACES.sub(" ", clean("".join(words)).replace("\n", " ")).strip()


def text_of_html(html: str) -> str:
    """What a reader would see of it. Nothing is fetched, run or kept of how it looks."""
    reader = _Reading()
    reader.feed(html)
    reader.close()
    return tidy("".join(reader.said))


def tidy(text: str) -> str:
    """Without spaces that say nothing."""
    lines = (_SPACES.sub(" ", line).strip() for line in clean(text).split("\n"))
    return _EMPTY_LINES.sub("\n\n", "\n".join(lines)).strip()


def clean(text: str) -> str:
    """Lines end one way, and nothing is in it that can't be written down."""
    return _UNPRINTABLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def _unescaped(header: str) -> str:
    """Bytes that no header may hold and some do come as surrogates."""
    return header if header.isascii() else decoded(header.encode(errors="surrogateescape"), None)


class _Reading(HTMLParser):
    """Collects the text, with a new line where a block begins or ends."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.said: list[str] = []
        self._unseen = 0

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _UNSEEN:
            self._unseen += 1
        elif tag in _BLOCKS:
            self.said.append("\n")
        elif tag in ("td", "th"):
            self.said.append(" ")

    @override
    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _BLOCKS:
            self.said.append("\n")

    @override
    def handle_endtag(self, tag: str) -> None:
        if tag in _UNSEEN:
            self._unseen = max(0, self._unseen - 1)
        elif tag in _BLOCKS:
            self.said.append("\n")

    @override
    def handle_data(self, data: str) -> None:
        if not self._unseen:
            self.said.append(data.replace("\n", " "))
