"""Pieces that the APIs of all services are made of."""

from typing import Annotated, Any, Generic, TypeVar

import orjson
from fastapi import Depends, Header, Query, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict

from shared.language import Text
from shared.sealing import MasterKey
from shared.store.repository import PAGE_MAX, Once
from shared.web.problems import Problem

ItemT = TypeVar("ItemT")
KEY_LENGTH_MAX = 255
V1 = "/v1"


class Body(BaseModel):
    """What callers send: nothing but the declared fields, everything with a limit."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


def example(**fields: Any) -> ConfigDict:  # noqa: ANN401 - whatever JSON has
    """A body's `model_config` with an example of the whole for the document; the rest stays as it is."""
    return ConfigDict(json_schema_extra={"examples": [fields]})


class View(BaseModel):
    """What callers get: nothing but the declared fields."""

    model_config = ConfigDict(frozen=True)


class PageView(View, Generic[ItemT]):
    """A page of a list; `next` goes into `after` for the following one, null at the end."""

    items: list[ItemT]
    next: str | None = None


class Paging(BaseModel):
    """Where in a list, and how many."""

    after: str | None = None
    limit: int = 50


async def paging(
    after: Annotated[str | None, Query(max_length=1000)] = None,
    limit: Annotated[int, Query(ge=1, le=PAGE_MAX)] = 50,
) -> Paging:
    """The query parameters of every list."""
    return Paging(after=after, limit=limit)


async def if_match(if_match: Annotated[str | None, Header(max_length=40)] = None) -> int | None:
    """The version that the caller saw, from If-Match; None without it. 400 for what isn't an ETag of ours."""
    if if_match is None or if_match.strip() == "*":
        return None
    text = if_match.strip().removeprefix("W/").strip('"')
    if not (text.isascii() and text.isdecimal()):
        raise Problem(
            400, "bad-if-match", Text(fa="If-Match معتبر نیست.", en="If-Match is not an ETag of this thing.")
        )
    return int(text)


IfMatch = Annotated[int | None, Depends(if_match)]
Pages = Annotated[Paging, Depends(paging)]


IdempotencyKey = Annotated[
    str | None, Header(alias="idempotency-key", min_length=1, max_length=KEY_LENGTH_MAX)
]
"""The caller's own key for a POST that makes something."""
TAKES_KEY: dict[str, Any] = {
    "parameters": [
        {
            "in": "header",
            "name": "idempotency-key",
            "required": False,
            "schema": {"type": "string", "minLength": 1, "maxLength": KEY_LENGTH_MAX},
        }
    ]
}
"""A route's `openapi_extra` that says the same where the key is read by hand."""


def idempotency_key(request: Request) -> str | None:
    """The same read by hand, at a third of the cost: for the one route that thousands hit at once."""
    key = request.headers.get("idempotency-key")
    if key is not None and not 1 <= len(key) <= KEY_LENGTH_MAX:
        wrong = "string_too_long" if key else "string_too_short"
        raise RequestValidationError([{"type": wrong, "loc": ("header", "idempotency-key")}])
    return key


def once(
    key: str | None, scope: str, body: BaseModel, master_key: MasterKey, *, without: set[str] | None = None
) -> Once | None:
    """The key and its body, both as hashes. `scope` keeps callers apart: an agency, or "public" for citizens.

    The hashes are keyed: a body holds a text that must not be guessed from it, and callers make keys of what
    they like, of a number too. `without` names a person's number and the like, which who has the master key
    could guess: `Once.of` adds them, hashed under the person's own.
    """
    if key is None:
        return None
    said = body.model_dump(mode="json", exclude=without)
    content = orjson.dumps(said, option=orjson.OPT_SORT_KEYS).decode()
    return Once(
        key=master_key.keyed_hash("idempotency-key", scope, key),
        body_hash=master_key.keyed_hash("body", content),
    )


async def uses(request: Request) -> Any:  # noqa: ANN401 - each service narrows it
    """The service's own parts, as its `app.py` made them."""
    return request.app.state.use
