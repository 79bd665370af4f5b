"""Vault's transit engine as its API is documented, as small as it goes: encrypt, decrypt, rotate.

Paths, bodies, statuses and `errors` are those of https://developer.hashicorp.com/vault/api-docs/secret/transit.
"""

import base64
import json
from dataclasses import dataclass, field
from typing import Any

import httpx

from shared.sealing import Unopenable, new_key, shut, unshut


@dataclass(slots=True)
class VaultDouble:
    """One key of type aes256-gcm96, by its versions from 1 on, and one token that may use it."""

    knows: str = "hvs.right"
    key: str = "paygir"
    versions: list[bytes] = field(default_factory=lambda: [new_key()])
    is_sealed: bool = False
    asked: list[str] = field(default_factory=list[str])

    def rotate(self) -> None:
        """`transit/keys/:name/rotate`."""
        self.versions.append(new_key())

    def transport(self) -> httpx.MockTransport:
        """What a client speaks to instead of the network."""
        return httpx.MockTransport(self.answer)

    def answer(self, request: httpx.Request) -> httpx.Response:
        """In Vault's own order: sealed, token, path, body."""
        *_, mount, verb, name = request.url.path.split("/")
        self.asked.append(verb)
        if self.is_sealed:
            return _errors(503, "Vault is sealed")
        if request.headers.get("x-vault-token") != self.knows:
            return _errors(403, "permission denied")
        if mount != "transit" or verb not in ("encrypt", "decrypt"):
            return _errors(404)
        if name != self.key:
            # Unlike `encrypt` in Vault, which may make the key: only a token that may create can do that.
            return _errors(400, "encryption key not found") if verb == "decrypt" else _errors(403, "denied")
        return self._transit(verb, json.loads(request.content))

    def _transit(self, verb: str, body: dict[str, Any]) -> httpx.Response:
        about = base64.b64decode(body.get("associated_data", "")).decode()
        if verb == "encrypt":
            newest = len(self.versions)
            plain = base64.b64decode(body["plaintext"])
            text = f"vault:v{newest}:{shut(self.versions[-1], plain, about)}"
            return httpx.Response(200, json={"data": {"ciphertext": text, "key_version": newest}})
        try:
            _, version, text = body["ciphertext"].split(":")
            plain = unshut(self.versions[int(version[1:]) - 1], text, about)
        except (ValueError, IndexError):
            return _errors(400, "invalid ciphertext: no prefix")
        except Unopenable:
            return _errors(400, "cipher: message authentication failed")
        return httpx.Response(200, json={"data": {"plaintext": base64.b64encode(plain).decode()}})


def _errors(status: int, *errors: str) -> httpx.Response:
    return httpx.Response(status, json={"errors": list(errors)})
