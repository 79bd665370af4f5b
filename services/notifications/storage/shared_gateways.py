"""What the workers share of gateways: a document each, changed by whoever saw its newest version."""

import contextlib
from collections.abc import Collection, Mapping
from typing import Any

from pymongo import WriteConcern
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import DuplicateKeyError
from pymongo.read_preferences import ReadPreference

from services.notifications.domain.shared_gateway import Seen, SharedGateway
from shared.store.codec import BSON_OPTIONS, Codec

Document = dict[str, Any]
READ = {"state": 1, "version": 1, "now": "$$NOW"}


class SharedGateways:
    """By name."""

    def __init__(self, database: AsyncDatabase[Document]) -> None:
        self._gateways = database.get_collection(
            "gateways", BSON_OPTIONS, ReadPreference.PRIMARY, WriteConcern("majority")
        )
        self._codec = Codec(SharedGateway)

    async def of(self, names: Collection[str]) -> Mapping[str, Seen]:
        """As they stand, in one question; one that nobody shared yet has nothing in it."""
        found = await self._found(names)
        missing = [name for name in names if name not in found]
        for name in missing:
            fresh: Document = {"_id": name, "version": 0, "state": self._codec.document(SharedGateway())}
            with contextlib.suppress(DuplicateKeyError):
                await self._gateways.insert_one(fresh)
        return {**found, **await self._found(missing)} if missing else found

    async def save(self, seen: Seen, state: SharedGateway) -> bool:
        """False where somebody changed it meanwhile."""
        done = await self._gateways.update_one(
            {"_id": seen.name, "version": seen.version},
            {"$set": {"state": self._codec.document(state), "version": seen.version + 1}},
        )
        return bool(done.matched_count)

    async def _found(self, names: Collection[str]) -> Mapping[str, Seen]:
        return {
            one["_id"]: Seen(
                name=one["_id"],
                state=self._codec.value(one["state"]),
                version=one["version"],
                now=one["now"],
            )
            async for one in self._gateways.find({"_id": {"$in": [*names]}}, READ)
        }
