"""What clients send: their key, their form with or without files, and links that nobody follows."""

from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlsplit

from fastapi import Request

from services.complaints.api.open311.formats import Wrong
from services.complaints.domain.client import Client
from services.complaints.usecases import clients
from services.complaints.usecases.attachments import Sent
from services.complaints.usecases.use import Use
from shared.web.bodies import up_to
from shared.web.uploads import FORM, FORM_BYTES_MAX, Upload, Uploads

KEY_MAX, LINKS_MAX, LINK_MAX, FIELDS_MAX = 200, 10, 500, 100
MAY_HAVE_FILES: dict[str, Any] = {
    "requestBody": {"content": {FORM: {"schema": {"type": "object"}}}},
    **up_to(FORM_BYTES_MAX),
}


@asynccontextmanager
async def form_of(
    request: Request, reader: Uploads
) -> AsyncGenerator[tuple[Mapping[str, str], Sequence[Upload]]]:
    """Its fields, one that comes several times with a line for each, and its files; for the block's time."""
    if request.headers.get("content-type", "").lower().startswith(FORM):
        async with reader.many_of(request) as read:
            yield read
        return
    async with request.form(max_files=0, max_fields=FIELDS_MAX) as form:
        given: dict[str, str] = {}
        for name, value in form.multi_items():
            if isinstance(value, str):
                given[name] = f"{given[name]}\n{value}" if name in given else value
    yield given, ()


async def client_of(use: Use, given: Mapping[str, str]) -> Client:
    """The system whose key came along; 403 for none."""
    key = given.get("api_key", "")
    found = await clients.with_key(use, key) if 0 < len(key) <= KEY_MAX else None
    if found is None:
        raise no_key()
    return found


def no_key() -> Wrong:
    """The refusal of who has no key, or one that isn't for there."""
    return Wrong(403, "api_key نیامده یا درست نیست.", "Missing or invalid api_key.")


def needed(given: Mapping[str, str], name: str, length_max: int) -> str:
    """A field that must be there."""
    value = given.get(name, "").strip()
    if not 1 <= len(value) <= length_max:
        raise Wrong(400, f"{name} لازم است و اندازه دارد.", f"{name} was not provided, or is too long.")
    return value


def links(given: Mapping[str, str]) -> list[str]:
    """Addresses of pictures, as text for who reads the case. Nothing here ever asks for them."""
    said = f"{given.get('media_url', '')}\n{given.get('media_url[]', '')}".split()
    return [one for one in dict.fromkeys(said) if len(one) <= LINK_MAX and _is_link(one)][:LINKS_MAX]


def sent_of(files: Sequence[Upload]) -> list[Sent]:
    """Files as the use cases take them."""
    return [Sent(name=one.name, content=one.content, sha256=one.sha256) for one in files]


def _is_link(text: str) -> bool:
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname)
