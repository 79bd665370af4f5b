import asyncio
import base64
import hmac
import json
import time
from collections.abc import Callable
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, RSAKey
from typing_extensions import override

from shared.access import tokens
from shared.access.tokens import BadToken, IssuerAway, IssuerKeys, TokenCheck

ISSUER = "https://issuer.example/realms/province"
EC = ECKey.generate_key("P-256", {"kid": "ec", "use": "sig"})
RSA = RSAKey.generate_key(2048, {"kid": "rsa", "use": "sig"})
STRANGER = ECKey.generate_key("P-256", {"kid": "ec", "use": "sig"})
UNKNOWN = ECKey.generate_key("P-256", {"kid": "other", "use": "sig"})


class Published:
    """The issuer's keys, and how often somebody wanted them fresh."""

    def __init__(self) -> None:
        self.asked_fresh = 0

    async def keys(self, *, fresh: bool) -> KeySet:
        self.asked_fresh += fresh
        return KeySet([EC, RSA])


def check(keys: Any = None) -> TokenCheck:
    return TokenCheck(keys or Published(), issuer=ISSUER, audience="paygir", agency_claim="agency")


def claims(**changes: Any) -> dict[str, Any]:
    now = int(time.time())  # noqa: TID251 - tokens live in real time
    content = {
        "iss": ISSUER,
        "aud": ["account", "paygir"],
        "sub": "p-water-001",
        "agency": "water",
        "iat": now,
        "exp": now + 60,
        **changes,
    }
    return {name: value for name, value in content.items() if value is not None}


def signed(key: Any = EC, header: dict[str, Any] | None = None, **changes: Any) -> str:
    alg = {"EC": "ES256", "RSA": "RS256"}[key.key_type]
    named = {"alg": alg, "kid": key.kid, "typ": "at+jwt", **(header or {})}
    return jwt.encode(named, claims(**changes), key, algorithms=[alg])


def part(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def unsigned() -> str:
    header = {"alg": "none", "typ": "at+jwt"}
    return f"{part(json.dumps(header).encode())}.{part(json.dumps(claims()).encode())}."


def signed_with_the_public_key() -> str:
    """HS256, the secret being the RSA key that everybody can read."""
    header = {"alg": "HS256", "kid": "rsa", "typ": "at+jwt"}
    message = f"{part(json.dumps(header).encode())}.{part(json.dumps(claims()).encode())}"
    secret = RSA.as_pem(private=False)
    return f"{message}.{part(hmac.digest(secret, message.encode(), 'sha256'))}"


@pytest.mark.parametrize("key", [EC, RSA])
async def test_a_good_token_says_who_and_of_which_agency(key: Any) -> None:
    found = await check().claims(signed(key))

    assert (found.subject, found.agency_id) == ("p-water-001", "water")


@pytest.mark.parametrize(
    "token",
    [
        pytest.param(unsigned, id="alg none"),
        pytest.param(signed_with_the_public_key, id="HS256 with the public key"),
        pytest.param(lambda: signed(UNKNOWN), id="unknown kid"),
        pytest.param(lambda: signed(STRANGER), id="another key under a known kid"),
        pytest.param(lambda: signed(header={"jku": "https://evil.example/keys"}), id="jku"),
        pytest.param(lambda: signed(header={"jwk": UNKNOWN.as_dict(private=False)}), id="jwk"),
        pytest.param(lambda: signed(iss="https://issuer.example/realms/other"), id="another realm"),
        pytest.param(lambda: signed(aud="account"), id="for another system"),
        pytest.param(lambda: signed(aud=None), id="for nobody"),
        pytest.param(lambda: signed(typ="ID"), id="ID token by its typ"),
        pytest.param(lambda: signed(nonce="n"), id="ID token by its nonce"),
        pytest.param(lambda: signed(typ="Refresh"), id="refresh token"),
        pytest.param(lambda: signed(header={"typ": "logout+jwt"}), id="logout token"),
        pytest.param(lambda: signed(exp=1), id="expired"),
        pytest.param(lambda: signed(exp=None), id="without an end"),
        pytest.param(lambda: signed(exp="tomorrow"), id="an end that is no number"),
        pytest.param(lambda: signed(nbf=32503680000), id="not valid yet"),
        pytest.param(lambda: signed(sub=None), id="of nobody"),
        pytest.param(lambda: signed(agency=["water", "roads"]), id="of two agencies"),
        pytest.param(lambda: signed()[:-4] + "AAAA", id="changed signature"),
        pytest.param(lambda: "garbage", id="garbage"),
        pytest.param(lambda: "", id="nothing"),
    ],
)
async def test_a_bad_token_is_refused(token: Callable[[], str]) -> None:
    with pytest.raises(BadToken):
        await check().claims(token())


async def test_a_token_of_a_new_key_makes_us_ask_the_issuer_once() -> None:
    published = Published()
    with pytest.raises(BadToken):
        await check(published).claims(signed(UNKNOWN))

    assert published.asked_fresh == 1


async def test_an_issuer_that_was_never_seen_is_not_the_callers_fault() -> None:
    class Away:
        async def keys(self, *, fresh: bool) -> KeySet:
            raise IssuerAway(ISSUER)

    with pytest.raises(IssuerAway):
        await check(Away()).claims(signed())


class SlowIssuer(IssuerKeys):
    """Gives its keys once, then never answers again."""

    def __init__(self, issuer: str) -> None:
        super().__init__(issuer)
        self._asked, self.asked_again = False, asyncio.Event()

    @override
    async def _ask(self) -> KeySet:
        if self._asked:
            self.asked_again.set()
            await asyncio.Event().wait()
        self._asked = True
        return KeySet([EC])


async def test_nobody_with_a_good_token_waits_for_an_issuer_that_does_not_answer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(tokens, "KEYS_ASKED_AGAIN_S", -1)
    issuer = SlowIssuer(ISSUER)
    await issuer.keys(fresh=False)
    bad_token = asyncio.create_task(issuer.keys(fresh=True))
    await issuer.asked_again.wait()

    async with asyncio.timeout(10):
        known = await issuer.keys(fresh=False)

    assert [key.kid for key in known.keys] == ["ec"]
    bad_token.cancel()
