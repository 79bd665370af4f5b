"""Each service's OpenAPI document tells the whole truth: who may ask, with what, and what may come back."""

from collections import Counter
from collections.abc import AsyncIterator
from typing import Any

import pytest
from pymongo import AsyncMongoClient

from shared.clock import clock_from
from shared.directory.lookup import Directory
from shared.keys.wrapping import local_wrapper
from shared.sealing import MasterKey
from shared.service import Base, make_app
from tests.http.routes import Route, routes_of
from tests.http.schemas import Json, places, resolved
from tests.http.worlds import MAKERS, parts_of

PROBLEM = "application/problem+json"
CHANGING = ("POST", "PUT", "PATCH", "DELETE")
MADE = "201"
TRIED = ("/v1/follow", "/v1/ivr/state", "/v1/preferences")
"""Where whoever tries codes is told to wait."""


@pytest.fixture(params=sorted(MAKERS))
async def routes(request: pytest.FixtureRequest) -> AsyncIterator[list[Route]]:
    """The routes of each service in turn; its database is never asked."""
    settings, assemble = parts_of(request.param)
    async with AsyncMongoClient[dict[str, Any]]() as nobody:
        database = nobody["nothing"]
        base = Base(
            name=request.param,
            settings=settings,
            database=database,
            clock=clock_from(None),
            directory=Directory(database),
            master_key=MasterKey(bytes(32)),
            wrapper=local_wrapper(MasterKey(bytes(32)), None),
        )
        yield routes_of(make_app(base, assemble(base), role="api"))


def problems(route: Route) -> set[int]:
    """The refusals that it declares."""
    return {int(status) for status in route.operation["responses"] if int(status) >= 400}


async def test_every_route_is_there_once_under_a_name_of_its_own(routes: list[Route]) -> None:
    names = Counter(route.operation["operationId"] for route in routes)

    assert routes
    assert max(names.values()) == 1


async def test_a_guarded_route_asks_for_a_bearer_token_and_an_open_one_does_not(routes: list[Route]) -> None:
    schemes: Json = routes[0].document["components"]["securitySchemes"]

    assert schemes == {"bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}}
    assert "security" not in routes[0].document
    for route in routes:
        assert route.operation.get("security") == ([{"bearer": []}] if route.guarded else None), route.name


async def test_every_refusal_is_declared_as_a_problem(routes: list[Route]) -> None:
    for route in routes:
        for status in problems(route):
            answer = route.operation["responses"][str(status)]
            assert list(answer["content"]) == [PROBLEM], route.name
            schema = resolved(answer["content"][PROBLEM]["schema"], route.document)
            assert {"type", "title", "status"} <= set(schema["required"])
            assert {"clause", "errors", "detail"} <= set(schema["properties"])


async def test_what_can_come_is_declared_and_what_can_not_is_left_out(routes: list[Route]) -> None:
    for route in routes:
        declared, changes = problems(route), route.method in CHANGING
        assert 503 in declared, route.name
        assert ({401, 403} <= declared) == ({401, 403} & declared != set()) == route.guarded, route.name
        assert not any(route.parameters("path")) or 404 in declared, route.name
        assert (412 in declared) == route.has("header", "if-match"), route.name
        assert ({409, 413, 422} <= declared) or not changes, route.name
        assert not ({409, 412, 413} & declared) or changes, route.name
        reads = route.takes_a_body or route.has("query", "after") or route.has("header", "if-match")
        assert (400 in declared) == reads, route.name
        assert not any(route.parameters("query")) or 422 in declared, route.name
        assert (429 in declared) == route.path.startswith(TRIED), route.name


async def test_every_value_that_callers_send_has_a_bound(routes: list[Route]) -> None:
    boundless: list[str] = []
    for route in routes:
        sent = [(name, schema) for where in ("query", "header") for name, schema in route.parameters(where)]
        sent += [("body", one) for one in (route.body, route.form) if one is not None]
        for name, whole in sent:
            for place, schema in places(whole, route.document):
                if not _bounded(schema):
                    boundless.append(f"{route.name} {name} {place} {schema}")

    assert boundless == []


def _bounded(schema: Json) -> bool:
    if "enum" in schema or "const" in schema or schema.get("format") == "date":
        return True
    match schema["type"]:
        case "string":
            return "maxLength" in schema
        case "array":
            return "maxItems" in schema
        case "integer":
            return -(2**63) <= schema.get("minimum", -(2**64)) <= schema.get("maximum", 2**64) < 2**63
        case "object":
            return schema["additionalProperties"] is False
        case "boolean":
            return True
        case _:
            return False


async def test_every_post_that_makes_something_shows_an_example_of_its_whole_body(
    routes: list[Route],
) -> None:
    for route in routes:
        if route.method == "POST" and MADE in route.operation["responses"]:
            body = route.body or route.form
            assert body is not None
            [example] = body["examples"]
            assert set(body["required"]) <= set(example) <= set(body["properties"]), route.name
