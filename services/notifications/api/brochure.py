"""An agency's explanations as a brochure: a PDF for a printing house, or for the desk's own printer."""

import re
from functools import lru_cache
from pathlib import Path
from typing import Final

from services.notifications.api.guide_words import TITLE, as_of, source, ways
from services.notifications.domain.explanation import Guide
from shared.typeset import pdf

TEMPLATE: Final = Path(__file__).with_suffix(".typ")
KEPT: Final = 64
_ENDLESS: Final = re.compile(r"(\S{30})(?=\S)")


@lru_cache(maxsize=KEPT)
def brochure(guide: Guide) -> bytes:
    """The PDF. Typeset once for the same words: whoever calls for it again and again costs little."""
    chapters = [
        {
            "title": heading,
            "parts": [
                {
                    "title": _breakable(one.title),
                    "lines": _breakable(one.text).split("\n"),
                    "source": _breakable(source(one.source)),
                }
                for one in parts
            ],
        }
        for heading, parts in guide.chapters
    ]
    around = {"title": TITLE, "agency": guide.agency, "as_of": as_of(guide), "ways": ways(guide)}
    return pdf(TEMPLATE, {**around, "chapters": chapters})


def _breakable(text: str) -> str:
    """An address longer than a column goes on in the next line."""
    return _ENDLESS.sub("\\1\u200b", text)
