"""Who signs the digests: one Ed25519 key of the province, and whoever has its public half can check."""

import hashlib
import re
from collections.abc import Iterable
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

_PEM = re.compile(rb"-----BEGIN PUBLIC KEY-----.+?-----END PUBLIC KEY-----", re.DOTALL)


class NoAuditKey(Exception):
    """The key that was named is missing or is none."""


class AuditKey:
    """Signs. As `openssl genpkey -algorithm ed25519` makes it."""

    def __init__(self, secret: Ed25519PrivateKey) -> None:
        self._secret = secret
        self.public = secret.public_key()
        self.id = key_id(self.public)

    @classmethod
    def from_settings(cls, *, file: Path | None, text: str | None) -> "AuditKey | None":
        """From a file or the environment; None where neither is set. Raises NoAuditKey with what is wrong."""
        if file is not None:
            try:
                text = file.read_text()
            except OSError as error:
                raise NoAuditKey(f"PAYGIR_AUDIT_KEY_FILE can't be read: {error.strerror}") from error
        return cls.from_pem(text) if text else None

    @classmethod
    def from_pem(cls, text: str) -> "AuditKey":
        """Raises NoAuditKey."""
        try:
            secret = serialization.load_pem_private_key(text.encode(), password=None)
        except (ValueError, TypeError) as error:
            raise NoAuditKey("the audit key is no private key in PEM without a password") from error
        if not isinstance(secret, Ed25519PrivateKey):
            raise NoAuditKey("the audit key is not an Ed25519 key")
        return cls(secret)

    @classmethod
    def new(cls) -> "AuditKey":
        """Another one."""
        return cls(Ed25519PrivateKey.generate())

    def pem(self) -> str:
        """The secret itself, for a file that only its owner may read."""
        return self._secret.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        ).decode()

    def public_pem(self) -> str:
        """What auditors are given."""
        return self.public.public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        ).decode()

    def sign(self, text: bytes) -> bytes:
        """64 bytes."""
        return self._secret.sign(text)


class PublicKeys:
    """Those that an auditor trusts: after a key was changed, the old one too."""

    def __init__(self, keys: Iterable[Ed25519PublicKey]) -> None:
        self._keys = {key_id(key): key for key in keys}

    @classmethod
    def from_pem(cls, text: bytes) -> "PublicKeys":
        """One or several, one after another. Raises NoAuditKey."""
        try:
            keys = [serialization.load_pem_public_key(found) for found in _PEM.findall(text)]
        except ValueError as error:
            raise NoAuditKey("no public key in PEM") from error
        ours = [key for key in keys if isinstance(key, Ed25519PublicKey)]
        if not ours or len(ours) != len(keys):
            raise NoAuditKey("no Ed25519 public key in PEM, or another beside it")
        return cls(ours)

    def signed(self, key: str, text: bytes, signature: bytes) -> bool:
        """Whether one of them, the one with this id, signed it."""
        known = self._keys.get(key)
        try:
            if known is not None:
                known.verify(signature, text)
        except InvalidSignature:
            return False
        return known is not None


def key_id(key: Ed25519PublicKey) -> str:
    """Names a key: half of its SHA-256."""
    return hashlib.sha256(key.public_bytes_raw()).hexdigest()[:32]
