"""A system that may file complaints over Open311."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Self

from shared.events.directory import PROVINCE


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """Of an agency, for itself; of the province, for all. Of its key only a hash is kept."""

    id: str
    agency_id: str
    name: str
    key_hash: str
    made_at: datetime
    withdrawn_at: datetime | None = None

    def withdraw(self, now: datetime) -> Self:
        """It files no more; withdrawn twice is withdrawn once."""
        return self if self.withdrawn_at is not None else replace(self, withdrawn_at=now)

    def may_file_at(self, agency_id: str) -> bool:
        """Whether it files at this agency."""
        return self.withdrawn_at is None and self.agency_id in (agency_id, PROVINCE)
