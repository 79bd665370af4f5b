"""The digests as they lie outside: read, checked against each other, and asked what they name."""

import sqlite3
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from shared.audit.chain import Covered, Named
from shared.audit.digest import Digest, UnreadableDigest, read_digest
from shared.audit.finding import Fault, Finding
from shared.audit.keys import PublicKeys
from shared.store.history import GENESIS

_TABLES = """
CREATE TABLE digests (agency TEXT, number INTEGER, hash TEXT, before TEXT, covers_to TEXT,
                      PRIMARY KEY (agency, number)) WITHOUT ROWID;
CREATE TABLE heads (kind TEXT, id TEXT, agency TEXT, version INTEGER, hash TEXT, digest INTEGER,
                    seen INTEGER DEFAULT 0);
CREATE INDEX of_document ON heads (kind, id);
"""


class Archive:
    """A service's digests in a folder: every `*.jsonl` below it, a line for each, an agency's in their order.

    What they name is kept in a temporary file, not in memory: they name every document there ever was.
    """

    def __init__(self, folder: Path, service: str, keys: PublicKeys) -> None:
        self._folder, self._service, self._keys = folder, service, keys
        self._kept = sqlite3.connect("")
        self._kept.executescript(_TABLES)
        self._damaged: set[str] = set()

    def close(self) -> None:
        """The temporary file is gone."""
        self._kept.close()

    def read(self) -> Iterator[Finding]:
        """Take all of them in; what is wrong with them, file by file, then chain by chain."""
        own = self._folder / self._service
        for file in sorted((own if own.is_dir() else self._folder).rglob("*.jsonl")):
            yield from self._read(file)
        yield from self._chains()

    def lacks(self, agency_id: str, number: int) -> Iterator[Finding]:
        """What is missing at the end of an agency's, of which the service has sent this many."""
        for one in range(self._last(agency_id) + 1, number + 1):
            yield self._damage(agency_id, Fault.DIGEST_MISSING, one)

    def count(self) -> int:
        """How many digests there are."""
        return self._kept.execute("SELECT count(*) FROM digests").fetchone()[0]

    def kinds(self) -> set[str]:
        """Collections of documents that they name."""
        return {kind for (kind,) in self._kept.execute("SELECT DISTINCT kind FROM heads")}

    def covered(self) -> dict[str, Covered]:
        """Until when each agency's changes are all named; not of those whose digests are damaged."""
        found = self._kept.execute(
            "SELECT agency, max(covers_to), max(number) FROM digests"
            " WHERE covers_to IS NOT NULL GROUP BY agency"
        )
        return {
            agency: Covered(datetime.fromisoformat(to), number)
            for agency, to, number in found
            if agency not in self._damaged
        }

    def named(self, kind: str, id_: str) -> Sequence[Named]:
        """What they say of a document, which by this is seen."""
        self._kept.execute("UPDATE heads SET seen = 1 WHERE kind = ? AND id = ?", (kind, id_))
        found = self._kept.execute(
            "SELECT agency, version, hash, digest FROM heads WHERE kind = ? AND id = ?", (kind, id_)
        )
        return [Named(*one) for one in found]

    def never_seen(self) -> Iterator[Finding]:
        """Documents that they name and nobody asked of: they are there no more."""
        found = self._kept.execute(
            "SELECT agency, kind, id, max(version), max(digest) FROM heads WHERE seen = 0 GROUP BY kind, id"
        )
        for agency, kind, id_, version, digest in found:
            yield Finding(
                fault=Fault.REMOVED, agency_id=agency, kind=kind, id=id_, entry=version, digest=digest
            )

    def _read(self, file: Path) -> Iterator[Finding]:
        newest: dict[str, int] = {}
        for at, line in _lines(file):
            try:
                digest = read_digest(line, self._keys)
            except UnreadableDigest:
                yield Finding(fault=Fault.DIGEST_FORGED, place=f"{file.name}:{at}")
                continue
            if digest.service == self._service:
                yield from self._take(digest, newest, f"{file.name}:{at}")

    def _take(self, digest: Digest, newest: dict[str, int], place: str) -> Iterator[Finding]:
        agency, number, hash_ = digest.agency_id, digest.number, digest.hash()
        known = self._kept.execute(
            "SELECT hash FROM digests WHERE agency = ? AND number = ?", (agency, number)
        ).fetchone()
        if known is not None:
            if known[0] != hash_:  # both are signed: whoever has the key tells two stories
                self._damaged.add(agency)
                yield Finding(fault=Fault.DIGEST_FORGED, agency_id=agency, digest=number, place=place)
            return
        if number < newest.get(agency, 0):
            yield Finding(fault=Fault.DIGEST_OUT_OF_ORDER, agency_id=agency, digest=number)
        newest[agency] = max(number, newest.get(agency, 0))
        covers_to = None if digest.covers_to is None else digest.covers_to.astimezone(UTC).isoformat()
        self._kept.execute(
            "INSERT INTO digests VALUES (?, ?, ?, ?, ?)", (agency, number, hash_, digest.before, covers_to)
        )
        self._kept.executemany(
            "INSERT INTO heads (kind, id, agency, version, hash, digest) VALUES (?, ?, ?, ?, ?, ?)",
            [(head.kind, head.id, agency, head.version, head.hash, number) for head in digest.heads],
        )

    def _chains(self) -> Iterator[Finding]:
        agency, number, hash_ = "", 0, GENESIS
        for found in self._kept.execute(
            "SELECT agency, number, hash, before FROM digests ORDER BY agency, number"
        ):
            if found[0] != agency:
                agency, number, hash_ = found[0], 0, GENESIS
            for missing in range(number + 1, found[1]):
                yield self._damage(agency, Fault.DIGEST_MISSING, missing)
            if found[1] == number + 1 and found[3] != hash_:
                yield self._damage(agency, Fault.DIGEST_TORN_OFF, found[1])
            number, hash_ = found[1], found[2]

    def _damage(self, agency_id: str, fault: Fault, number: int) -> Finding:
        self._damaged.add(agency_id)
        return Finding(fault=fault, agency_id=agency_id, digest=number)

    def _last(self, agency_id: str) -> int:
        [last] = self._kept.execute(
            "SELECT max(number) FROM digests WHERE agency = ?", (agency_id,)
        ).fetchone()
        return last or 0


def _lines(file: Path) -> Iterator[tuple[int, bytes]]:
    """Each with its number. One torn by a full disk or a power cut is left out: the next is the whole of it.

    So is a last one without its end: it is being written.
    """
    at, before, ended = 0, b"", True
    with file.open("rb") as lines:
        for at, line in enumerate(lines, start=1):
            if not line.startswith(before):
                yield at - 1, before
            before, ended = line.rstrip(b"\n"), line.endswith(b"\n")
    if before and ended:
        yield at, before
