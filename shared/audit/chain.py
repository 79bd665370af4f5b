"""One document against itself and against what digests say of it. No database, no clock."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple, cast
from uuid import UUID

from shared.audit.finding import Fault, Finding
from shared.store.history import broken_at, digest, is_itself

Document = dict[str, Any]
UUID_BY_TIME = 7
GRACE = timedelta(minutes=5)
"""Between a write's id and its being seen: a caller's patience ends after seconds, and clocks may differ."""


class Named(NamedTuple):
    """What a digest says of a document."""

    agency_id: str
    version: int
    hash: str
    digest: int


class Covered(NamedTuple):
    """An agency's digests name every change until then; `digest` is the last of them."""

    to: datetime
    digest: int


def fault_of(kind: str, document: Document, named: Sequence[Named]) -> Finding | None:
    """The first thing that doesn't fit: in the chain itself, in the digests, in the document's own fields."""
    history = _history(document)
    if not history:
        if any(one.hash for one in named):  # it had one
            return _finding(kind, document, Fault.DELETED, entry=1)
        return _finding(kind, document, Fault.UNCHAINED)
    broken = broken_at(history)
    if broken is not None:
        fault, entry = _told_apart(history, broken)
        return _finding(kind, document, fault, entry=entry)
    for one in sorted(named, key=lambda one: one.version):
        fault = _against(history, one)
        if fault is not None:
            return _finding(kind, document, fault, entry=one.version, digest=one.digest)
    moved = any(one.agency_id != document.get("agency_id") for one in named)
    if moved or not _is_what_it_left(document, history):
        return _finding(kind, document, Fault.STATE_EDITED, entry=len(history))
    return None


def slipped_in(
    kind: str, document: Document, named: Sequence[Named], covered: Covered | None
) -> Finding | None:
    """The first entry that digests should name and don't, if there is one.

    Each entry's `write_id` says when it was written. What still waits for its digest says so itself.
    """
    first = next(_unnamed(document, named), None)
    if covered is None or first is None or document.get("undigested") is True:
        return None
    written = _written_at(first)
    if written is not None and written >= covered.to - GRACE:
        return None
    version = len(_history(document)) - len([*_unnamed(document, named)]) + 1
    return _finding(kind, document, Fault.SLIPPED_IN, entry=version, digest=covered.digest)


def is_named(document: Document, named: Sequence[Named]) -> bool:
    """Whether a digest vouches for all of it."""
    return next(_unnamed(document, named), None) is None


def _finding(
    kind: str, document: Document, fault: Fault, *, entry: int | None = None, digest: int | None = None
) -> Finding:
    agency_id = document.get("agency_id")
    return Finding(
        fault=fault,
        agency_id=agency_id if isinstance(agency_id, str) else None,
        kind=kind,
        id=str(document["_id"]),
        entry=entry,
        digest=digest,
    )


def _history(document: Document) -> list[Document]:
    found = document.get("history")
    entries = cast("list[object]", found) if isinstance(found, list) else []
    return [cast("Document", entry) if isinstance(entry, dict) else {} for entry in entries]


def _told_apart(history: Sequence[Document], broken: int) -> tuple[Fault, int]:
    """Which of the three it was, and of which entry."""
    versions = [entry.get("version") for entry in history]
    whole = list(range(1, len(history) + 1))
    if versions != whole:
        if set(versions) == set(whole):
            return Fault.SWAPPED, broken
        if broken not in versions:
            return Fault.DELETED, broken
    if is_itself(history[broken - 1]) and broken > 1:
        return Fault.EDITED, broken - 1  # with its hash made anew, which the next one doesn't name
    return Fault.EDITED, broken


def _is_what_it_left(document: Document, history: Sequence[Document]) -> bool:
    """The fields beside the history, as the last entry vouches for them."""
    state = document.get("state")
    if not isinstance(state, dict):
        return False
    kept = cast("Document", state)
    return (
        digest(kept) == history[-1].get("state")
        and document.get("version") == len(history)
        and document.get("agency_id") == kept.get("agency_id")
        and document.get("sequence") == _last_sequence(history)
    )


def _last_sequence(history: Sequence[Document]) -> int | None:
    """Of the events that the history keeps; None where somebody made entries of another shape."""
    try:
        return max((event["sequence"] for entry in history for event in entry["events"]), default=0)
    except (KeyError, TypeError):
        return None


def _against(history: Sequence[Document], named: Named) -> Fault | None:
    """Today's chain holds every head that it ever had."""
    if named.version > len(history):
        return Fault.CUT_SHORT
    if named.version > 0 and history[named.version - 1].get("hash") != named.hash:
        return Fault.REWRITTEN
    return None


def _unnamed(document: Document, named: Sequence[Named]) -> Iterator[Document]:
    newest = max((one.version for one in named), default=0)
    yield from _history(document)[newest:]


def _written_at(entry: Document) -> datetime | None:
    """When its write was made up, from its id (a UUID of version 7); None where that is none."""
    try:
        id_ = UUID(entry.get("write_id"))
    except (ValueError, TypeError, AttributeError):
        return None
    return datetime.fromtimestamp((id_.int >> 80) / 1000, UTC) if id_.version == UUID_BY_TIME else None
