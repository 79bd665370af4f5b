"""Where digests go, out of reach of whoever can write to the database."""

import asyncio
import fcntl
import os
from pathlib import Path
from typing import Protocol
from urllib.parse import quote

import httpx
import orjson
from typing_extensions import override

from shared.audit.ledger import Waiting

TIMEOUT_S = 10.0


class PlaceAway(Exception):
    """It takes nothing now: all that waits for it goes on waiting."""


class DigestRefused(Exception):
    """It takes other digests, not this one: only this agency's wait."""


class Outside(Protocol):
    """A place. It may be given again what it took, the very same line, and must not mind."""

    async def put(self, one: Waiting) -> None:
        """Returns when it is there to stay. Raises PlaceAway or DigestRefused."""
        ...


class Folder(Outside):
    """One file for each agency, a line for each digest, only ever added to (`chattr +a` may hold it so)."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @override
    async def put(self, one: Waiting) -> None:
        try:
            await asyncio.to_thread(_append, file_of(self._folder, one.service, one.agency_id), one.line)
        except OSError as error:
            raise PlaceAway(f"digests can't be written: {error.strerror}") from error


def file_of(folder: Path, service: str, agency_id: str) -> Path:
    """Where an agency's digests of a service lie."""
    return folder / service / f"{quote(agency_id, safe='')}.jsonl"


def _append(file: Path, line: bytes) -> None:
    new = not file.exists()
    file.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(file, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o640)
    with os.fdopen(descriptor, "rb+", buffering=0) as out:
        fcntl.flock(out, fcntl.LOCK_EX)
        size = out.seek(0, os.SEEK_END)
        if size:
            out.seek(size - 1)
            if out.read(1) != b"\n":
                out.write(b"\n")  # a line torn by a full disk or a power cut stays, and this one is whole
        if out.write(line) != len(line):
            raise OSError(0, "the disk is full")
        os.fsync(out.fileno())
    if new:
        for folder in (file.parent, file.parent.parent):
            _sync(folder)


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


class Webhook(Outside):
    """POSTs each digest as it is; its signature is in a header as well, for whoever checks before reading."""

    def __init__(self, url: str, *, timeout_s: float = TIMEOUT_S) -> None:
        self._url, self._timeout_s = url, timeout_s

    @override
    async def put(self, one: Waiting) -> None:
        headers = {
            "content-type": "application/json",
            "paygir-key-id": one.key_id,
            "paygir-signature": orjson.loads(one.line)["signature"],
        }
        try:
            async with httpx.AsyncClient(timeout=self._timeout_s, trust_env=False) as client:
                answer = await client.post(self._url, content=one.line, headers=headers)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise PlaceAway(f"the webhook can't be reached: {type(error).__name__}") from error
        if answer.is_client_error and answer.status_code not in _COMES_BACK:
            raise DigestRefused(f"the webhook answered {answer.status_code}")
        if not answer.is_success:
            raise PlaceAway(f"the webhook answered {answer.status_code}")


_COMES_BACK = frozenset({401, 403, 404, 408, 425, 429})
"""Faults of the address, the door or the moment, not of the digest."""
