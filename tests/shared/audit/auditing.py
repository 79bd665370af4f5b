"""A service's digests made, sent to a folder and checked, hour by hour, by hand."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from pymongo.asynchronous.collection import AsyncCollection
from pymongo.asynchronous.database import AsyncDatabase

from shared.audit.digest import Digest, read_digest
from shared.audit.finding import Fault, Finding
from shared.audit.keys import AuditKey, PublicKeys
from shared.audit.ledger import Ledger
from shared.audit.outside import Folder, Outside
from shared.audit.verify import Seen, verify
from shared.audit.work import DigestWork
from shared.identity import new_id
from shared.outbox.lease import MongoLease
from tests.serving import SetClock

Document = dict[str, Any]
SERVICE = "errands"


@dataclass(slots=True, kw_only=True)
class Audit:
    """The auditor's side of a database of one service."""

    database: AsyncDatabase[Document]
    folder: Path
    documents: Sequence[AsyncCollection[Document]]
    service: str = SERVICE
    heads_max: int = 2000
    key: AuditKey = field(default_factory=AuditKey.new)
    clock: SetClock = field(default_factory=SetClock)

    @property
    def keys(self) -> PublicKeys:
        """What the auditor trusts."""
        return PublicKeys.from_pem(self.key.public_pem().encode())

    def ledger(self) -> Ledger:
        return Ledger(self.database, self.service, self.documents, heads_max=self.heads_max)

    def worker(self, places: Mapping[str, Outside] | None = None) -> DigestWork:
        """Another process that makes and sends digests."""
        lease = MongoLease(self.database["leases"], "digests", new_id())
        kept = {"file": Folder(self.folder)} if places is None else places
        return DigestWork(self.ledger(), self.key, kept, self.clock, lease, every_s=0.05)

    async def strike(self, worker: DigestWork | None = None) -> None:
        """The next hour comes, and its digests."""
        self.clock.forward(hours=1)
        await self.ledger().make_indexes()
        await (worker or self.worker()).round()

    async def findings(self, seen: Seen | None = None, *, keys: PublicKeys | None = None) -> list[Finding]:
        """All that the auditor finds."""
        trusted = keys or self.keys
        told = verify(self.database, self.service, self.folder, trusted, seen or Seen())
        return [finding async for finding in told]

    async def found(self) -> list[tuple[Fault, str | None, int | None]]:
        """The same, shorter: what, of which document, of which entry."""
        return [(one.fault, one.id, one.entry) for one in await self.findings()]

    def lines(self, agency_id: str = "water") -> list[bytes]:
        """What lies outside."""
        file = self.file(agency_id)
        return file.read_bytes().splitlines(keepends=True) if file.exists() else []

    def digests(self, agency_id: str = "water") -> list[Digest]:
        """The same, read."""
        return [read_digest(line, self.keys) for line in self.lines(agency_id)]

    def file(self, agency_id: str = "water") -> Path:
        return self.folder / self.service / f"{agency_id}.jsonl"

    def write(self, lines: Sequence[bytes], agency_id: str = "water") -> None:
        """As whoever can reach the place outside would."""
        self.file(agency_id).write_bytes(b"".join(lines))


LONG_AGO = timedelta(minutes=6)
"""Longer than a write may take to be seen."""
