"""Broadcasts, and what an agency let go lately."""

from datetime import datetime, timedelta
from typing import Any

from pymongo import WriteConcern
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import DuplicateKeyError
from pymongo.read_concern import ReadConcern
from typing_extensions import override

from services.notifications.domain.broadcast import Broadcast
from services.notifications.domain.occasion import Passed, Register
from shared.store.codec import BSON_OPTIONS
from shared.store.repository import Repository

Document = dict[str, Any]
REMEMBERED = timedelta(days=31)
"""Longer than any window."""


class Broadcasts(Repository[Broadcast]):
    """The broadcasts."""

    def __init__(self, database: AsyncDatabase[Document]) -> None:
        super().__init__(database, "broadcasts", Broadcast)

    @override
    async def make_indexes(self) -> None:
        """One for the clock, one for the list."""
        await super().make_indexes()
        await self.index_clocks("work_at")
        await self.collection.create_index([("agency_id", 1), ("state.made_at", -1), ("_id", -1)])


class Occasions:
    """For each agency what it let go lately: a document, so that of two at the same instant one sees the
    other.
    """

    def __init__(self, database: AsyncDatabase[Document]) -> None:
        self._registers = database.get_collection(
            "occasions",
            BSON_OPTIONS,
            write_concern=WriteConcern("majority", j=True),
            read_concern=ReadConcern("majority"),
        )

    async def of(self, agency_id: str) -> Register:
        """As it stands now."""
        found = await self._registers.find_one({"_id": agency_id})
        passed = [
            Passed(broadcast_id=one["id"], keys=frozenset(one["keys"]), at=one["at"])
            for one in (found or {}).get("passed", [])
        ]
        return Register(agency_id=agency_id, version=found["version"] if found else 0, passed=tuple(passed))

    async def let_go(self, seen: Register, one: Passed, now: datetime) -> bool:
        """Add a broadcast to the register as it was seen; False where it is another by now."""
        kept = [*(old for old in seen.passed if old.at > now - REMEMBERED), one]
        fields = {
            "version": seen.version + 1,
            "passed": [{"id": each.broadcast_id, "keys": sorted(each.keys), "at": each.at} for each in kept],
        }
        try:
            if seen.version == 0:
                await self._registers.insert_one({"_id": seen.agency_id, **fields})
                return True
        except DuplicateKeyError:
            return False
        done = await self._registers.update_one(
            {"_id": seen.agency_id, "version": seen.version}, {"$set": fields}
        )
        return done.matched_count > 0
