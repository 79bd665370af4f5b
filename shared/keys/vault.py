"""Keys of persons wrapped by HashiCorp Vault's transit engine, or what speaks like it (OpenBao)."""

import base64
import binascii
import re
from collections.abc import Mapping
from http import HTTPStatus
from pathlib import Path
from types import MappingProxyType
from typing import Any

import httpx

from shared.keys.wrapping import CannotWrap
from shared.observe.logs import log
from shared.sealing import NoKey, Unopenable

_LOG = log(__name__)
ANSWER_S = 2.0
LABEL = re.compile(r"vault:v\d+:")
ABOUT_NOBODY = "paygir/label"


class VaultWrapper:
    """The master key never leaves Vault. It must be of a type that authenticates (aes256-gcm96, the default).

    The token is read anew for each call: an agent beside us may renew it in its file.
    """

    def __init__(
        self, url: str, key: str, token_file: Path, *, transport: httpx.AsyncBaseTransport | None = None
    ) -> None:
        self._key, self._token_file = key, token_file
        self._client = httpx.AsyncClient(
            base_url=f"{url.rstrip('/')}/v1/transit", timeout=ANSWER_S, transport=transport
        )

    async def label(self) -> str:
        """Told by wrapping something: that needs no further right than wrapping."""
        found = LABEL.match(await self.wrap(b"", about=ABOUT_NOBODY))
        if found is None:
            raise _cannot("Vault's answer is no ciphertext of its own")
        return found[0]

    def reads(self, wrapped: str) -> bool:
        """Vault wrote it, under whatever version of its key."""
        return LABEL.match(wrapped) is not None

    async def wrap(self, key: bytes, *, about: str) -> str:
        """One call of `encrypt`."""
        return await self._ask("encrypt", "ciphertext", plaintext=_text(key), about=about)

    async def unwrap(self, wrapped: str, *, about: str) -> bytes:
        """One call of `decrypt`."""
        answer = await self._ask("decrypt", "plaintext", ciphertext=wrapped, about=about)
        try:
            return base64.b64decode(answer, validate=True)
        except binascii.Error as error:
            raise _cannot("Vault's answer is no base64") from error

    async def _ask(self, verb: str, field: str, *, about: str, **body: str) -> str:
        """`associated_data` binds the key to its person: Vault opens it for no other."""
        said = {**body, "associated_data": _text(about.encode())}
        try:
            answer = await self._client.post(
                f"/{verb}/{self._key}", json=said, headers={"x-vault-token": self._token()}
            )
        except httpx.HTTPError as error:
            raise _cannot(f"Vault can't be reached: {type(error).__name__}") from error
        if answer.status_code == HTTPStatus.BAD_REQUEST and verb == "decrypt":
            raise Unopenable(about)
        if answer.status_code != HTTPStatus.OK:
            raise _cannot(WRONG.get(answer.status_code, f"Vault answers {answer.status_code}"))
        try:
            given: dict[str, Any] = answer.json()
            return str(given["data"][field])
        except (ValueError, KeyError, TypeError) as error:
            raise _cannot("Vault's answer is none of its transit engine") from error

    def _token(self) -> str:
        try:
            return self._token_file.read_text().strip()
        except OSError as error:
            raise _cannot(f"PAYGIR_VAULT_TOKEN_FILE can't be read: {error.strerror}") from error


WRONG: Mapping[int, str] = MappingProxyType(
    {
        HTTPStatus.BAD_REQUEST: "Vault takes no such request: is the key of a type that authenticates?",
        HTTPStatus.FORBIDDEN: "Vault forbids it: is the token over, or not for encrypt and decrypt?",
        HTTPStatus.NOT_FOUND: "Vault has no such key, or no transit engine there",
        HTTPStatus.TOO_MANY_REQUESTS: "Vault is asked too much",
        HTTPStatus.SERVICE_UNAVAILABLE: "Vault is sealed",
    }
)


def vault_wrapper(url: str, key: str, token_file: Path | None) -> VaultWrapper:
    """Raises NoKey where there is no token."""
    if token_file is None:
        raise NoKey("set PAYGIR_VAULT_TOKEN_FILE beside PAYGIR_VAULT_URL")
    return VaultWrapper(url, key, token_file)


def _cannot(said: str) -> CannotWrap:
    """Told in the log, too: a caller hears only that they may try again."""
    _LOG.warning("vault", said=said)
    return CannotWrap(said)


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()
