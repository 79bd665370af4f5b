"""Paper as a PDF: a template of Typst with what stands in it as data, which is never read as a template."""

import re
import unicodedata
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, Literal

import orjson
import typst

FONTS: Final = Path(__file__).with_name("fonts")
_SIGNS_OF_SEVERAL_LETTERS: Final = re.compile("[\ufb50-\ufdff\ufe70-\ufefe]")
_PICTURES: Final = re.compile("[\u2600-\u27bf\ufe0f\ufeff\U0001f000-\U0001faff]")


def pdf(template: Path, data: Mapping[str, Any]) -> bytes:
    """The template reads `data` by `json(bytes(sys.inputs.data))`, and no file but those in its folder.

    It takes some ten milliseconds of a processor, so hand it to a thread. The PDF looks the same everywhere,
    from the same data is the same bytes, and can be read aloud (PDF/UA-1) unless a letter in it is of a
    script that the font hasn't: in its place stands a box. Emoji are left out.
    """
    given = _settable(orjson.dumps(data).decode())
    try:
        return _compiled(template, given, "ua-1")
    except typst.TypstError:
        return _compiled(template, given)


def _compiled(template: Path, given: str, *standards: Literal["ua-1"]) -> bytes:
    return typst.compile(
        str(template),
        root=str(template.parent),
        font_paths=[str(FONTS)],
        ignore_system_fonts=True,
        format="pdf",
        pdf_standards=[*standards],
        sys_inputs={"data": given},
        timestamp=0,
    )


def _settable(text: str) -> str:
    """With each sign of several letters, as ﷺ, in letters, and without pictures."""
    written = _SIGNS_OF_SEVERAL_LETTERS.sub(lambda sign: unicodedata.normalize("NFKC", sign[0]), text)
    return _PICTURES.sub("", written)
