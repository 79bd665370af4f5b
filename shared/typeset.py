"""Paper as a PDF: a template of Typst with what stands in it as data, which is never read as a template."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import orjson
import typst

FONTS: Final = Path(__file__).with_name("fonts")


def pdf(template: Path, data: Mapping[str, Any]) -> bytes:
    """The template reads `data` by `json(bytes(sys.inputs.data))`, and no file but those in its folder.

    It takes some ten milliseconds of a processor, so hand it to a thread. The PDF can be read aloud
    (PDF/UA-1), looks the same everywhere, and from the same data is the same bytes.
    """
    return typst.compile(
        str(template),
        root=str(template.parent),
        font_paths=[str(FONTS)],
        ignore_system_fonts=True,
        format="pdf",
        pdf_standards="ua-1",
        sys_inputs={"data": orjson.dumps(data).decode()},
        timestamp=0,
    )
