"""JSON and XML as GeoReport v2 has them, its errors, and what its parameters have in common."""

from collections.abc import Callable, Coroutine, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, cast
from xml.etree.ElementTree import Element, SubElement, tostring

import orjson
from fastapi import APIRouter, Request, Response
from fastapi.routing import APIRoute
from typing_extensions import override

from services.complaints.usecases.use import Use
from shared.language import Text
from shared.store.repository import NotFound
from shared.web.problems import Problem, language_of, problem_of

PREFIX = "/open311/v2"
JSON, XML = "json", "xml"
MEDIA = {JSON: "application/json", XML: "text/xml"}
ONE_OF = {"attributes": "attribute", "values": "value", "endpoints": "endpoint", "formats": "format"}
SPAN = timedelta(days=90)
LISTED_MAX, NAME_MAX = 200, 64
REFUSED_BY_LAW, NOT_VALID, BAD = 409, 422, 400
Row = Mapping[str, Any]


class Wrong(Problem):
    """What a caller is refused with: `status` is the spec's code for it."""

    def __init__(self, status: int, fa: str, en: str) -> None:
        super().__init__(status, "open311", Text(fa=fa, en=en))


class Open311Route(APIRoute):
    """Answers every refusal as a list of code and description, in the format that was asked for."""

    @override
    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        inner = super().get_route_handler()

        async def handle(request: Request) -> Response:
            try:
                kind_of(request)
                return await inner(request)
            except Exception as error:  # noqa: BLE001 - whatever it is, it is told in this shape
                return _refusal(request, problem_of(request, error))

        return handle


def new_router() -> APIRouter:
    """One whose routes answer so. They tell of themselves by discovery, not in the OpenAPI document."""
    return APIRouter(prefix=PREFIX, route_class=Open311Route, include_in_schema=False)


def kind_of(request: Request) -> str:
    """The format in the address; 404 for one that there isn't."""
    kind = request.path_params.get("kind", JSON)
    if kind not in MEDIA:
        raise NotFound(kind)
    return kind


def answer(request: Request, root: str, item: str, rows: Sequence[Row], status: int = 200) -> Response:
    """The rows: a list in JSON, `<root><item>…` in XML."""
    return _written(kind_of(request), root, item, rows, status)


def answer_one(request: Request, root: str, row: Row) -> Response:
    """One thing by itself: an object in JSON, the root element in XML."""
    kind = kind_of(request)
    return _response(kind, orjson.dumps(row) if kind == JSON else _printed(_filled(Element(root), row)))


def agency_of(given: Mapping[str, Any]) -> str:
    """The jurisdiction: it is always needed here, for one address serves all agencies."""
    agency = given.get("jurisdiction_id")
    if not isinstance(agency, str) or not agency:
        raise Wrong(400, "jurisdiction_id لازم است.", "jurisdiction_id was not provided.")
    if len(agency) > NAME_MAX:
        raise NotFound("jurisdiction_id")
    return agency


async def must_be_agency(use: Use, agency_id: str) -> None:
    """404 for a jurisdiction that there isn't."""
    if await use.directory.chart(agency_id) is None:
        raise Wrong(404, "چنین jurisdiction_id نیست.", "jurisdiction_id provided was not found.")


def listed(given: Mapping[str, str], name: str) -> list[str]:
    """Values by commas; none where it isn't given."""
    values = [one.strip() for one in given.get(name, "").split(",") if one.strip()]
    if len(values) > LISTED_MAX or any(len(one) > NAME_MAX for one in values):
        raise Wrong(400, f"{name} بیش از اندازه است.", f"{name} is too long.")
    return values


def span_of(given: Mapping[str, str], now: datetime) -> tuple[datetime, datetime]:
    """From `start_date` to `end_date`, ninety days at most: the last where neither is given."""
    until = instant_of(given, "end_date")
    since = instant_of(given, "start_date")
    if until is None:
        until = min(now, since + SPAN) if since else now
    return max(since or until - SPAN, until - SPAN), until


def number_of(given: Mapping[str, str], name: str, *, default: int, most: int) -> int:
    """A number from one up."""
    text = given.get(name, str(default))
    if not (text.isascii() and text.isdecimal() and len(text) <= len(str(most)) and 1 <= int(text) <= most):
        raise Wrong(400, f"{name} درست نیست.", f"{name} is not a number from 1 to {most}.")
    return int(text)


def shown(at: datetime | None) -> str | None:
    """An instant as the spec writes it."""
    return at and at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def instant_of(given: Mapping[str, str], name: str) -> datetime | None:
    """An instant with its zone; None where it isn't given."""
    text = given.get(name)
    if not text:
        return None
    try:
        at = datetime.fromisoformat(text)
        if at.tzinfo is not None:
            return at.astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise Wrong(400, f"{name} زمان درستی با منطقهٔ زمانی نیست.", f"{name} is no time with its zone.")


def _refusal(request: Request, problem: Problem) -> Response:
    """In the spec a request that can't be right is 400, whatever else we call it."""
    status = BAD if problem.status in (REFUSED_BY_LAW, NOT_VALID) else problem.status
    language = language_of(request)
    said = [(problem.detail or problem.title).in_(language)]
    said += [f"{one['pointer'].strip('/')}: {one['detail']}" for one in problem.more.get("errors", [])]
    kind = request.path_params.get("kind", JSON)
    row = {"code": status, "description": " ".join(said)}
    return _written(kind if kind in MEDIA else JSON, "errors", "error", [row], status, problem.headers)


def _written(
    kind: str,
    root: str,
    item: str,
    rows: Sequence[Row],
    status: int,
    headers: Mapping[str, str] | None = None,
) -> Response:
    if kind == JSON:
        return _response(kind, orjson.dumps(rows), status, headers)
    top = Element(root)
    for row in rows:
        _filled(SubElement(top, item), row)
    return _response(kind, _printed(top), status, headers)


def _response(
    kind: str, content: bytes, status: int = 200, headers: Mapping[str, str] | None = None
) -> Response:
    return Response(content, status, dict(headers or {}), f"{MEDIA[kind]}; charset=utf-8")


def _printed(top: Element) -> bytes:
    return tostring(top, encoding="UTF-8", xml_declaration=True)


def _filled(element: Element, value: object) -> Element:
    """An object by its names, a list by the name of one of it, all else as text; nothing for None."""
    if isinstance(value, Mapping):
        row = cast("Row", value)
        for name, inner in row.items():
            _filled(SubElement(element, name), inner)
    elif isinstance(value, list):
        for one in cast("list[object]", value):
            _filled(SubElement(element, ONE_OF[element.tag]), one)
    elif value is not None:
        element.text = str(value).lower() if isinstance(value, bool) else _printable(str(value))
    return element


def _printable(text: str) -> str:
    """Without what no XML may hold."""
    return "".join(one for one in text if one in "\t\n" or one.isprintable())
