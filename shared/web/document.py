"""The OpenAPI document of a service: says of every route who may call it and which problems may come.

What comes is read off the route itself, when the document is first asked for: a request pays nothing for it.
"""

from collections.abc import Callable, Iterator
from typing import Any

from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import RouteContext, iter_route_contexts
from pydantic import BaseModel, ConfigDict, Field
from typing_extensions import override

from shared.access.who import May
from shared.web.limits import tries
from shared.web.parts import if_match, paging
from shared.web.problems import MEDIA_TYPE

Document = dict[str, Any]
READING = frozenset({"GET", "HEAD"})
SCHEME = "bearer"
NOT_OURS = frozenset({"HTTPValidationError", "ValidationError"})
"""FastAPI's own shape of a 422, which no answer of ours has."""
WORDS = {
    400: "Not JSON, not a cursor of this list, or not an ETag in If-Match.",
    401: "A valid access token is needed.",
    403: "None of your posts allows it.",
    404: "There is no such thing in your agency.",
    409: "A directive does not allow it (`clause` says which), or the id is taken.",
    412: "Somebody changed it since you looked.",
    413: "The request is too large.",
    422: "What was sent is not valid: `errors` says where.",
    429: "Too many wrong tries: wait a minute.",
    503: "The system can't answer now. Send the same request again: it won't be done twice.",
}


class ProblemError(BaseModel):
    """One thing wrong in what was sent: at a place of the request, or at a line of a file."""

    in_: str | None = Field(default=None, alias="in", examples=["body"])
    pointer: str | None = Field(default=None, examples=["/mobile"])
    line: int | None = None
    column: str | None = None
    detail: str


class ProblemDocument(BaseModel):
    """A refusal (RFC 9457), in Persian, or in English for who prefers it by Accept-Language."""

    model_config = ConfigDict(title="Problem", extra="allow")

    type: str = Field(examples=["urn:paygir:problem:refused"])
    title: str = Field(examples=["دستورالعمل اجازه نمی‌دهد."])
    status: int = Field(examples=[409])
    detail: str | None = None
    clause: str | None = Field(default=None, description="of the directives", examples=["FOAD-6"])
    clause_says: str | None = None
    action: str | None = Field(default=None, description="what your posts do not allow")
    count: int | None = Field(default=None, description="of things wrong, where not all are listed")
    errors: list[ProblemError] | None = None


class DocumentedApp(FastAPI):
    """FastAPI, with the whole truth in its document."""

    @override
    def openapi(self) -> Document:
        if self.openapi_schema is None:
            document = super().openapi()
            for route in iter_route_contexts(self.routes):
                for method in route.methods or ():
                    operation = document["paths"].get(route.path_format, {}).get(method.lower())
                    if operation is not None:
                        _complete(operation, route, method)
            parts: Document = document.setdefault("components", {})
            known: Document = parts.get("schemas", {})
            parts["schemas"] = {name: one for name, one in known.items() if name not in NOT_OURS} | _schemas()
            parts["securitySchemes"] = {SCHEME: {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}}
        return super().openapi()


def _complete(operation: Document, route: RouteContext, method: str) -> None:
    calls = list(_calls(route.dependant))
    guarded = any(isinstance(getattr(call, "may", None), May) for call in calls[1:])
    if guarded:
        operation["security"] = [{SCHEME: []}]
    answers: Document = operation["responses"]
    own = {int(status) for status in answers if int(status) >= 400}  # noqa: PLR2004 - where refusals begin
    for status in sorted(own | set(_statuses(operation, calls, method, guarded=guarded))):
        answers[str(status)] = {
            "description": WORDS[status],
            "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }


def _statuses(
    operation: Document, calls: list[Callable[..., Any]], method: str, *, guarded: bool
) -> Iterator[int]:
    """The problems that a route may answer with, besides those that it declares itself."""
    yield 503
    if method not in READING:
        yield from (409, 413, 422)
    if guarded:
        yield from (401, 403)
    if "requestBody" in operation or {if_match, paging} & {*calls}:
        yield 400
    if if_match in calls:
        yield 412
    if any(one["in"] == "path" for one in operation.get("parameters", [])):
        yield 404
    if tries in calls:
        yield from (404, 429)


def _calls(dependant: Dependant) -> Iterator[Callable[..., Any]]:
    """The endpoint, then everything that it depends on, however deep."""
    if dependant.call is not None:
        yield dependant.call
    for below in dependant.dependencies:
        yield from _calls(below)


def _schemas() -> Document:
    schema = ProblemDocument.model_json_schema(ref_template="#/components/schemas/{model}")
    return {**schema.pop("$defs"), "Problem": schema}
