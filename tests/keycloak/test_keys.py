"""Keys are remembered: Keycloak may stop, change its keys, and be away at the start."""

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey
from pymongo.asynchronous.database import AsyncDatabase

from deploy.keycloak.admin import Administration
from shared.access import issuer_keys
from shared.access.issuer_keys import IssuerKeys
from tests.keycloak.accounts import NEIGHBOUR, Accounts
from tests.keycloak.forged import read
from tests.keycloak.services import bearing, trust, trusting
from tests.real import Provider
from tests.serving import Serving

pytestmark = pytest.mark.real
LIST = "/v1/complaints"
KEYS = "org.keycloak.keys.KeyProvider"
STRANGER = RSAKey.generate_key(2048)


@pytest.fixture
async def complaints(accounts: Accounts, database: AsyncDatabase[dict[str, Any]]) -> AsyncIterator[Serving]:
    async with trusting(accounts, "complaints", database) as running:
        yield running


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[None]:
    """One entry for each time Keycloak was asked for its keys."""
    times: list[None] = []
    published = IssuerKeys._published  # pyright: ignore[reportPrivateUsage]

    async def counted(self: IssuerKeys) -> KeySet:
        times.append(None)
        return await published(self)

    monkeypatch.setattr(IssuerKeys, "_published", counted)
    return times


async def status(service: Serving, token: str) -> int:
    answer = await service.http.get(LIST, headers=bearing(token))
    if answer.status_code == 503:
        assert answer.headers["content-type"] == "application/problem+json"
        assert "retry-after" in answer.headers
    return answer.status_code


def of_a_made_up_key(token: str, number: int = 0) -> str:
    header, claims = read(token)
    return jwt.encode({**header, "kid": f"made-up-{number}"}, claims, STRANGER, algorithms=["RS256"])


async def test_many_tokens_are_one_question_and_a_crowd_of_made_up_keys_one_more(
    accounts: Accounts, complaints: Serving, asked: list[None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(issuer_keys, "ASKED_AGAIN_S", 3600.0)
    good = (await accounts.person("water.head"))["access_token"]
    assert set(await asyncio.gather(*(status(complaints, good) for _ in range(50)))) == {200}
    assert len(asked) == 1

    made_up = [of_a_made_up_key(good, number) for number in range(50)]
    assert set(await asyncio.gather(*(status(complaints, one) for one in made_up))) == {401}
    assert len(asked) == 1  # it was asked a moment ago

    monkeypatch.setattr(issuer_keys, "ASKED_AGAIN_S", -1.0)
    assert await status(complaints, made_up[0]) == 401
    assert len(asked) == 2
    assert await status(complaints, good) == 200
    assert len(asked) == 2


async def test_a_new_key_is_taken_within_seconds_and_a_deleted_one_forgotten(
    accounts: Accounts, complaints: Serving, admin: Administration, monkeypatch: pytest.MonkeyPatch
) -> None:
    trust(accounts, complaints, issuer=accounts.issuer(NEIGHBOUR))
    before = (await accounts.person("water.head", realm_name=NEIGHBOUR))["access_token"]
    assert await status(complaints, before) == 200

    components = f"/admin/realms/{NEIGHBOUR}/components"
    old = [
        one["id"]
        for one in (await admin.ask("GET", f"{components}?type={KEYS}")).json()
        if one["providerId"] == "rsa-generated"
    ]
    realm_id = (await admin.ask("GET", f"/admin/realms/{NEIGHBOUR}")).json()["id"]
    newer = {
        "name": "newer",
        "providerId": "rsa-generated",
        "providerType": KEYS,
        "parentId": realm_id,
        "config": {"priority": ["200"], "enabled": ["true"], "active": ["true"], "algorithm": ["RS256"]},
    }
    await admin.ask("POST", components, newer)
    after = (await accounts.person("water.head", realm_name=NEIGHBOUR))["access_token"]
    assert read(after)[0]["kid"] != read(before)[0]["kid"]

    began = time.monotonic()
    while await status(complaints, after) == 401:
        await asyncio.sleep(0.2)
        assert time.monotonic() - began < 30
    assert await status(complaints, after) == await status(complaints, before) == 200

    for one in old:
        await admin.ask("DELETE", f"{components}/{one}")
    monkeypatch.setattr(issuer_keys, "RENEWED_S", 0.0)
    while await status(complaints, before) == 200:
        await asyncio.sleep(0.2)
        assert time.monotonic() - began < 60
    assert await status(complaints, before) == 401
    assert await status(complaints, after) == 200


async def test_with_keycloak_stopped_good_tokens_work_and_who_never_saw_its_keys_says_try_again(
    accounts: Accounts, complaints: Serving, keycloak: Provider
) -> None:
    good = (await accounts.person("water.head"))["access_token"]
    assert await status(complaints, good) == 200
    await keycloak.stop()
    try:
        assert await status(complaints, good) == 200
        assert await status(complaints, of_a_made_up_key(good)) == 401
        assert await status(complaints, good) == 200
        trust(accounts, complaints)  # as if it had just been started
        assert await status(complaints, good) == 503
        assert await status(complaints, of_a_made_up_key(good)) == 503
        assert await status(complaints, "garbage") == 401
    finally:
        await keycloak.start()
    began = time.monotonic()
    while await status(complaints, good) == 503:
        await asyncio.sleep(0.1)
        assert time.monotonic() - began < 30
    again = (await accounts.person("water.head"))["access_token"]

    assert await status(complaints, good) == 200
    assert await status(complaints, again) == 200
    assert read(again)[0]["kid"] == read(good)[0]["kid"]
