"""The issuer's published keys (OIDC discovery, JWKS), remembered: an issuer that stops doesn't stop the
tokens it gave.
"""

import asyncio
import time
from typing import Any, Protocol

import httpx
from joserfc.errors import JoseError
from joserfc.jwk import JWKRegistry, KeySet

from shared.observe.faults import fault_of
from shared.observe.logs import log

_LOG = log(__name__)
ASKED_AGAIN_S = 5.0
"""Whoever makes up key ids makes us ask no oftener than this; a new key is known as soon."""
ASKED_AGAIN_FOR_THE_FIRST_S = 1.0
RENEWED_S = 300.0
"""After this long a key that was taken back is forgotten."""
TIMEOUT_S = 5.0


class IssuerAway(Exception):
    """The issuer's keys were never seen and can't be had now."""


class KeySource(Protocol):
    """Where the issuer's public keys come from."""

    async def keys(self, *, fresh: bool) -> KeySet: ...


class IssuerKeys:
    """Asks the issuer, one question at a time however many wait for the answer."""

    def __init__(self, issuer: str, *, jwks_url: str | None = None) -> None:
        self._issuer, self._jwks_url = issuer.rstrip("/"), jwks_url
        self._known: KeySet | None = None
        self._asked_at = float("-inf")
        self._asking: asyncio.Task[None] | None = None

    async def keys(self, *, fresh: bool) -> KeySet:
        """Those known; nobody waits for the issuer but who wants them `fresh`, and the first.

        Raises:
            IssuerAway: None were ever seen.
        """
        silent_s = time.monotonic() - self._asked_at
        if self._known is None:
            if self._is_asking() or silent_s > ASKED_AGAIN_FOR_THE_FIRST_S:
                await asyncio.shield(self._ask_once())
        elif fresh:
            if self._is_asking() or silent_s > ASKED_AGAIN_S:
                await asyncio.shield(self._ask_once())
        elif silent_s > RENEWED_S:
            self._ask_once()
        if self._known is None:
            raise IssuerAway(self._issuer)
        return self._known

    def _is_asking(self) -> bool:
        return self._asking is not None and not self._asking.done()

    def _ask_once(self) -> asyncio.Task[None]:
        if self._asking is None or self._asking.done():
            self._asked_at = time.monotonic()
            self._asking = asyncio.create_task(self._ask())
        return self._asking

    async def _ask(self) -> None:
        try:
            self._known = await self._published()
        except (httpx.HTTPError, httpx.InvalidURL, ValueError, TypeError, KeyError) as error:
            _LOG.warning("issuer's keys can't be had", error=fault_of(error))

    async def _published(self) -> KeySet:
        async with httpx.AsyncClient(timeout=TIMEOUT_S, trust_env=False) as client:
            url = self._jwks_url or await self._discovered(client)
            answer = await client.get(url)
            published: dict[str, Any] = answer.raise_for_status().json()
        usable = signing_keys(published["keys"])
        if not usable.keys:
            raise ValueError("the issuer publishes no key to sign with")
        return usable

    async def _discovered(self, client: httpx.AsyncClient) -> str:
        answer = await client.get(f"{self._issuer}/.well-known/openid-configuration")
        said: dict[str, Any] = answer.raise_for_status().json()
        if str(said["issuer"]).rstrip("/") != self._issuer:
            raise ValueError(f"the issuer calls itself {said['issuer']}")
        return str(said["jwks_uri"])


def signing_keys(published: list[dict[str, Any]]) -> KeySet:
    """The public signing keys we can read. A symmetric key in a JWKS would let anybody sign; an odd key must
    not take the others with it.
    """
    usable: list[Any] = []
    for key in published:
        if key.get("kty") not in ("RSA", "EC", "OKP") or key.get("use", "sig") != "sig":
            continue
        try:
            usable.append(JWKRegistry.import_key(key))
        except (JoseError, ValueError, TypeError, KeyError) as error:
            _LOG.warning("a key of the issuer can't be read", kid=key.get("kid"), error=fault_of(error))
    return KeySet(usable)
