"""Every route of every service, asked badly: a clear problem comes back, and nothing is lost or half done."""

import base64
from collections.abc import AsyncIterator, Iterator
from typing import Any

import httpx
import pytest

from shared.web.bodies import BODY_BYTES_MAX
from tests.http.routes import Route
from tests.http.schemas import Json, Place, places, pointer, with_value
from tests.http.worlds import World
from tests.serving import token

pytestmark = pytest.mark.real

PROBLEM = "application/problem+json"
GARBAGE = ["Bearer garbage", "Bearer ", "Bearer a.b.c", "Basic cGF5Z2ly", "bearer", "Bearer \xff"]
HOSTILE_IDS = [
    "nothing",
    "$ne",
    "%00",
    "%FF",
    "..%2F..",
    "%7B%22$gt%22:%22%22%7D",
    "x" * 3000,
    "%F0%9F%98%80",
]
OPERATOR, HALF_LETTER, NUL = {"$gt": ""}, "\ud800", "\x00"
NO_NUMBERS: list[Any] = [2**63, -(2**63) - 1, 10**300, 1.5, True, "1", "many", "۱"]
NOT_JSON = [b"{", b'{"a":}', b"\xff\xfe", b"[" * 100_000, b'{"a":' * 50_000, b"1" * 10_000, b"'x'"]
OTHER_JSON = [b"null", b"[]", b'"x"', b"7", b"NaN", b"true"]
METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW"]
NOWHERE = ["/", "/v1", "/v1/", "/v1/nothing", "/v2/complaints", "//v1/complaints", "/v1/%00", "/V1/grounds"]
STRANGE_DAYS: list[Any] = [
    *("0001-01-01", "1921-03-20", "2120-03-21", "9999-12-31"),
    *("", "۱۴۰۵-۰۹-۰۱", "2026-02-30", "20261121", "2026-11-21T00:00:00", "1795219200"),
    *(0, 1795219200, 10**18),
]
MEBIBYTE = 1024 * 1024
FORGED = [
    "x",
    "!!!",
    "ه",
    *(
        base64.urlsafe_b64encode(one.encode()).decode()
        for one in (
            "[]",
            "null",
            '"t"',
            '{"v":1}',
            '[{"v":{"$gt":""}},"x"]',
            '[{"v":1},{"$gt":""}]',
            '[{"v":[1]},"x"]',
            '[{"t":"yesterday"},"x"]',
            '[{"t":"0001-01-01T00:00:00+23:59"},"x"]',
            '[{"t":7},"x"]',
            '[{"v":18446744073709551615},"x"]',
            '[{"v":NaN},"x"]',
            '[7,"x"]',
            "[" * 500,
        )
    ),
]


@pytest.fixture(autouse=True)
async def nothing_changes(world: World) -> AsyncIterator[None]:
    """After all refusals of a test the database holds exactly what it held before."""
    before = await world.everything()
    yield
    assert await world.everything() == before


def refused(answer: httpx.Response, *statuses: int, why: object = "") -> dict[str, Any]:
    """A problem as RFC 9457 has it, in Persian, with one of these statuses."""
    said = (str(answer.request.url)[:200], answer.status_code, answer.text[:300], why)
    assert answer.status_code in statuses, said
    assert answer.headers["content-type"] == PROBLEM, said
    body: dict[str, Any] = answer.json()
    assert body["status"] == answer.status_code, said
    assert body["type"].startswith("urn:paygir:problem:"), said
    assert is_persian(body["title"]), said
    assert answer.headers["content-language"] == "fa", said
    return body


def is_persian(text: str) -> bool:
    return any("\u0600" <= letter <= "\u06ff" for letter in text)


def pointers(problem: dict[str, Any]) -> list[str]:
    return [one["pointer"] for one in problem["errors"]]


def with_json(world: World) -> list[Route]:
    return [route for route in world.routes if route.body is not None]


def taking(world: World, where: str, name: str) -> list[Route]:
    return [route for route in world.routes if route.has(where, name)]


def every_place(world: World) -> Iterator[tuple[Route, Any, Place, Json]]:
    """Each value of each body, with a whole lawful body around it."""
    for route in with_json(world):
        assert route.body is not None
        body = world.lawful_body(route, whole=True)
        for place, schema in places(route.body, route.document):
            yield route, body, place, schema


