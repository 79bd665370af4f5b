"""Under what the keys of persons are wrapped: a secret of our own, or a key management service."""

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from shared.sealing import MasterKey, NoKey, Unopenable, derive, read_secret, shut, unshut

TAG_CHARACTERS = 8


class CannotWrap(OSError):
    """The key management service can't be reached or doesn't let us: nothing that is wrong with a key."""


class KeyWrapper(Protocol):
    """Wraps a person's key and opens it again; `about` is the person's contact, and must be given again.

    Raises Unopenable for what it will never open, CannotWrap for what may pass.
    """

    async def label(self) -> str:
        """How all that is wrapped under the newest master key begins."""
        ...

    def reads(self, wrapped: str) -> bool:
        """Whether it was wrapped here, under the newest master key or an older one."""
        ...

    async def wrap(self, key: bytes, *, about: str) -> str: ...
    async def unwrap(self, wrapped: str, *, about: str) -> bytes: ...


class LocalWrapper:
    """Under a secret from a file or the environment. The first wraps; the older ones still open."""

    def __init__(self, secrets: Sequence[bytes]) -> None:
        self._keys = {_label(secret): derive(secret, b"paygir/wrap") for secret in secrets}
        self._newest = _label(secrets[0])

    async def label(self) -> str:
        """Of the first secret."""
        return self._newest

    def reads(self, wrapped: str) -> bool:
        """One of our secrets wrapped it."""
        return any(wrapped.startswith(label) for label in self._keys)

    async def wrap(self, key: bytes, *, about: str) -> str:
        """Under the first secret."""
        return self._newest + shut(self._keys[self._newest], key, about)

    async def unwrap(self, wrapped: str, *, about: str) -> bytes:
        """Under whichever it was wrapped."""
        for label, key in self._keys.items():
            if wrapped.startswith(label):
                return unshut(key, wrapped.removeprefix(label), about)
        raise Unopenable(about)


class Wrappers:
    """The one that wraps now, and those that still open what they wrapped before."""

    def __init__(self, now: KeyWrapper, before: Sequence[KeyWrapper]) -> None:
        self._now, self._all = now, (now, *before)

    async def label(self) -> str:
        """Of the one that wraps now."""
        return await self._now.label()

    def reads(self, wrapped: str) -> bool:
        """Any of them does."""
        return any(one.reads(wrapped) for one in self._all)

    async def wrap(self, key: bytes, *, about: str) -> str:
        """By the one that wraps now."""
        return await self._now.wrap(key, about=about)

    async def unwrap(self, wrapped: str, *, about: str) -> bytes:
        """By the one that wrapped it."""
        for one in self._all:
            if one.reads(wrapped):
                return await one.unwrap(wrapped, about=about)
        raise Unopenable(about)


def local_wrapper(master_key: MasterKey, file: Path | None) -> LocalWrapper:
    """Under the file's secrets, one a line and the newest first; the master key opens still, and wraps where
    there is no file. Raises NoKey with what is wrong.
    """
    if file is None:
        return LocalWrapper([master_key.secret])
    try:
        lines = file.read_text().split()
    except OSError as error:
        raise NoKey(f"PAYGIR_WRAPPING_KEY_FILE can't be read: {error.strerror}") from error
    secrets = [
        read_secret(line, f"wrapping key {number} of PAYGIR_WRAPPING_KEY_FILE")
        for number, line in enumerate(lines, start=1)
    ]
    return LocalWrapper([*secrets, master_key.secret])


def _label(secret: bytes) -> str:
    tag = hashlib.sha256(derive(secret, b"paygir/tag")).hexdigest()[:TAG_CHARACTERS]
    return f"local:{tag}:"
