"""Every answer says what it is, and tells those who look at all agencies nothing of a person.

That answers hold what was declared and no more is looked at in every test (`tests/serving.py`).
"""

from collections.abc import Iterator

import pytest

from shared.events.directory import Role
from tests.complaints.cases import MOBILE
from tests.complaints.misconduct import opening
from tests.http.schemas import Json, resolved
from tests.http.worlds import PERSON, World

pytestmark = pytest.mark.real

PROVINCE_ROLES = frozenset({Role.GOVERNORATE, Role.CENTRAL_SECRETARIAT})
OF_A_PERSON = frozenset(
    {"mobile", "number", "phone", "email", "full_name", "national_id", "contact_id", "text", "answer"}
)
"""What a citizen's complaint, or a message to them, is told by."""
UNMASKED = (MOBILE[1:], str(PERSON["national_id"]), str(PERSON["full_name"]), str(opening()["what"]))
"""Of the citizen in the world of complaints, the number to which its messages go, and what its record of
misconduct says of somebody."""
LOOKS = ("/look", "/misconduct/{id_}/file")
"""What shows a person unmasked: a look, and the file for the board, which is one on paper."""
OWN_CONTACT = "/v1/agencies/{id_}/people/{person_id}/contact"
ONES_OWN = frozenset({"GET /v1/inbox", f"GET {OWN_CONTACT}", f"PUT {OWN_CONTACT}"})
"""Show each post what was written to that very post, and each person how they are reached themselves."""


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


async def test_every_field_of_every_answer_says_what_it_is(world: World) -> None:
    vague = [
        (route.name, name)
        for route in world.routes
        if route.answers_json
        for name, schema in names_in(route.answer, route.document)
        if not {"type", "$ref", "anyOf", "enum", "const"} & schema.keys()
        or schema.get("additionalProperties") is True
        or (schema.get("type") == "object" and not {"properties", "additionalProperties"} & schema.keys())
    ]

    assert vague == []


async def test_who_looks_at_all_agencies_is_told_nothing_of_a_person(world: World) -> None:
    for route in world.routes:
        if not route.may.roles & PROVINCE_ROLES or route.name in ONES_OWN or not route.answers_json:
            continue
        told = {name for name, _ in names_in(route.answer, route.document)}
        assert told & OF_A_PERSON == set(), route.name


async def test_nothing_of_a_person_is_answered_unmasked_but_to_a_look(world: World) -> None:
    looked: list[str] = []
    for route in sorted(world.routes, key=lambda route: route.path.endswith(LOOKS)):
        answer = await world.ask(route, body=world.lawful_body(route))
        if any(one in answer.text for one in UNMASKED):
            looked.append(route.path)

    looks = {route.path for route in world.routes if route.path.endswith(LOOKS)}
    assert set(looked) <= looks
    assert set(looked) == looks or world.name != "complaints"


async def test_a_look_wants_a_reason_and_a_post(world: World) -> None:
    for route in [route for route in world.routes if route.path.endswith(LOOKS)]:
        assert route.guarded, route.name
        assert route.body is not None
        assert "reason" in route.body["required"], route.name
