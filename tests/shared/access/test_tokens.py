import base64
import hmac
import json
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, RSAKey

from shared.access import tokens as checked_by
from shared.access.issuer_keys import IssuerAway
from shared.access.tokens import BadToken, TokenCheck
from shared.settings import ServiceSettings

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


def check(keys: Any = None, **how: Any) -> TokenCheck:
    usual: dict[str, Any] = {
        "audiences": ["paygir"],
        "agency_claim": "agency",
        "person_claim": "sub",
        "algorithms": ["RS256", "ES256"],
    }
    return TokenCheck(keys or Published(), issuer=ISSUER, **{**usual, **how})


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


@pytest.mark.parametrize(("late_s", "is_good"), [(10, True), (11, False)])
async def test_a_token_lives_ten_seconds_longer_for_clocks_that_differ(
    late_s: int, is_good: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = signed(exp=2_000_000_000)
    late = datetime.fromtimestamp(2_000_000_000 + late_s, tz=UTC)
    monkeypatch.setattr(checked_by, "wall_now", lambda: late)
    if is_good:
        assert await check().claims(token)
    else:
        with pytest.raises(BadToken, match="expired"):
            await check().claims(token)


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


@pytest.mark.parametrize("token", [unsigned, signed_with_the_public_key, lambda: "garbage", lambda: ""])
async def test_what_no_key_would_make_good_doesnt_make_us_ask_the_issuer(token: Callable[[], str]) -> None:
    published = Published()
    with pytest.raises(BadToken):
        await check(published).claims(token())

    assert published.asked_fresh == 0


async def test_a_broken_signature_of_a_known_key_doesnt_make_us_ask_the_issuer() -> None:
    published = Published()
    with pytest.raises(BadToken):
        await check(published).claims(signed(STRANGER))

    assert published.asked_fresh == 0


async def test_a_token_is_read_up_to_its_largest_size_and_no_further() -> None:
    fits = next(
        token
        for token in (signed(filling="x" * count) for count in range(11_700, 12_300))
        if len(token) in (16 * 1024 - 1, 16 * 1024)
    )
    assert (await check().claims(fits)).subject == "p-water-001"
    with pytest.raises(BadToken, match="oversized"):
        await check().claims(fits + "A" * (16 * 1024 + 1 - len(fits)))


@given(st.text() | st.text("abc.-_=eyJ", max_size=60) | st.binary().map(lambda given: f"{part(given)}.a.b"))
async def test_whatever_comes_as_a_token_is_refused_and_breaks_nothing(token: str) -> None:
    with pytest.raises(BadToken):
        await check().claims(token)


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("resource.agency", {"resource": {"agency": "water"}}),
        ("https://sso.example/agency", {"https://sso.example/agency": "water"}),
        ("of.sso.example.agency", {"of.sso": {"example.agency": "water"}}),
        ("groups", {"groups": ["water"]}),
        ("a.b.c", {"a": {"b": {"c": ["water"]}}}),
    ],
)
async def test_the_agency_is_found_where_the_provider_puts_it(path: str, said: dict[str, Any]) -> None:
    found = await check(agency_claim=path).claims(signed(agency=None, **said))

    assert found.agency_id == "water"


@pytest.mark.parametrize(
    "said", [{}, {"groups": []}, {"resource": "water"}, {"resource": {"office": "water"}}]
)
async def test_a_token_without_an_agency_is_of_none(said: dict[str, Any]) -> None:
    for path in ("groups", "resource.agency"):
        assert (await check(agency_claim=path).claims(signed(agency=None, **said))).agency_id is None


@pytest.mark.parametrize("agency", [["water", "roads"], {"id": "water"}, 7, "", [[]], True])
async def test_an_agency_that_is_not_one_name_is_refused(agency: Any) -> None:
    with pytest.raises(BadToken, match="agency"):
        await check(agency_claim="resource.agency").claims(signed(resource={"agency": agency}))


async def test_the_person_is_who_the_named_claim_says_and_never_another_claim() -> None:
    by_person = check(person_claim="person")

    assert (await by_person.claims(signed(person="p-water-007"))).subject == "p-water-007"
    for nobody in (None, "", 7, ["p-water-007"]):
        with pytest.raises(BadToken, match="person"):
            await by_person.claims(signed(person=nobody))


@pytest.mark.parametrize("aud", ["portal", ["account", "portal"]])
async def test_any_of_several_audiences_will_do(aud: Any) -> None:
    assert await check(audiences=["paygir", "portal"]).claims(signed(aud=aud))


@pytest.mark.parametrize("aud", [{"paygir": 1}, 7, [["paygir"]], [], ""])
async def test_an_audience_of_another_shape_is_nobody(aud: Any) -> None:
    with pytest.raises(BadToken, match="audience"):
        await check().claims(signed(aud=aud))


async def test_only_the_algorithms_named_are_taken() -> None:
    only_rsa = check(algorithms=["RS256"])

    assert await only_rsa.claims(signed(RSA))
    with pytest.raises(BadToken, match="alg"):
        await only_rsa.claims(signed(EC))


@pytest.mark.parametrize("algorithms", ["HS256", "RS256,none", "", "RS256,HS512"])
def test_a_deployment_that_would_take_symmetric_signatures_doesnt_start(algorithms: str) -> None:
    with pytest.raises(ValueError, match="only"):
        ServiceSettings(token_algorithms=algorithms)
