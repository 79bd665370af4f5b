"""Refusals that depend on what is there: stale, said before, not allowed by a directive."""

from typing import Any

import pytest

from shared.directives.catalogue import clause
from tests.complaints.cases import filing
from tests.directory.forms import PROVINCE_FORM, water
from tests.http.routes import Route
from tests.http.test_bad_input import is_persian, refused
from tests.http.worlds import World
from tests.meetings.groups import MEMBERS

pytestmark = pytest.mark.real

CHANGES: dict[str, list[tuple[str, Any]]] = {
    "complaints": [("POST /v1/complaints/{id_}/take", None)],
    "content": [
        ("POST /v1/items/{id_}/withdrawal", {"reason": "تکراری"}),
        ("POST /v1/bars/{id_}/lift", None),
    ],
    "directory": [
        ("PUT /v1/province", PROVINCE_FORM),
        ("PUT /v1/agencies/{id_}", water()),
        ("POST /v1/agencies/{id_}/posts/{post_id}/fill", {"person": "p-water-007"}),
        ("POST /v1/agencies/{id_}/posts/{post_id}/vacate", {}),
        ("POST /v1/services/{code}/withdraw", None),
    ],
    "meetings": [("POST /v1/meetings/{id_}/attendance", {"posts": list(MEMBERS[:5])})],
}
"""One change of each kind of thing, that its asker may make."""

AT_THE_DESK = {name: value for name, value in filing().items() if name != "agency_id"}
KEYED: dict[str, list[tuple[str, dict[str, Any], dict[str, Any]]]] = {
    "complaints": [
        ("POST /v1/complaints", filing(), {"text": "متن دیگر"}),
        ("POST /v1/intake/desk", AT_THE_DESK, {"text": "متن دیگر"}),
    ],
    "content": [
        (
            "POST /v1/items",
            {"domain": "works", "topic": "آب", "title": "راهنما", "text": "متن"},
            {"title": "دیگر"},
        ),
        ("POST /v1/bars", {"subject": "موضوع تازه", "notice": "بسته است."}, {"notice": "باز نیست."}),
    ],
    "meetings": [("POST /v1/meetings/{id_}/motions", {"text": "طرح"}, {"text": "طرح دیگر"})],
}
"""POSTs that make something: a lawful body, and what makes it another."""

UNLAWFUL: dict[str, tuple[str, Any, str]] = {
    "complaints": ("POST /v1/complaints", filing(ground="bored"), "FOAD-5"),
    "content": (
        "POST /v1/items",
        {"domain": "works", "topic": "آب", "title": "خبر انتخابات", "text": "متن"},
        "PORTAL-7-note",
    ),
}
"""What a directive doesn't allow, with the clause."""


def route_of(world: World, name: str) -> Route:
    return next(route for route in world.routes if route.name == name)


async def test_a_change_of_what_somebody_changed_meanwhile_is_412_and_changes_nothing(world: World) -> None:
    for name, body in CHANGES.get(world.name, []):
        route, before = route_of(world, name), await world.everything()
        for etag in ('"99"', 'W/"99"', '"0"', f'"{10**37}"'):
            answer = await world.ask(route, body=body, headers={"if-match": etag})
            refused(answer, 412, why=(name, etag))
        assert await world.everything() == before
        assert (await world.ask(route, body=body)).is_success, name


async def test_the_same_post_with_the_same_key_makes_it_once_and_another_under_that_key_is_422(
    world: World,
) -> None:
    for name, body, other in KEYED.get(world.name, []):
        route, key = route_of(world, name), {"idempotency-key": f"key of {name}"}
        first = await world.ask(route, body=body, headers=key)
        assert first.status_code == 201, first.text
        after = await world.everything()
        again = await world.ask(route, body=body, headers=key)
        assert (again.status_code, again.json()) == (201, first.json())
        problem = refused(await world.ask(route, body={**body, **other}, headers=key), 422, why=name)
        assert problem["type"].endswith(":idempotency-key-reused")
        assert await world.everything() == after


async def test_what_a_directive_does_not_allow_names_its_clause_and_changes_nothing(world: World) -> None:
    if world.name not in UNLAWFUL:
        return
    name, body, clause_id = UNLAWFUL[world.name]
    before = await world.everything()
    problem = refused(await world.ask(route_of(world, name), body=body), 409, why=name)

    assert (problem["clause"], problem["clause_says"]) == (clause_id, clause(clause_id).says.fa)
    assert is_persian(problem["detail"])
    assert await world.everything() == before
