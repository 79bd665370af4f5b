"""An agency's explanations as a brochure: a PDF for a printing house, or for the desk's own printer."""

import asyncio
import re
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from pathlib import Path
from typing import Final

from services.notifications.api.guide_words import TITLE, as_of, ways
from services.notifications.domain.explanation import Guide
from shared.typeset import pdf

TEMPLATE: Final = Path(__file__).with_suffix(".typ")
KEPT: Final = 64
_TYPESETTER: Final = ThreadPoolExecutor(1, thread_name_prefix="brochures")
_ENDLESS: Final = re.compile(r"(\S{30})(?=\S)")


async def brochure(guide: Guide) -> bytes:
    """The PDF. One at a time, and once for the same words, however many ask for it at once."""
    return await asyncio.get_running_loop().run_in_executor(_TYPESETTER, typeset, guide)


@lru_cache(maxsize=KEPT)
def typeset(guide: Guide) -> bytes:
    """The same without waiting for a turn."""
    chapters = [
        {
            "title": heading,
            "parts": [
                {
                    "title": _breakable(one.title),
                    "lines": _breakable(one.text).split("\n"),
                    "source": _breakable(one.cited),
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
