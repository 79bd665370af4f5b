"""Checks bearer tokens against the issuer's published keys (OIDC, JWKS). No cryptography of our own."""

import asyncio
import time
from dataclasses import dataclass
from typing import Any, Protocol

import httpx
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from shared.clock import wall_now
from shared.observe.faults import fault_of
from shared.observe.logs import log

_LOG = log(__name__)
ALGORITHMS = ["RS256", "PS256", "ES256", "EdDSA"]
NOT_ACCESS_TOKENS = frozenset({"ID", "Refresh", "Offline", "Logout"})
KEYS_ASKED_AGAIN_S = 30.0
LEEWAY_S = 10


class BadToken(Exception):
    """Not a token that this province's issuer gave for this system; says why, for the log only."""


class IssuerAway(Exception):
    """The issuer's keys were never seen and can't be had now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claims:
    """What a good token says."""

    subject: str
    agency_id: str | None


class KeySource(Protocol):
    """Where the issuer's public keys come from."""

    async def keys(self, *, fresh: bool) -> KeySet: ...


class IssuerKeys:
    """The issuer's keys, remembered: an issuer that stops doesn't stop the tokens it gave."""

    def __init__(self, issuer: str, *, jwks_url: str | None = None) -> None:
        self._issuer, self._jwks_url = issuer.rstrip("/"), jwks_url
        self._known: KeySet | None = None
        self._asked_at = float("-inf")
        self._lock = asyncio.Lock()

    async def keys(self, *, fresh: bool) -> KeySet:
        """`fresh` asks anew, but at most every half a minute. Without it nobody waits for the issuer."""
        if self._known is not None and not fresh:
            return self._known
        async with self._lock:
            asked_long_ago = time.monotonic() - self._asked_at > KEYS_ASKED_AGAIN_S
            if self._known is None or (fresh and asked_long_ago):
                self._asked_at = time.monotonic()
                try:
                    self._known = await self._ask()
                except (httpx.HTTPError, ValueError, KeyError, JoseError) as error:
                    _LOG.warning("issuer's keys can't be had", error=fault_of(error))
                    if self._known is None:
                        raise IssuerAway(self._issuer) from error
            return self._known

    async def _ask(self) -> KeySet:
        async with httpx.AsyncClient(timeout=5.0, trust_env=False) as client:
            if self._jwks_url is None:
                found = await client.get(f"{self._issuer}/.well-known/openid-configuration")
                self._jwks_url = str(found.raise_for_status().json()["jwks_uri"])
            answer = await client.get(self._jwks_url)
            published: dict[str, Any] = answer.raise_for_status().json()
        # Public signing keys only: a symmetric key in a JWKS would let anybody sign.
        usable = [key for key in published["keys"] if _signs(key)]
        return KeySet.import_key_set({"keys": usable})


class TokenCheck:
    """Says whose a token is."""

    def __init__(self, keys: KeySource, *, issuer: str, audience: str, agency_claim: str) -> None:
        self._keys, self._issuer, self._audience = keys, issuer.rstrip("/"), audience
        self._agency_claim = agency_claim

    async def claims(self, token: str) -> Claims:
        """What the token says; BadToken for all but a good access token of this issuer for this system."""
        payload = await self._payload(token)
        audience = payload.get("aud", [])
        audiences = [audience] if isinstance(audience, str) else audience
        subject, agency = payload.get("sub"), payload.get(self._agency_claim)
        now = wall_now().timestamp()
        wrong = next(
            (
                why
                for why, is_wrong in (
                    ("issuer", str(payload.get("iss", "")).rstrip("/") != self._issuer),
                    ("audience", self._audience not in audiences),
                    ("kind", payload.get("typ") in NOT_ACCESS_TOKENS or "nonce" in payload),
                    ("expired", not _is_number(payload.get("exp")) or payload["exp"] < now - LEEWAY_S),
                    ("not yet", _is_number(payload.get("nbf")) and payload["nbf"] > now + LEEWAY_S),
                    ("subject", not isinstance(subject, str) or not subject),
                    ("agency", agency is not None and not isinstance(agency, str)),
                )
                if is_wrong
            ),
            None,
        )
        if wrong is not None:
            raise BadToken(wrong)
        return Claims(subject=str(subject), agency_id=agency)

    async def _payload(self, token: str) -> dict[str, Any]:
        try:
            return self._decode(token, await self._keys.keys(fresh=False))
        except (JoseError, ValueError, TypeError):
            # A key may have been added since: ask once, at most every half a minute, then refuse.
            try:
                return self._decode(token, await self._keys.keys(fresh=True))
            except (JoseError, ValueError, TypeError) as error:
                raise BadToken(type(error).__name__) from None

    def _decode(self, token: str, keys: KeySet) -> dict[str, Any]:
        decoded = jwt.decode(token, keys, algorithms=ALGORITHMS)
        if decoded.header.get("typ", "JWT").lower() not in ("jwt", "at+jwt"):
            raise ValueError("typ")
        if not {"jku", "x5u", "jwk", "x5c", "crit"}.isdisjoint(decoded.header):
            raise ValueError("header")
        return decoded.claims


def _signs(key: dict[str, Any]) -> bool:
    return key.get("kty") in ("RSA", "EC", "OKP") and key.get("use", "sig") == "sig"


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
