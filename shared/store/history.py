"""The audit trail inside each document: who did what, when, under which clause, chained by hashes."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import bson
from bson.raw_bson import RawBSONDocument

from shared.store.codec import BSON_OPTIONS

Document = dict[str, Any]
GENESIS = "0" * 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """What somebody does, as the history tells it.

    `by` is a post and its holder ("post:water.pr.head p-water-003"), "citizen", or the service's own "clock".
    `note` is for people of the same agency; it never leaves the document. What people type there is sealed
    under the key of whom it is about, for a history is never changed: it holds no personal data.
    """

    name: str
    by: str
    at: datetime
    clause: str | None = None
    note: str | None = None


def entry_of(
    act: Act,
    *,
    version: int,
    write_id: str,
    before: str,
    state: RawBSONDocument,
    events: Sequence[Document],
) -> Document:
    """The history's next entry. Its hash covers the entry, the state it leaves, and the entry before."""
    entry: Document = {
        "version": version,
        "write_id": write_id,
        "at": act.at,
        "act": act.name,
        "by": act.by,
        "clause": act.clause,
        "note": act.note,
        "events": list(events),
        "state": _digest_of(state.raw),
        "before": before,
    }
    return {**entry, "hash": digest(entry)}


def digest(document: Document) -> str:
    """SHA-256 of the document as MongoDB keeps it: what is read back has the same digest."""
    return _digest_of(bson.encode(document, codec_options=BSON_OPTIONS))


def _digest_of(encoded: bytes | memoryview) -> str:
    return hashlib.sha256(encoded).hexdigest()


def broken_at(history: Sequence[Document]) -> int | None:
    """The version of the first entry that was changed, dropped or swapped; None when the chain holds."""
    before = GENESIS
    for version, entry in enumerate(history, start=1):
        chained = entry.get("version") == version and entry.get("before") == before
        if not chained or not is_itself(entry):
            return version
        before = entry["hash"]
    return None


def is_itself(entry: Document) -> bool:
    """Whether its hash is its own."""
    body = {name: value for name, value in entry.items() if name != "hash"}
    return digest(body) == entry.get("hash")
