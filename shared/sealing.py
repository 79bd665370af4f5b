"""Personal data at rest and on the bus: sealed by a key of its own, wrapped by the province's master key."""

import base64
import hmac
import os
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

KEY_BYTES, NONCE_BYTES = 32, 12


class NoKey(Exception):
    """The master key is missing or is none."""


class Unopenable(Exception):
    """Sealed with another key, for another purpose, changed on the way, or its key was deleted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed:
    """A sealed text (AES-256-GCM) and its data key, wrapped. Deleting the key forgets the text."""

    sealed: str
    wrapped_key: str


class MasterKey:
    """Wraps data keys and makes keyed hashes; the port behind which a key management service can stand."""

    def __init__(self, secret: bytes) -> None:
        if len(secret) != KEY_BYTES:
            raise NoKey(f"the master key has {len(secret)} bytes, not {KEY_BYTES}")
        self._wrapping = AESGCM(_derive(secret, b"paygir/wrap"))
        self._hashing = _derive(secret, b"paygir/hash")

    @classmethod
    def from_settings(cls, *, file: Path | None, text: str | None) -> "MasterKey":
        """From a file or the environment; raises NoKey with what is wrong."""
        if file is not None:
            try:
                text = file.read_text()
            except OSError as error:
                raise NoKey(f"PAYGIR_KEY_FILE can't be read: {error.strerror}") from error
        if not text:
            raise NoKey("set PAYGIR_KEY_FILE or PAYGIR_KEY: base64 of 32 random bytes")
        try:
            return cls(base64.b64decode(text.strip(), validate=True))
        except ValueError as error:
            raise NoKey("the master key is not base64") from error

    def seal(self, text: str, *, purpose: str) -> Sealed:
        """`purpose` must be given again to open it: a sealed text can't be moved to another record."""
        data_key = os.urandom(KEY_BYTES)
        about = purpose.encode()
        return Sealed(
            sealed=_shut(AESGCM(data_key), text.encode(), about),
            wrapped_key=_shut(self._wrapping, data_key, about),
        )

    def open(self, sealed: Sealed, *, purpose: str) -> str:
        """The text, or Unopenable."""
        about = purpose.encode()
        try:
            data_key = _unshut(self._wrapping, sealed.wrapped_key, about)
            return _unshut(AESGCM(data_key), sealed.sealed, about).decode()
        except (InvalidTag, ValueError) as error:
            raise Unopenable(purpose) from error

    def keyed_hash(self, *parts: str) -> str:
        """The same for the same parts, telling nothing of them without the key: for searching and ids."""
        message = "\x1f".join(parts).encode()
        return hmac.digest(self._hashing, message, "sha256").hex()


def contact_id(master: MasterKey, agency_id: str, mobile: str) -> str:
    """A person's contact at one agency; at another, the same person's id can't be told to be theirs."""
    return "c" + master.keyed_hash("contact", agency_id, mobile)[:31]


def _derive(secret: bytes, use: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=use).derive(secret)


def _shut(key: AESGCM, data: bytes, about: bytes) -> str:
    nonce = os.urandom(NONCE_BYTES)
    return base64.b64encode(nonce + key.encrypt(nonce, data, about)).decode()


def _unshut(key: AESGCM, text: str, about: bytes) -> bytes:
    data = base64.b64decode(text, validate=True)
    return key.decrypt(data[:NONCE_BYTES], data[NONCE_BYTES:], about)
