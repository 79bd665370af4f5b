"""Checks bearer tokens by the issuer's published keys (OIDC). No cryptography of our own."""

import base64
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, cast

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from shared.access.issuer_keys import IssuerKeys, KeySource
from shared.clock import wall_now
from shared.settings import ServiceSettings

NOT_ACCESS_TOKENS = frozenset({"ID", "Refresh", "Offline", "Logout"})
ONLY_IN_ID_TOKENS = frozenset({"nonce", "at_hash", "c_hash"})
KEYS_OF_THEIR_OWN = frozenset({"jku", "x5u", "jwk", "x5c", "crit"})
TOKEN_CHARACTERS_MAX = 16 * 1024
LEEWAY_S = 10


class BadToken(Exception):
    """Not a token that this province's issuer gave for this system; says why, for the log only."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claims:
    """What a good token says."""

    subject: str
    agency_id: str | None


class TokenCheck:
    """Says whose a token is."""

    def __init__(
        self,
        keys: KeySource,
        *,
        issuer: str,
        audiences: Collection[str],
        agency_claim: str,
        person_claim: str,
        algorithms: Collection[str],
    ) -> None:
        self._keys, self._issuer = keys, issuer.rstrip("/")
        self._audiences, self._algorithms = frozenset(audiences), list(algorithms)
        self._agency_claim, self._person_claim = agency_claim, person_claim

    async def claims(self, token: str) -> Claims:
        """What the token says; BadToken for all but a good access token of this issuer for this system."""
        payload = await self._payload(token)
        audience = payload.get("aud", [])
        audiences = [audience] if isinstance(audience, str) else audience
        subject = claim(payload, self._person_claim)
        agency = only_one(claim(payload, self._agency_claim))
        now = wall_now().timestamp()
        wrong = next(
            (
                why
                for why, is_wrong in (
                    ("issuer", str(payload.get("iss", "")).rstrip("/") != self._issuer),
                    ("audience", not self._is_among(audiences)),
                    ("kind", payload.get("typ") in NOT_ACCESS_TOKENS or ONLY_IN_ID_TOKENS & payload.keys()),
                    ("expired", not _is_number(payload.get("exp")) or payload["exp"] < now - LEEWAY_S),
                    ("not yet", _is_number(payload.get("nbf")) and payload["nbf"] > now + LEEWAY_S),
                    ("person", not isinstance(subject, str) or not subject),
                    ("agency", agency is not None and not (isinstance(agency, str) and agency)),
                )
                if is_wrong
            ),
            None,
        )
        if wrong is not None:
            raise BadToken(wrong)
        return Claims(subject=str(subject), agency_id=None if agency is None else str(agency))

    def _is_among(self, audiences: object) -> bool:
        said = cast("list[object]", audiences) if isinstance(audiences, list) else []
        return any(one in self._audiences for one in said if isinstance(one, str))

    async def _payload(self, token: str) -> dict[str, Any]:
        if len(token) > TOKEN_CHARACTERS_MAX:
            raise BadToken("oversized")
        header = _header(token)
        if header.get("alg") not in self._algorithms:
            raise BadToken("alg")  # before the issuer is asked: no key will make it good
        keys = await self._keys.keys(fresh=False)
        try:
            return self._decode(token, keys)
        except (JoseError, ValueError, TypeError) as error:
            kid = header.get("kid")
            if kid is not None and any(key.kid == kid for key in keys.keys):
                raise BadToken(type(error).__name__) from None
        try:  # a key may have been added since
            return self._decode(token, await self._keys.keys(fresh=True))
        except (JoseError, ValueError, TypeError) as error:
            raise BadToken(type(error).__name__) from None

    def _decode(self, token: str, keys: KeySet) -> dict[str, Any]:
        decoded = jwt.decode(token, keys, algorithms=self._algorithms)
        if str(decoded.header.get("typ", "JWT")).lower() not in ("jwt", "at+jwt", "application/at+jwt"):
            raise ValueError("typ")
        if not KEYS_OF_THEIR_OWN.isdisjoint(decoded.header):
            raise ValueError("header")
        return decoded.claims


def token_check(settings: ServiceSettings) -> TokenCheck:
    """As this deployment trusts its issuer."""
    return TokenCheck(
        IssuerKeys(settings.issuer, jwks_url=settings.jwks_url),
        issuer=settings.issuer,
        audiences=settings.audiences,
        agency_claim=settings.agency_claim,
        person_claim=settings.person_claim,
        algorithms=settings.algorithms,
    )


def claim(claims: Mapping[str, Any], path: str) -> object:
    """What stands there: `agency`, `resource.agency`, or a name with dots of its own such as an address."""
    if path in claims:
        return claims[path]
    for at in (place for place, letter in enumerate(path) if letter == "."):
        inner = claims.get(path[:at])
        if isinstance(inner, Mapping):
            found = claim(cast("Mapping[str, Any]", inner), path[at + 1 :])
            if found is not None:
                return found
    return None


def only_one(value: object) -> object:
    """A provider may list what is one: ["water"] is water, and an empty list is nothing."""
    if not isinstance(value, list):
        return value
    listed = cast("list[object]", value)
    return (listed or [None])[0] if len(listed) <= 1 else listed


def _header(token: str) -> dict[str, Any]:
    first = token.partition(".")[0]
    try:
        header: object = json.loads(base64.urlsafe_b64decode(first + "=" * (-len(first) % 4)))
    except (ValueError, RecursionError):
        raise BadToken("garbage") from None
    if not isinstance(header, dict):
        raise BadToken("garbage")
    return cast("dict[str, Any]", header)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