async def test_without_a_good_token_a_guarded_route_answers_401(world: World) -> None:
    for route in [route for route in world.routes if route.guarded]:
        given = [{}, *({"authorization": one} for one in GARBAGE)]
        strangers = [
            token("p-water.head", "water", aud="other"),
            token("p-water.head", "water", exp=1),
        ]
        for headers in [*given, *({"authorization": f"Bearer {one}"} for one in strangers)]:
            body = world.lawful_body(route)
            answer = await world.serving.http.request(
                route.method, route.url(world.ids), json=body, headers=_raw(headers)
            )
            refused(answer, 401, why=(route.name, headers))
            assert answer.headers["www-authenticate"] == "Bearer"


def _raw(headers: dict[str, str]) -> list[tuple[bytes, bytes]]:
    return [(name.encode(), value.encode("latin-1")) for name, value in headers.items()]


async def test_a_post_whose_role_does_not_allow_it_gets_403_that_names_the_action(world: World) -> None:
    for route in [route for route in world.routes if route.guarded]:
        answer = await world.ask(route, body=world.lawful_body(route), headers=world.barred(route))
        problem = refused(answer, 403, why=route.name)
        assert problem["action"] == route.may.name
        assert is_persian(problem["detail"])


async def test_what_is_not_there_is_404_and_hostile_ids_are_no_more_than_not_there(world: World) -> None:
    for route in world.routes:
        body = world.lawful_body(route)
        for name, _ in route.parameters("path"):
            for id_ in HOSTILE_IDS:
                answer = await world.ask(route, body=body, to=route.url(world.ids, **{name: id_}))
                plain = id_ == "nothing" and name != "quarter"
                refused(answer, *([404] if plain else [404, 422]), why=(route.name, id_))


async def test_another_agencys_thing_is_404_whatever_may_be_done_to_ones_own(world: World) -> None:
    for route in [route for route in world.routes if any(route.parameters("path"))]:
        headers = world.elsewhere(route)
        if headers is not None:
            answer = await world.ask(route, body=world.lawful_body(route), headers=headers)
            refused(answer, 404, why=route.name)


async def test_a_body_that_is_not_json_is_400(world: World) -> None:
    for route in with_json(world):
        for content in NOT_JSON:
            answer = await world.ask(route, content=content, headers={"content-type": "application/json"})
            assert refused(answer, 400, why=(route.name, content[:20]))["type"].endswith(":not-json")


async def test_json_of_another_shape_or_under_another_name_is_422(world: World) -> None:
    for route in with_json(world):
        for content in OTHER_JSON:
            answer = await world.ask(route, content=content, headers={"content-type": "application/json"})
            refused(answer, 422, why=(route.name, content))
        for kind in (
            "text/plain",
            "application/x-www-form-urlencoded",
            "multipart/form-data; boundary=x",
            "",
        ):
            answer = await world.ask(route, content=b"{}", headers={"content-type": kind})
            refused(answer, 422, why=(route.name, kind))


async def test_what_the_server_owns_can_not_be_sent(world: World) -> None:
    for route in with_json(world):
        assert route.body is not None
        shown = places(route.answer, route.document) if route.answers_json else ()
        owned = {place[0] for place, _ in shown if place} | {"_id", "version", "pending", "history", "$set"}
        for name in sorted(map(str, owned - set(route.body["properties"]))):
            body = {**world.lawful_body(route), name: "x"}
            problem = refused(await world.ask(route, body=body), 422, why=(route.name, name))
            assert f"/{name}" in pointers(problem)


async def test_an_unknown_field_is_told_wherever_it_stands_and_whatever_it_is_called(world: World) -> None:
    for route, body, place, schema in every_place(world):
        if schema.get("type") != "object":
            continue
        long = "x" * 10_000
        for name, told in (
            ("extra", "/extra"),
            ("a/b~c", "/a~1b~0c"),
            (NUL, "/\x00"),
            (long, f"/{long[:100]}"),
        ):
            changed = with_value(body, (*place, name), 1)
            problem = refused(await world.ask(route, body=changed), 422, why=(route.name, place, name))
            assert f"{pointer(place)}{told}" in pointers(problem)
        nameless = with_value(body, (*place, HALF_LETTER), 1)
        assert pointer(place) in pointers(refused(await world.ask(route, body=nameless), 422, why=place))


async def test_an_operator_of_the_database_is_no_value(world: World) -> None:
    for route, body, place, schema in every_place(world):
        if schema.get("type") == "object" or not place:
            continue
        for value in (OPERATOR, [OPERATOR], {"$ne": None}):
            answer = await world.ask(route, body=with_value(body, place, value))
            told = pointers(refused(answer, 422, why=(route.name, place)))
            assert any(one.startswith(pointer(place)) for one in told), (route.name, place, told)


