"""What comes back holds what was declared and no more, and nothing of a person for those who look at all."""

from collections.abc import Iterator
from typing import Any, cast

import pytest

from shared.events.directory import Role
from tests.http.routes import Route
from tests.http.schemas import Json, Place, resolved
from tests.http.worlds import World

pytestmark = pytest.mark.real

PROVINCE_ROLES = frozenset({Role.GOVERNORATE, Role.CENTRAL_SECRETARIAT})
OF_A_PERSON = frozenset(
    {"mobile", "number", "phone", "email", "full_name", "national_id", "contact_id", "text", "answer"}
)
"""What a citizen's complaint, or a message to them, is told by."""
OWN_INBOX = "GET /v1/inbox"
"""Shows each post what was written to that very post."""


def beyond(value: Any, schema: Json, document: Json, at: Place = ()) -> Iterator[Place]:
    """Places in an answer that its schema doesn't declare."""
    if value is None:
        return
    schema = resolved(schema, document)
    if isinstance(value, dict):
        known, others = schema.get("properties", {}), schema.get("additionalProperties")
        for name, below in cast("dict[str, Any]", value).items():
            inner = known.get(name, others or None)
            if inner is None:
                yield (*at, name)
            else:
                yield from beyond(below, inner, document, (*at, name))
    elif isinstance(value, list):
        for place, below in enumerate(cast("list[Any]", value)):
            yield from beyond(below, schema["items"], document, (*at, place))


def names_in(schema: Json, document: Json, seen: frozenset[str] = frozenset()) -> Iterator[tuple[str, Json]]:
    """Every field that an answer may have, however deep, with its schema."""
    for one in schema.get("anyOf", [schema]):
        if one.get("$ref") in seen:
            continue
        inner = resolved(one, document)
        known = seen | {one.get("$ref", "")}
        for name, below in inner.get("properties", {}).items():
            yield name, below
            yield from names_in(below, document, known)
        for inside in ("items", "additionalProperties"):
            if isinstance(inner.get(inside), dict):
                yield from names_in(inner[inside], document, known)


def answers_json(route: Route) -> bool:
    """Whether it answers with a document at all."""
    return any(
        "application/json" in one.get("content", {})
        for status, one in route.operation["responses"].items()
        if status.startswith("2")
    )


async def test_every_field_of_every_answer_says_what_it_is(world: World) -> None:
    vague = [
        (route.name, name)
        for route in world.routes
        if answers_json(route)
        for name, schema in names_in(route.answer, route.document)
        if not {"type", "$ref", "anyOf", "enum", "const"} & schema.keys()
        or schema.get("additionalProperties") is True
        or (schema.get("type") == "object" and not {"properties", "additionalProperties"} & schema.keys())
    ]

    assert vague == []


async def test_what_is_answered_holds_nothing_that_was_not_declared(world: World) -> None:
    answered = 0
    for route in sorted(world.routes, key=lambda route: route.method != "GET"):
        answer = await world.ask(route, body=world.lawful_body(route))
        if not answer.is_success or not answers_json(route):
            continue
        assert list(beyond(answer.json(), route.answer, route.document)) == [], route.name
        answered += 1

    assert answered > 0


async def test_who_looks_at_all_agencies_is_told_nothing_of_a_person(world: World) -> None:
    for route in world.routes:
        if not route.may.roles & PROVINCE_ROLES or route.name == OWN_INBOX or not answers_json(route):
            continue
        told = {name for name, _ in names_in(route.answer, route.document)}
        assert told & OF_A_PERSON == set(), route.name
