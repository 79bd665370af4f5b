"""Lets one relay of a service work at a time."""

import asyncio
import contextlib
from typing import Any, Protocol

from pymongo import WriteConcern
from pymongo.asynchronous.collection import AsyncCollection
from pymongo.errors import DuplicateKeyError

Document = dict[str, Any]


class Lease(Protocol):
    """Saves effort only: two relays at once would send what consumers drop."""

    @property
    def held(self) -> bool: ...
    async def take(self) -> bool: ...
    async def release(self) -> None: ...


class MongoLease:
    """A lease on the server's clock: no replica's clock matters."""

    def __init__(
        self, collection: AsyncCollection[Document], name: str, owner: str, *, ttl_ms: int = 6000
    ) -> None:
        self._collection = collection.with_options(write_concern=WriteConcern("majority"))
        self._name, self._owner, self._ttl_ms = name, owner, ttl_ms
        self._held_until = 0.0

    @property
    def held(self) -> bool:
        """Whether it is ours, counted from before we asked."""
        return asyncio.get_running_loop().time() < self._held_until

    async def take(self) -> bool:
        """Take or renew it."""
        asked_at = asyncio.get_running_loop().time()
        with contextlib.suppress(DuplicateKeyError):
            # `$expr` isn't allowed in an upsert: the document is there first.
            nobody: Document = {"_id": self._name, "owner": None, "expires_at": None}
            await self._collection.insert_one(nobody)
        ours_or_over = [
            {"owner": {"$in": [self._owner, None]}},
            {"$expr": {"$lt": ["$expires_at", "$$NOW"]}},
        ]
        until = {"$add": ["$$NOW", self._ttl_ms]}
        took = await self._collection.update_one(
            {"_id": self._name, "$or": ours_or_over},
            [{"$set": {"owner": self._owner, "expires_at": until}}],
        )
        if took.matched_count:
            self._held_until = asked_at + self._ttl_ms / 1000
        return bool(took.matched_count)

    async def release(self) -> None:
        """Give it back at once: a relay that ends keeps no other waiting."""
        self._held_until = 0.0
        ours = {"_id": self._name, "owner": self._owner}
        await self._collection.update_one(ours, {"$set": {"owner": None}})