async def test_a_half_letter_is_no_text(world: World) -> None:
    for route, body, place, schema in every_place(world):
        if schema.get("type") == "string":
            changed = with_value(body, place, f"a{HALF_LETTER}b")
            problem = refused(await world.ask(route, body=changed), 422, why=(route.name, place))
            assert pointer(place) in pointers(problem)


async def test_text_and_lists_over_their_maximum_are_422(world: World) -> None:
    tried = 0
    for route, body, place, schema in every_place(world):
        for most, longer in (("maxLength", _longer_text), ("maxItems", _longer_list)):
            if most in schema:
                changed = with_value(body, place, longer(body, place, schema[most]))
                problem = refused(await world.ask(route, body=changed), 422, why=(route.name, place))
                assert pointer(place) in pointers(problem), (route.name, place)
                tried += 1
    assert tried or not with_json(world)


def _longer_text(body: Any, place: Place, most: int) -> str:
    return "ی" * (most + 1)


def _longer_list(body: Any, place: Place, most: int) -> list[Any]:
    for step in place:
        body = body[step]
    return [body[0]] * (most + 1)


async def test_numbers_out_of_range_are_422_and_none_is_too_huge_for_that(world: World) -> None:
    for route, body, place, schema in every_place(world):
        if schema.get("type") != "integer":
            continue
        for number in [*NO_NUMBERS, schema["maximum"] + 1, schema["minimum"] - 1]:
            changed = with_value(body, place, number)
            problem = refused(await world.ask(route, body=changed), 422, why=(route.name, place, number))
            assert pointer(place) in pointers(problem)


async def test_only_true_and_false_are_a_yes_and_a_no(world: World) -> None:
    for route, body, place, schema in every_place(world):
        for value in (0, 1, "true", "no", "", 1.0) if schema.get("type") == "boolean" else ():
            problem = refused(await world.ask(route, body=with_value(body, place, value)), 422, why=place)
            assert pointer(place) in pointers(problem), (place, value)


async def test_days_that_no_calendar_has_or_that_are_not_written_as_days_are_422(world: World) -> None:
    for route, body, place, schema in every_place(world):
        for day in STRANGE_DAYS if schema.get("format") == "date" else []:
            problem = refused(await world.ask(route, body=with_value(body, place, day)), 422, why=place)
            assert pointer(place) in pointers(problem), (place, day)


async def test_a_body_over_the_limit_is_413_announced_or_in_pieces(world: World) -> None:
    async def pieces(most: int) -> AsyncIterator[bytes]:
        for start in range(0, most + 1, MEBIBYTE):
            yield b"x" * min(MEBIBYTE, most + 1 - start)

    for route in [route for route in world.routes if route.method != "GET"]:
        most = route.bytes_max or BODY_BYTES_MAX
        refused(await world.ask(route, content=b"x" * (most + 1)), 413, why=route.name)
        if route.takes_a_body and route.form is None:  # forms in pieces: `test_forms.py`
            refused(await world.ask(route, content=pieces(most)), 413, why=route.name)
            refused(await world.ask(route, content=b"x" * most), 400, 422, why=route.name)


LONGER = {
    "directory": {
        "/v1/agencies": 4 * MEBIBYTE,
        "/v1/agencies/{id_}": 4 * MEBIBYTE,
        "/v1/calendars/{agency_id}": 2 * MEBIBYTE,
        "/v1/services/import": 16 * MEBIBYTE,
    },
    "notifications": {"/v1/contact-lists/{id_}/imports": 16 * MEBIBYTE},
}


async def test_only_a_file_or_a_whole_chart_is_longer_than_what_every_route_takes(world: World) -> None:
    longer = {route.path: route.bytes_max for route in world.routes if route.bytes_max}
    forms = {route.path: 8 * MEBIBYTE + 64 * 1024 for route in world.routes if route.form is not None}

    assert longer == {**forms, **LONGER.get(world.name, {})}


async def test_a_forged_cursor_is_400_and_an_endless_one_422(world: World) -> None:
    for route in taking(world, "query", "after"):
        for cursor in FORGED:
            problem = refused(await world.ask(route, params={"after": cursor}), 400, why=(route.name, cursor))
            assert problem["type"].endswith(":bad-cursor")
        refused(await world.ask(route, params={"after": "x" * 1001}), 422, why=route.name)


async def test_query_parameters_have_bounds_and_take_no_operators(world: World) -> None:
    for route in world.routes:
        for name, schema in route.parameters("query"):
            for bad in _beyond(schema, route):
                refused(await world.ask(route, params={name: bad}), 422, why=(route.name, name, bad))


