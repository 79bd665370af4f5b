"""Pages for people to read or print: without a script, and without anything from outside."""

from html import escape
from typing import Final

NOTHING_FROM_OUTSIDE: Final = {"content-security-policy": "default-src 'none'; style-src 'unsafe-inline'"}
"""The headers of every such page: were there a script in it after all, no browser would run it."""
_LETTERS: Final = "body { font-family: Vazirmatn, 'IRANSans', Tahoma, 'Noto Naskh Arabic', sans-serif }"


def page(title: str, body: str, *, style: str, language: str = "fa") -> str:
    """The page around a body of HTML in which everything is escaped already; `title` isn't yet."""
    direction = "ltr" if language == "en" else "rtl"
    return (
        f'<!doctype html>\n<html lang="{language}" dir="{direction}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title><style>{_LETTERS}{style}</style></head><body>{body}</body></html>\n"
    )
