"""Every guarded route of every service refuses every token that is not an access token of ours."""

from collections import defaultdict
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pymongo.asynchronous.database import AsyncDatabase

from shared.access import tokens as checked_by
from tests.http.routes import Route, routes_of
from tests.http.worlds import MAKERS
from tests.keycloak.accounts import NEIGHBOUR, OTHER_SYSTEM, Accounts
from tests.keycloak.forged import forged, published_key, read
from tests.keycloak.services import Headers, bearing, trust, trusting
from tests.real import waiting_for
from tests.serving import Serving
from tests.serving import token as signed_by_the_tests_own_key

pytestmark = pytest.mark.real

ANY_ID = defaultdict[str, str](lambda: "some-id")


def guarded(service: Serving) -> list[Route]:
    return [route for route in routes_of(service.app) if route.guarded]


async def statuses(service: Serving, headers: Headers) -> dict[str, int]:
    """What each guarded route answers; all of them have been asked."""
    found: dict[str, int] = {}
    for route in guarded(service):
        answer = await service.http.request(route.method, route.url(ANY_ID), headers=headers)
        found[route.name] = answer.status_code
        if answer.status_code == 401:
            assert answer.headers["content-type"] == "application/problem+json"
            assert "www-authenticate" in answer.headers
    return found


@pytest.fixture(scope="module")
def headers_of_the_bad(accounts: Accounts) -> dict[str, Headers]:
    """All of them, each by what is wrong with it; they are bad for whoever asks."""
    return waiting_for(_headers(accounts))


async def _headers(accounts: Accounts) -> dict[str, Headers]:
    good = await accounts.person("water.head")
    key = await published_key(accounts.issuer(), read(good["access_token"])[0]["kid"])
    neighbours = await accounts.person("water.head", realm_name=NEIGHBOUR)
    anothers = await accounts.person("water.head", client_id=OTHER_SYSTEM)
    bad = forged(good, key) | {
        "another realm": neighbours["access_token"],
        "no audience": anothers["access_token"],
        "an issuer of nobody's": signed_by_the_tests_own_key("p-water.head", "water"),
    }
    with_scheme = {why: bearing(token) for why, token in bad.items()}
    return with_scheme | {
        "nothing": {},
        "another scheme": {b"authorization": b"Basic " + good["access_token"].encode()},
        "no scheme": {b"authorization": good["access_token"].encode()},
        "in a cookie": {b"cookie": b"access_token=" + good["access_token"].encode()},
    }


@pytest.mark.parametrize("name", sorted(MAKERS))
async def test_each_route_of_each_service_refuses_each_bad_token_and_takes_the_good_one(
    name: str,
    accounts: Accounts,
    headers_of_the_bad: dict[str, Headers],
    database: AsyncDatabase[dict[str, Any]],
) -> None:
    async with trusting(accounts, name, database) as service:
        wrong = [
            (why, route, status)
            for why, headers in headers_of_the_bad.items()
            for route, status in (await statuses(service, headers)).items()
            if status != 401
        ]
        assert wrong == []
        of_person, of_system = await accounts.person("water.head"), await accounts.system()
        for let_in in (of_person, of_system):
            answers = await statuses(service, bearing(let_in["access_token"]))
            assert answers
            assert 401 not in answers.values()
        assert set((await statuses(service, bearing(of_system["access_token"]))).values()) == {403}


@pytest.mark.parametrize("name", sorted(MAKERS))
async def test_a_token_is_refused_when_its_time_is_over_and_by_who_trusts_another_issuer_or_audience(
    name: str,
    accounts: Accounts,
    database: AsyncDatabase[dict[str, Any]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    good = (await accounts.person("water.head"))["access_token"]
    ends_at = datetime.fromtimestamp(read(good)[1]["exp"], tz=UTC)
    certificates = f"{accounts.issuer()}/protocol/openid-connect/certs"
    async with trusting(accounts, name, database) as service:

        async def refused() -> bool:
            return set((await statuses(service, bearing(good))).values()) == {401}

        trust(accounts, service, issuer="https://sso.example", jwks_url=certificates)
        assert await refused()
        trust(accounts, service, audience="portal,archive")
        assert await refused()
        trust(accounts, service, token_algorithms="ES256")  # noqa: S106 - no password
        assert await refused()
        trust(accounts, service, person_claim="employee")
        assert await refused()
        trust(accounts, service, agency_claim="resource.agency")
        assert await refused()
        trust(accounts, service, jwks_url=certificates)
        assert not await refused()
        for after_s, is_refused in ((10, False), (11, True)):  # clocks may differ by ten seconds
            late = ends_at + timedelta(seconds=after_s)
            monkeypatch.setattr(checked_by, "wall_now", lambda late=late: late)
            assert await refused() is is_refused
