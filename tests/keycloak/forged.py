"""Tokens that Keycloak never gave, or gave for something else, made from those it gave."""

import base64
import hmac
import json
from collections.abc import Mapping
from typing import Any

import httpx
from joserfc import jwt
from joserfc.jwk import RSAKey

from deploy.keycloak.sign_in import Tokens, endpoints

Json = dict[str, Any]


def part(content: Mapping[str, Any] | bytes) -> str:
    raw = content if isinstance(content, bytes) else json.dumps(content).encode()
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def read(token: str) -> tuple[Json, Json]:
    """Header and claims, unchecked."""
    header, claims, _ = token.split(".")
    return json.loads(base64.urlsafe_b64decode(header + "==")), json.loads(
        base64.urlsafe_b64decode(claims + "==")
    )


async def published_key(issuer: str, kid: str) -> RSAKey:
    """The public key of a token."""
    async with httpx.AsyncClient(trust_env=False) as http:
        keys = (await http.get((await endpoints(http, issuer))["jwks_uri"])).json()["keys"]
    return RSAKey.import_key(next(key for key in keys if key["kid"] == kid))


def forged(tokens: Tokens, key: RSAKey) -> dict[str, str]:
    """By what is wrong with them. `key` is the public one that the good token is signed with."""
    good: str = tokens["access_token"]
    header, claims = read(good)
    own = RSAKey.generate_key(2048)
    start, body, signature = good.split(".")

    def signed(**changes: Any) -> str:
        return jwt.encode({**header, **changes}, claims, own, algorithms=["RS256"])

    def hs256(secret: bytes, kid: str | None = header["kid"]) -> str:
        message = f"{part({'alg': 'HS256', 'typ': 'JWT', 'kid': kid})}.{body}"
        return f"{message}.{part(hmac.digest(secret, message.encode(), 'sha256'))}"

    richer = part({**claims, "agency": "roads", "person": "p-roads.head"})
    return {
        "alg none": f"{part({**header, 'alg': 'none'})}.{body}.",
        "alg None": f"{part({**header, 'alg': 'None'})}.{body}.",
        "no alg": f"{part({'typ': 'JWT', 'kid': header['kid']})}.{body}.{signature}",
        "HS256 with the public key": hs256(key.as_pem(private=False)),
        "HS256 with the public key as JWK": hs256(json.dumps(key.as_dict(private=False)).encode()),
        "HS256 with the modulus": hs256(str(key.as_dict(private=False)["n"]).encode()),
        "HS256 with nothing": hs256(b""),
        "unknown kid": signed(kid="made-up"),
        "another key under a known kid": signed(),
        "kid that is a path": signed(kid="../../dev/null"),
        "kid that is a number": f"{part({**header, 'kid': 7})}.{body}.{signature}",
        "jku": signed(kid="made-up", jku="https://keys.example/jwks"),
        "jwk": signed(kid="made-up", jwk=own.as_dict(private=False)),
        "x5u": signed(kid="made-up", x5u="https://keys.example/x"),
        "changed claims": f"{start}.{richer}.{signature}",
        "cut signature": good[:-10],
        "no signature": f"{start}.{body}.",
        "ID token": tokens["id_token"],
        "refresh token": tokens["refresh_token"],
        "garbage": "garbage",
        "dots": "..",
        "five parts": f"{good}.a.b",
        "header that is no object": f"{part(b'[]')}.{body}.{signature}",
        "header of a deep nest": f"{part(b'[' * 9000)}.{body}.{signature}",
        "twice": f"{good}, Bearer {good}",
        "Persian": "نشانه",
        "empty": "",
        "oversized": good + "A" * 20_000,
        "oversized header": f"{part({**header, 'x': 'x' * 20_000})}.{body}.{signature}",
    }
