"""What may be used of something in an hour or a day: by an agency, by all, for one number."""

from contextlib import suppress
from datetime import datetime
from typing import Any

from pymongo import WriteConcern
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import DuplicateKeyError

from shared.store.codec import BSON_OPTIONS

Document = dict[str, Any]


class Allowances:
    """Counts that never go over their limit, however many take at once."""

    def __init__(self, database: AsyncDatabase[Document]) -> None:
        durable = WriteConcern("majority", j=True)
        self._used = database.get_collection("allowances", BSON_OPTIONS, write_concern=durable)

    async def make_indexes(self) -> None:
        """By it MongoDB itself lets go what is over."""
        await self._used.create_index("over_at", expireAfterSeconds=0)

    async def take(self, key: str, amount: int, *, most: int, over_at: datetime) -> bool:
        """Take so much, if with it no more than `most` is used. Kept until `over_at` at the least."""
        if amount > most:
            return False
        room = {"_id": key, "used": {"$lte": most - amount}}
        return await self._take(room, {"$inc": {"used": amount}}, over_at)

    async def take_once(self, key: str, id_: str, *, most: int, over_at: datetime) -> bool:
        """Take one of `most` for what has this id: asked again, it has it already."""
        if most < 1:
            return False
        room = {"_id": key, "$or": [{"ids": id_}, {f"ids.{most - 1}": {"$exists": False}}]}
        return await self._take(room, {"$addToSet": {"ids": id_}}, over_at)

    async def take_half(self, key: str, amount: int, by: str, *, most: int, over_at: datetime) -> bool:
        """Take so much, if with it `by` has at most half of what the rest left, rounded up."""
        with suppress(DuplicateKeyError):
            there = {"$setOnInsert": {"used": 0, "over_at": over_at}}
            await self._used.update_one({"_id": key}, there, upsert=True)
        own = {"$ifNull": [f"$by.{by}", 0]}
        room = {"$expr": {"$lte": [{"$add": ["$used", own]}, most + 1 - 2 * amount]}}
        more = {"$inc": {"used": amount, f"by.{by}": amount}}
        return (await self._used.update_one({"_id": key, **room}, more)).matched_count == 1

    async def give_back(self, key: str, amount: int, by: str | None = None) -> None:
        """It was not used after all."""
        own = {} if by is None else {f"by.{by}": -amount}
        await self._used.update_one({"_id": key}, {"$inc": {"used": -amount, **own}})

    async def used(self, key: str) -> int:
        """How much was taken."""
        found = await self._used.find_one({"_id": key})
        return 0 if found is None else found["used"]

    async def _take(self, room: Document, more: Document, over_at: datetime) -> bool:
        try:
            await self._used.update_one(room, {**more, "$setOnInsert": {"over_at": over_at}}, upsert=True)
        except DuplicateKeyError:
            # It is there: with no room for this, or since another took the first at this moment.
            return (await self._used.update_one(room, more)).matched_count == 1
        return True
