"""A small OIDC issuer for development: signs a token for anybody registered with it, asking nothing.

It listens on 127.0.0.1 only and `paygir up` starts it. Production has a real provider.
"""

import argparse
import json
from pathlib import Path
from typing import Any

import uvicorn
from fastapi import FastAPI, HTTPException
from joserfc import jwt
from joserfc.jwk import RSAKey
from pydantic import BaseModel, ConfigDict, Field

from deploy.embedded import ports
from deploy.embedded.secret_files import write_secret
from shared.clock import wall_now

KEY_BITS = 2048
LIFETIME_S = 3600
AUDIENCE = "paygir"


class Subject(BaseModel):
    """Who tokens are made for."""

    model_config = ConfigDict(extra="forbid")

    agency: str = Field(min_length=1, max_length=100)


class Asking(BaseModel):
    """What POST /token takes."""

    model_config = ConfigDict(extra="forbid")

    subject: str = Field(min_length=1, max_length=200)
    lifetime_s: int = Field(default=LIFETIME_S, gt=0, le=30 * 24 * 3600)


class Token(BaseModel):
    """What POST /token answers, in OAuth's words."""

    access_token: str
    token_type: str
    expires_in: int


def signing_key(file: Path) -> RSAKey:
    """The key in this file, made on first use: tokens outlive a restart."""
    if not file.exists():
        made = RSAKey.generate_key(KEY_BITS, {"use": "sig", "alg": "RS256"}, auto_kid=True)
        write_secret(file, json.dumps(made.as_dict(private=True)))
    return RSAKey.import_key(json.loads(file.read_text()))


class Subjects:
    """The registered ones, in a file."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def all(self) -> dict[str, Subject]:
        if not self._file.exists():
            return {}
        found: dict[str, Any] = json.loads(self._file.read_text())
        return {name: Subject.model_validate(value) for name, value in found.items()}

    def put(self, name: str, subject: Subject) -> None:
        known = {**self.all(), name: subject}
        text = json.dumps({each: value.model_dump() for each, value in known.items()}, indent=1)
        fresh = self._file.with_suffix(".new")
        fresh.write_text(text)
        fresh.replace(self._file)


def build(folder: Path, url: str) -> FastAPI:
    """The application; its key and its subjects lie in `folder`."""
    key = signing_key(folder / "signing-key.json")
    subjects = Subjects(folder / "subjects.json")
    app = FastAPI(title="Paygir development issuer")

    @app.get("/.well-known/openid-configuration")
    async def discovery() -> dict[str, Any]:
        return {
            "issuer": url,
            "jwks_uri": f"{url}/jwks",
            "token_endpoint": f"{url}/token",
            "id_token_signing_alg_values_supported": ["RS256"],
            "response_types_supported": ["token"],
            "subject_types_supported": ["public"],
        }

    @app.get("/jwks")
    async def jwks() -> dict[str, Any]:
        return {"keys": [key.as_dict(private=False)]}

    @app.get("/ready")
    async def ready() -> dict[str, str]:
        return {"status": "ready"}

    @app.get("/subjects")
    async def registered() -> dict[str, Subject]:
        return subjects.all()

    @app.put("/subjects/{name}", status_code=204)
    async def register(name: str, subject: Subject) -> None:
        subjects.put(name, subject)

    @app.post("/token")
    async def token(asking: Asking) -> Token:
        subject = subjects.all().get(asking.subject)
        if subject is None:
            raise HTTPException(404, f"no subject {asking.subject!r} is registered here")
        issued_at = int(wall_now().timestamp())
        claims = {
            "iss": url,
            "aud": AUDIENCE,
            "sub": asking.subject,
            "agency": subject.agency,
            "iat": issued_at,
            "exp": issued_at + asking.lifetime_s,
        }
        header = {"alg": "RS256", "typ": "at+jwt", "kid": key.kid}
        return Token(
            access_token=jwt.encode(header, claims, key),
            token_type="Bearer",  # noqa: S106  the word of RFC 6750, no password
            expires_in=asking.lifetime_s,
        )

    return app


def main() -> None:
    """Serve until stopped."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--port", type=int, required=True)
    given = parser.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    app = build(given.folder, f"http://{ports.HOST}:{given.port}")
    uvicorn.run(app, host=ports.HOST, port=given.port, log_level="warning")


if __name__ == "__main__":
    main()
