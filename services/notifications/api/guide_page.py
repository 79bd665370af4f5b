"""An agency's explanations as a page: read on a phone, in a frame of the agency's site, or printed."""

from collections.abc import Iterator
from html import escape

from services.notifications.api.guide_words import TITLE, as_of, ways
from services.notifications.domain.explanation import Explained, Guide
from shared.web.pages import page

STYLE = """
* { box-sizing: border-box }
body { line-height: 1.9; color: #1b1b1b; background: #fff; margin: 0 auto; max-width: 46rem; padding: 1rem }
header { border-bottom: 2px solid #0b4f6c; margin-bottom: 1.5rem }
h1 { color: #0b4f6c; font-size: 1.5rem; margin: .2rem 0 }
h2 { color: #fff; background: #0b4f6c; border-radius: 4px; font-size: 1.1rem;
  padding: .25rem .75rem; margin: 2rem 0 1rem }
h3 { color: #0b4f6c; font-size: 1rem; margin: 0 0 .25rem }
p { margin: 0 0 .5rem; white-space: pre-line; overflow-wrap: anywhere }
h1, h2, h3 { overflow-wrap: anywhere }
article { margin-bottom: 1.25rem; break-inside: avoid }
.small { color: #555; font-size: .85rem }
a { color: #0b4f6c }
@media print { a { display: none } }
"""
BROCHURE = '<p class="small"><a href="brochure" target="_blank" rel="noopener">بروشور برای چاپ (PDF)</a></p>'
NOTHING = "<p>هنوز متنی منتشر نشده است.</p>"


def guide_page(guide: Guide) -> str:
    """Under a heading for each kind; the brochure stands beside it."""
    return page(f"{TITLE} - {guide.agency}", "\n".join(_body(guide)), style=STYLE)


def _body(guide: Guide) -> Iterator[str]:
    around = "".join(f'<p class="small">{escape(said)}</p>' for said in (as_of(guide), ways(guide)) if said)
    yield f'<header><p class="small">{escape(guide.agency)}</p><h1>{TITLE}</h1>{around}'
    yield f"{BROCHURE if guide.told else NOTHING}</header><main>"
    for heading, parts in guide.chapters:
        yield f"<section><h2>{heading}</h2>"
        yield from map(_article, parts)
        yield "</section>"
    yield "</main>"


def _article(one: Explained) -> str:
    return (
        f"<article><h3>{escape(one.title)}</h3><p>{escape(one.text)}</p>"
        f'<p class="small">{escape(one.cited)}</p></article>'
    )