def _beyond(schema: Json, route: Route) -> Iterator[str]:
    for _, one in places(schema, route.document):
        if "maxLength" in one:
            yield "x" * (one["maxLength"] + 1)
        if one.get("type") == "integer":
            yield from (str(one["maximum"] + 1), str(one["minimum"] - 1), "9" * 400, "1e9", "", NUL)
        if "enum" in one:
            yield from ("$ne", '{"$ne":""}', NUL)


async def test_a_query_of_strange_letters_finds_nothing_or_is_refused(world: World) -> None:
    for route in [route for route in world.routes if route.method == "GET"]:
        for name, _ in route.parameters("query"):
            for value in (NUL, "a\x00b", "$where", "(((", ".*", "\\", "^", "\u202e", "٪", "'; drop"):
                answer = await world.ask(route, params={name: value})
                assert answer.status_code < 500, (route.name, name, value, answer.text)
                if answer.status_code >= 400:
                    refused(answer, 400, 404, 422)


async def test_an_if_match_that_is_no_etag_is_400(world: World) -> None:
    for route in taking(world, "header", "if-match"):
        for etag in ("x", '"x"', '"1", "2"', "-1", '""', "۱", "1.0", "²"):
            headers = _raw_if_match(etag)
            answer = await world.ask(route, body=world.lawful_body(route), headers=headers)
            problem = refused(answer, 400, why=(route.name, etag))
            assert problem["type"].endswith(":bad-if-match")
        answer = await world.ask(route, body=world.lawful_body(route), headers={"if-match": "1" * 41})
        refused(answer, 422, why=route.name)


def _raw_if_match(etag: str) -> dict[Any, Any]:
    return {"if-match": etag.encode()}


async def test_an_idempotency_key_without_bounds_is_422(world: World) -> None:
    for route in taking(world, "header", "idempotency-key"):
        for key in ("k" * 256, ""):
            headers = {"idempotency-key": key}
            answer = await world.ask(route, body=world.lawful_body(route), headers=headers)
            refused(answer, 422, why=(route.name, len(key)))


async def test_a_method_that_an_address_does_not_have_is_405(world: World) -> None:
    for path in {route.url(world.ids) for route in world.routes}:
        known = [route for route in world.routes if route.matches(path)]
        for method in [one for one in METHODS if one not in [route.method for route in known]]:
            answer = await world.serving.http.request(method, path)
            if method == "HEAD":  # never has a body
                assert (answer.status_code, answer.headers["content-type"]) == (405, PROBLEM)
            else:
                refused(answer, 405, why=(method, path))
            assert set(answer.headers["allow"].split(", ")) <= {route.method for route in known}


async def test_an_unknown_address_is_404(world: World) -> None:
    addresses = [route.url(world.ids) for route in world.routes]
    for address in [*NOWHERE, *(f"{one}/" for one in addresses), *(f"{one}/a/b/c/d" for one in addresses)]:
        refused(await world.serving.http.get(address), 404, why=address)


STRANGE_HEADERS = {
    "traceparent": ["x", "00-" + "0" * 32 + "-" + "0" * 16 + "-01", "00-zz", "é" * 3000],
    "accept-language": ["x" * 10_000, "en;q=" + "9" * 5000, "\xff", "en;q=nan"],
    "accept": ["text/html", "nonsense"],
    "x-agency-id": ["roads"],
    "host": ["evil.example"],
    "x-http-method-override": ["DELETE"],
}


async def test_strange_headers_make_no_difference(world: World) -> None:
    for route in [route for route in world.routes if route.method == "GET"]:
        plain = await world.ask(route)
        for name, values in STRANGE_HEADERS.items():
            for value in values:
                given: dict[Any, Any] = {name: value.encode("latin-1")}
                answer = await world.ask(route, headers=given)
                assert answer.status_code == plain.status_code, (route.name, name, value[:20])
                same = name == "accept-language" or answer.content == plain.content
                assert same, (route.name, name, value[:20])


WISHES = [("en-GB", "en"), ("fa-IR, en;q=0.5", "fa"), ("de", "fa"), (";q=x,,", "fa")]


async def test_a_problem_is_in_the_language_that_the_caller_prefers(world: World) -> None:
    for route in world.routes:
        said: set[str] = set()
        for wish, language in WISHES if route.guarded or route.body is not None else []:
            headers = {"accept-language": wish}
            if route.body is None:
                answer = await world.ask(route, headers={**headers, "authorization": "x"})
            else:
                answer = await world.ask(route, body={"extra": OPERATOR}, headers=headers)
            problem = answer.json()
            told = [problem["title"], *(one["detail"] for one in problem.get("errors", []))]
            assert [is_persian(one) for one in told] == [language == "fa"] * len(told), told
            assert answer.headers["content-language"] == language
            said.add(problem["type"])
        assert len(said) <= 1
