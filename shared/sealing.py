"""Personal data at rest and on the bus: sealed by the key of the person they are of (`shared/keys/`)."""

import base64
import hmac
import os
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

KEY_BYTES, NONCE_BYTES = 32, 12


class NoKey(Exception):
    """The master key is missing or is none."""


class Unopenable(Exception):
    """Sealed with another key, for another purpose, or changed on the way."""


class MasterKey:
    """The province's own secret: makes keyed hashes, and is what keys of persons are wrapped under where
    nothing else is set.
    """

    def __init__(self, secret: bytes) -> None:
        if len(secret) != KEY_BYTES:
            raise NoKey(f"the master key has {len(secret)} bytes, not {KEY_BYTES}")
        self.secret = secret
        self._hashing = derive(secret, b"paygir/hash")

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
        return cls(read_secret(text, "the master key"))

    def keyed_hash(self, *parts: str) -> str:
        """The same for the same parts, telling nothing of them without the key: for searching and ids.

        Who has the key can try all numbers there are: such a hash of a number lies only beside the person's
        key and goes with it.
        """
        message = "\x1f".join(parts).encode()
        return hmac.digest(self._hashing, message, "sha256").hex()


def read_secret(text: str, name: str) -> bytes:
    """A secret as files hold it, in base64; raises NoKey where it is none."""
    try:
        secret = base64.b64decode(text.strip(), validate=True)
    except ValueError as error:
        raise NoKey(f"{name} is not base64") from error
    if len(secret) != KEY_BYTES:
        raise NoKey(f"{name} has {len(secret)} bytes, not {KEY_BYTES}")
    return secret


def new_key() -> bytes:
    """A person's own."""
    return os.urandom(KEY_BYTES)


def seal(key: bytes, text: str, *, purpose: str) -> str:
    """`purpose` must be given again to open it: a sealed text can't be moved to another record."""
    return shut(key, text.encode(), purpose)


def unseal(key: bytes, sealed: str, *, purpose: str) -> str:
    """The text, or Unopenable."""
    return unshut(key, sealed, purpose).decode()


def derive(secret: bytes, use: bytes) -> bytes:
    """A key for one use, that tells nothing of the secret or of another use's key."""
    return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=use).derive(secret)


def shut(key: bytes, data: bytes, about: str) -> str:
    """AES-256-GCM under a nonce of its own, in base64."""
    nonce = os.urandom(NONCE_BYTES)
    return base64.b64encode(nonce + AESGCM(key).encrypt(nonce, data, about.encode())).decode()


def unshut(key: bytes, text: str, about: str) -> bytes:
    """What was shut, or Unopenable."""
    try:
        data = base64.b64decode(text, validate=True)
        return AESGCM(key).decrypt(data[:NONCE_BYTES], data[NONCE_BYTES:], about.encode())
    except (InvalidTag, ValueError) as error:
        raise Unopenable(about) from error
