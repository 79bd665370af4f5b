"""A file under its person's key, piece by piece: none can be read, changed, moved, left out or added."""

import os
from collections.abc import AsyncIterator, Iterable, Iterator

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from shared.files.kinds import Piece
from shared.sealing import NONCE_BYTES, Unopenable

SEALED_PIECE_BYTES = 255 * 1024
_TAG_BYTES = 16
PIECE_BYTES = SEALED_PIECE_BYTES - NONCE_BYTES - _TAG_BYTES


def sealed_bytes(bytes_count: int) -> int:
    """How long a file of this length is once it is sealed. An empty one has a piece, too."""
    return bytes_count + max(1, -(-bytes_count // PIECE_BYTES)) * (SEALED_PIECE_BYTES - PIECE_BYTES)


def seal_file(key: bytes, pieces: Iterable[Piece], *, purpose: str) -> Iterator[bytes]:
    """Sealed pieces of one length; the last is shorter and says that it is the last. AES-256-GCM."""
    cipher, number = AESGCM(key), 0
    held: bytes | None = None
    for piece in _even(pieces):
        if held is not None:
            yield _seal(cipher, held, _about(purpose, number, last=False))
            number += 1
        held = piece
    yield _seal(cipher, held or b"", _about(purpose, number, last=True))


async def unseal_file(key: bytes, sealed: AsyncIterator[bytes], *, purpose: str) -> AsyncIterator[bytes]:
    """The file's pieces, each checked before it is given out; Unopenable at the first that is none."""
    cipher, number, held = AESGCM(key), 0, bytearray()
    async for some in sealed:
        held += some
        while len(held) > SEALED_PIECE_BYTES:
            whole = bytes(held[:SEALED_PIECE_BYTES])
            del held[:SEALED_PIECE_BYTES]
            yield _unseal(cipher, whole, _about(purpose, number, last=False))
            number += 1
    yield _unseal(cipher, bytes(held), _about(purpose, number, last=True))


def _even(pieces: Iterable[Piece]) -> Iterator[bytes]:
    held = bytearray()
    for piece in pieces:
        view = memoryview(piece)
        while len(view):
            taken = view[: PIECE_BYTES - len(held)]
            held += taken
            view = view[len(taken) :]
            if len(held) == PIECE_BYTES:
                yield bytes(held)
                held.clear()
    if held:
        yield bytes(held)


def _about(purpose: str, number: int, *, last: bool) -> bytes:
    return f"{purpose} {number} {'last' if last else 'more'}".encode()


def _seal(cipher: AESGCM, piece: bytes, about: bytes) -> bytes:
    nonce = os.urandom(NONCE_BYTES)
    return nonce + cipher.encrypt(nonce, piece, about)


def _unseal(cipher: AESGCM, sealed: bytes, about: bytes) -> bytes:
    try:
        return cipher.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], about)
    except (InvalidTag, ValueError):
        raise Unopenable(about.decode()) from None
