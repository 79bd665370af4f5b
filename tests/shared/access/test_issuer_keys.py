"""Keys are remembered, asked for once, and never waited for by those who have a good token."""

import asyncio
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from joserfc.jwk import ECKey, KeySet, OctKey, RSAKey
from typing_extensions import override

from shared.access import issuer_keys
from shared.access.issuer_keys import IssuerAway, IssuerKeys, signing_keys

ISSUER = "https://issuer.example/realms/province"
OLD = ECKey.generate_key("P-256", {"kid": "old", "use": "sig"})
NEW = ECKey.generate_key("P-256", {"kid": "new", "use": "sig"})


class Issuer(IssuerKeys):
    """Publishes what it is told to, and counts who asks."""

    def __init__(self, *published: ECKey) -> None:
        super().__init__(ISSUER)
        self.published, self.asked, self.gate = list(published), 0, asyncio.Event()
        self.gate.set()

    @override
    async def _published(self) -> KeySet:
        self.asked += 1
        await self.gate.wait()
        if not self.published:
            raise httpx.ConnectError("away")
        return KeySet(list(self.published))

    async def kids(self, *, fresh: bool = False) -> list[str | None]:
        return [key.kid for key in (await self.keys(fresh=fresh)).keys]


@pytest.fixture
def elapsed(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Lets seconds pass."""
    now = [1000.0]
    monkeypatch.setattr(issuer_keys, "time", SimpleNamespace(monotonic=lambda: now[0]))

    def forward(seconds: float) -> None:
        now[0] += seconds

    return forward


async def test_known_keys_are_not_asked_for_again(elapsed: Callable[[float], None]) -> None:
    issuer = Issuer(OLD)
    for _ in range(3):
        assert await issuer.kids() == ["old"]
        elapsed(100)

    assert issuer.asked == 1


async def test_a_new_key_is_known_five_seconds_after_the_last_question(
    elapsed: Callable[[float], None],
) -> None:
    issuer = Issuer(OLD)
    await issuer.kids()
    issuer.published.append(NEW)
    elapsed(5)
    assert await issuer.kids(fresh=True) == ["old"]
    elapsed(0.001)

    assert await issuer.kids(fresh=True) == ["old", "new"]
    assert issuer.asked == 2


async def test_a_thousand_unknown_key_ids_are_one_question() -> None:
    issuer = Issuer(OLD)
    await issuer.kids()
    issuer._asked_at = float("-inf")  # pyright: ignore[reportPrivateUsage]
    await asyncio.gather(*(issuer.kids(fresh=True) for _ in range(1000)))

    assert issuer.asked == 2


async def test_a_thousand_first_callers_are_one_question_and_get_one_answer() -> None:
    issuer = Issuer(OLD)
    issuer.gate.clear()
    callers = [asyncio.create_task(issuer.kids()) for _ in range(1000)]
    await asyncio.sleep(0)
    issuer.gate.set()

    assert await asyncio.gather(*callers) == [["old"]] * 1000
    assert issuer.asked == 1


async def test_an_issuer_never_seen_is_asked_once_a_second_and_found_when_it_comes(
    elapsed: Callable[[float], None],
) -> None:
    issuer = Issuer()
    for _ in range(3):
        with pytest.raises(IssuerAway):
            await issuer.kids()
    elapsed(1)
    with pytest.raises(IssuerAway):
        await issuer.kids()
    assert issuer.asked == 1
    issuer.published.append(OLD)
    elapsed(0.001)

    assert await issuer.kids() == ["old"]
    assert issuer.asked == 2


async def test_an_issuer_that_stops_does_not_take_its_keys_along(elapsed: Callable[[float], None]) -> None:
    issuer = Issuer(OLD)
    await issuer.kids()
    issuer.published.clear()
    for _ in range(3):
        elapsed(3600)
        assert await issuer.kids() == ["old"]
        assert await issuer.kids(fresh=True) == ["old"]


async def test_a_key_that_was_taken_back_is_forgotten_after_five_minutes_and_nobody_waits_for_it(
    elapsed: Callable[[float], None],
) -> None:
    issuer = Issuer(OLD)
    await issuer.kids()
    issuer.published[:] = [NEW]
    elapsed(300)
    assert await issuer.kids() == ["old"]
    assert issuer.asked == 1
    elapsed(0.001)
    issuer.gate.clear()
    async with asyncio.timeout(10):
        assert await issuer.kids() == ["old"]
    issuer.gate.set()
    for _ in range(10):  # the question in the background ends meanwhile
        await asyncio.sleep(0)

    assert await issuer.kids() == ["new"]
    assert issuer.asked == 2


async def test_nobody_with_a_good_token_waits_for_an_issuer_that_does_not_answer(
    elapsed: Callable[[float], None],
) -> None:
    issuer = Issuer(OLD)
    await issuer.kids()
    elapsed(6)
    issuer.gate.clear()
    bad_token = asyncio.create_task(issuer.kids(fresh=True))
    await asyncio.sleep(0)

    async with asyncio.timeout(10):
        assert await issuer.kids() == ["old"]
    assert not bad_token.done()
    issuer.gate.set()
    await bad_token


async def test_a_caller_who_gives_up_takes_nobody_elses_answer_along() -> None:
    issuer = Issuer(OLD)
    issuer.gate.clear()
    impatient, patient = asyncio.create_task(issuer.kids()), asyncio.create_task(issuer.kids())
    await asyncio.sleep(0)
    impatient.cancel()
    await asyncio.sleep(0)
    issuer.gate.set()

    assert await patient == ["old"]
    assert issuer.asked == 1


def public(key: Any, **more: Any) -> dict[str, Any]:
    return {**key.as_dict(private=False), **more}


def test_only_public_keys_that_sign_are_taken() -> None:
    secret = OctKey.generate_key(256, {"kid": "secret", "use": "sig"})
    wraps = RSAKey.generate_key(2048, {"kid": "wraps", "use": "enc"})
    odd = {"kid": "odd", "kty": "EC", "crv": "P-1", "x": "AA", "y": "AA"}
    taken = signing_keys([secret.as_dict(), public(wraps), odd, {"kty": "RSA"}, public(OLD)])

    assert [key.kid for key in taken.keys] == ["old"]


def answering(monkeypatch: pytest.MonkeyPatch, answers: dict[str, Any]) -> list[str]:
    """Web addresses and what they answer; returns those asked for."""
    asked: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(str(request.url))
        found = answers.get(str(request.url))
        return httpx.Response(404) if found is None else httpx.Response(200, json=found)

    client = httpx.AsyncClient

    def fake(**_: Any) -> httpx.AsyncClient:
        return client(transport=httpx.MockTransport(answer))

    monkeypatch.setattr(issuer_keys.httpx, "AsyncClient", fake)
    return asked


DISCOVERY = f"{ISSUER}/.well-known/openid-configuration"


async def test_the_keys_are_where_discovery_says(monkeypatch: pytest.MonkeyPatch) -> None:
    keys = {"keys": [public(OLD)]}
    answering(
        monkeypatch,
        {DISCOVERY: {"issuer": ISSUER, "jwks_uri": "https://k.example/"}, "https://k.example/": keys},
    )

    assert (await IssuerKeys(ISSUER).keys(fresh=False)).keys[0].kid == "old"


async def test_an_address_of_the_keys_that_was_given_needs_no_discovery(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked = answering(monkeypatch, {"http://inside/keys": {"keys": [public(OLD)]}})

    assert (await IssuerKeys(ISSUER, jwks_url="http://inside/keys").keys(fresh=False)).keys[0].kid == "old"
    assert asked == ["http://inside/keys"]


@pytest.mark.parametrize(
    ("discovery", "keys"),
    [
        ({"issuer": "https://other.example", "jwks_uri": "https://k.example/"}, {"keys": [public(OLD)]}),
        ({"jwks_uri": "https://k.example/"}, {"keys": [public(OLD)]}),
        ({"issuer": ISSUER}, {"keys": [public(OLD)]}),
        ({"issuer": ISSUER, "jwks_uri": "https://k.example/"}, {"keys": []}),
        ({"issuer": ISSUER, "jwks_uri": "https://k.example/"}, {"error": "no"}),
        ({"issuer": ISSUER, "jwks_uri": "https://k.example/"}, ["no"]),
        (["no"], {"keys": [public(OLD)]}),
        (None, {"keys": [public(OLD)]}),
    ],
)
async def test_an_issuer_that_publishes_nonsense_is_away(
    monkeypatch: pytest.MonkeyPatch, discovery: Any, keys: Any
) -> None:
    answering(monkeypatch, {DISCOVERY: discovery, "https://k.example/": keys})
    with pytest.raises(IssuerAway):
        await IssuerKeys(ISSUER).keys(fresh=False)
