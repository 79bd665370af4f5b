"""The development issuer signs for those registered, and its tokens can be checked by its JWKS."""

from pathlib import Path
from typing import Any

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import KeySet

from deploy.embedded import issuer

URL = "http://127.0.0.1:8109"


def client(folder: Path) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(issuer.build(folder, URL))
    return httpx.AsyncClient(transport=transport, base_url=URL)


async def a_token(asking: httpx.AsyncClient, **more: Any) -> httpx.Response:
    return await asking.post("/token", json={"subject": "post-1", **more})


async def test_a_registered_subject_gets_a_token_of_its_agency(tmp_path: Path) -> None:
    async with client(tmp_path) as asking:
        await asking.put("/subjects/post-1", json={"agency": "water"})
        answer = (await a_token(asking, lifetime_s=60)).json()
        discovery = (await asking.get("/.well-known/openid-configuration")).json()
        keys = KeySet.import_key_set((await asking.get(discovery["jwks_uri"])).json())
    token = jwt.decode(answer["access_token"], keys, algorithms=["RS256"])

    assert (answer["token_type"], answer["expires_in"]) == ("Bearer", 60)
    assert token.header["typ"] == "at+jwt"
    assert discovery["issuer"] == URL
    assert {name: token.claims[name] for name in ("iss", "aud", "sub", "agency")} == {
        "iss": URL,
        "aud": "paygir",
        "sub": "post-1",
        "agency": "water",
    }
    assert token.claims["exp"] - token.claims["iat"] == 60


async def test_nobody_else_gets_a_token(tmp_path: Path) -> None:
    async with client(tmp_path) as asking:
        assert (await a_token(asking)).status_code == 404


async def test_tokens_and_subjects_outlive_a_restart(tmp_path: Path) -> None:
    async with client(tmp_path) as asking:
        await asking.put("/subjects/post-1", json={"agency": "water"})
        before = (await a_token(asking)).json()["access_token"]
    async with client(tmp_path) as asking:
        keys = KeySet.import_key_set((await asking.get("/jwks")).json())
        known = (await asking.get("/subjects")).json()

    assert jwt.decode(before, keys, algorithms=["RS256"]).claims["sub"] == "post-1"
    assert known == {"post-1": {"agency": "water"}}


async def test_the_private_key_is_its_owners_and_never_served(tmp_path: Path) -> None:
    async with client(tmp_path) as asking:
        served = (await asking.get("/jwks")).json()

    assert [set(key) & {"d", "p", "q"} for key in served["keys"]] == [set()]
    assert (tmp_path / "signing-key.json").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("lifetime_s", [0, 30 * 24 * 3600 + 1])
async def test_a_lifetime_out_of_range_is_refused(tmp_path: Path, lifetime_s: int) -> None:
    async with client(tmp_path) as asking:
        assert (await a_token(asking, lifetime_s=lifetime_s)).status_code == 422
