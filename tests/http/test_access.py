"""Every route by everybody who may come to it: the whole access matrix, held in `access_matrix.txt`."""

import json
import re
from pathlib import Path

import pytest

from shared.events.directory import PROVINCE
from tests.http.actors import WHILE_STOOD_IN, Headers, at_nine, while_stood_in
from tests.http.routes import Route
from tests.http.worlds import KEPT_ASIDE, World, lawful_form

pytestmark = pytest.mark.real

MATRIX = Path(__file__).parent / "access_matrix.txt"
LET_IN, REFUSED = "in", frozenset({401, 403, 404})
NOBODY, TWO_DIGITS = "-", re.compile("[0-9]{1,2}")
NEVER_IN = {
    "citizen": "401",
    "expired": "401",
    "wrong issuer": "401",
    "wrong key": "401",
    "no agency": "401",
    "system": "403",
    "without post": "403",
    "stand-in": "403",
    "holder away": "403",
}
"""Whoever comes to a guarded route like this is refused, whatever the route."""


async def outcome(world: World, route: Route, headers: Headers | None) -> str:
    """What one gets: the status of a refusal of the person, else "in", whatever the route then says."""
    if headers is None:
        return NOBODY
    body, url = world.lawful_body(route), route.url(world.ids)
    if route.form is not None:
        answer = await world.serving.http.request(route.method, url, headers=headers, **lawful_form(route))
    else:
        answer = await world.serving.http.request(
            route.method,
            url,
            headers={**headers, "content-type": "application/json"},
            content=None if body is None else json.dumps(body),
        )
    assert answer.status_code < 500, (route.name, answer.text)
    refused = REFUSED if route.guarded else REFUSED - {404}  # there 404 asks for a code, not for the person
    return str(answer.status_code) if answer.status_code in refused else LET_IN


async def lines_of(world: World) -> dict[str, dict[str, str]]:
    """Each route with what everybody gets there: first of what reads, last of what takes away."""
    found: dict[str, dict[str, str]] = {}
    for route in sorted(world.routes, key=_in_turn):
        nine = world.serving.clock.now()
        cells = {who: await outcome(world, route, shown) for who, shown in at_nine(world, route).items()}
        world.serving.clock.set(WHILE_STOOD_IN)
        for who, shown in while_stood_in(world, route).items():
            cells[who] = await outcome(world, route, shown)
        world.serving.clock.set(nine)
        cells["own"] = await outcome(world, route, world.permitted(route))
        found[f"{world.name} {route.name}"] = cells
    return found


def _in_turn(route: Route) -> tuple[bool, bool, str]:
    return route.method != "GET", route.method == "DELETE", route.name


def as_line(name: str, cells: dict[str, str]) -> str:
    return f"{name} | " + ", ".join(f"{who} {what}" for who, what in cells.items())


async def test_every_route_lets_in_whom_the_matrix_says_and_none_is_missing_from_it(world: World) -> None:
    lines = sorted(as_line(name, cells) for name, cells in (await lines_of(world)).items())
    known = [line for line in MATRIX.read_text().splitlines() if line.startswith(f"{world.name} ")]
    assert lines == known


async def test_whoever_comes_with_less_than_a_post_is_refused_at_every_guarded_route(world: World) -> None:
    guarded = {f"{world.name} {route.name}" for route in world.routes if route.guarded}
    for name, cells in (await lines_of(world)).items():
        if name not in guarded:
            assert set(cells.values()).isdisjoint({"401", "403"}), name
            continue
        wrong = {who: cells[who] for who, status in NEVER_IN.items() if cells[who] != status}
        assert wrong == {}, name
        assert cells["own"] == cells["stand-in there"] == LET_IN, name


async def test_at_another_agencys_thing_nobody_of_the_agencies_is_let_in(world: World) -> None:
    theirs = [route for route in world.routes if route.guarded and "{" in route.path]
    for route in theirs:
        assert await outcome(world, route, world.elsewhere(route)) in {"403", "404", NOBODY}, route.name


async def test_what_one_agency_has_is_in_no_answer_to_another(world: World) -> None:
    # Two digits stand anywhere, and are nobody's.
    own = {value for value in world.ids.values() if value != PROVINCE and not TWO_DIGITS.fullmatch(value)}
    for route in [route for route in world.routes if route.guarded and route.method == "GET"]:
        headers = world.elsewhere(route)
        if headers is None or "{" in route.path:
            continue
        answer = await world.serving.http.get(route.url(world.ids), headers=headers)
        assert answer.status_code == 200, (route.name, answer.text)
        assert '"water' not in answer.text, route.name
        assert not {id_ for id_ in own if id_ in answer.text}, route.name


async def test_every_event_names_the_agency_of_the_thing_that_it_tells_of(world: World) -> None:
    told = 0
    for name, documents in (await world.everything()).items():
        assert name not in KEPT_ASIDE
        for document in documents:
            for record in document.get("pending", []):
                if "ce_agency" in record["headers"]:
                    assert record["headers"]["ce_agency"] == document["agency_id"], (name, document["_id"])
                    told += 1
    assert told or world.name in {"reporting", "notifications"}
