"""A file given out: to be saved under a safe name, never to be shown or run in a page of ours."""

import re
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import quote

from fastapi.responses import StreamingResponse

from shared.files.kinds import Kind

NAME_MAX = 100
_UNSAFE = re.compile(
    r'[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ufffd\ud800-\udfff<>:"/\\|?*%;]+'
)
"""Controls, marks that turn the direction of what follows, and what some system reads as more than a name."""
A_FILE: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The file.",
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}
"""A route's `responses` where it gives out a file."""


def safe_name(given: str | None, kind: Kind) -> str:
    """What its sender called it, as far as that is harmless, with the suffix of what it is."""
    last = re.split(r"[/\\]", given or "")[-1]
    stem = _UNSAFE.sub(" ", last).strip(" .")
    stem = re.sub(r"(\.[A-Za-z0-9]{1,5})+$", "", stem).strip(" .")[:NAME_MAX].strip(" .")
    return f"{stem or 'file'}{kind.suffix}"


def file_answer(pieces: AsyncIterator[bytes], kind: Kind, name: str, bytes_count: int) -> StreamingResponse:
    """The file, piece by piece."""
    called = f"filename=\"file{kind.suffix}\"; filename*=UTF-8''{quote(name)}"
    return StreamingResponse(
        pieces,
        media_type=kind.media_type,
        headers={
            "content-disposition": f"attachment; {called}",
            "content-length": str(bytes_count),
            "content-security-policy": "default-src 'none'; sandbox",
            "cross-origin-resource-policy": "same-origin",
            "x-content-type-options": "nosniff",
            "cache-control": "no-store",
        },
    )
