"""Whose a number is, beside the keys of persons: what it is found by goes with the key."""

from collections.abc import Collection, Mapping
from typing import Any

from pymongo import UpdateOne
from pymongo.asynchronous.database import AsyncDatabase

from shared.keys.storage import keys_database

Document = dict[str, Any]
COLLECTION = "numbers"


class Numbers:
    """Keyed hashes of numbers, one for each contact that has come."""

    def __init__(self, database: AsyncDatabase[Document]) -> None:
        self._numbers = keys_database(database)[COLLECTION]

    async def make_indexes(self) -> None:
        """One to find a number's contacts by."""
        await self._numbers.create_index([("number_hash", 1), ("agency_id", 1)])

    async def known(self, contact_ids: Collection[str]) -> Mapping[str, tuple[str, str]]:
        """Agency and hash of those of these contacts that are kept."""
        found = self._numbers.find({"_id": {"$in": [*contact_ids]}})
        return {one["_id"]: (one["agency_id"], one["number_hash"]) async for one in found}

    async def keep(self, hashes: Mapping[str, tuple[str, str]]) -> None:
        """Agency and hash by contact. The same again changes nothing."""
        writes = [
            UpdateOne({"_id": id_}, {"$set": {"agency_id": agency, "number_hash": number}}, upsert=True)
            for id_, (agency, number) in hashes.items()
        ]
        if writes:
            await self._numbers.bulk_write(writes, ordered=False)

    async def drop(self, contact_ids: Collection[str]) -> None:
        """They are forgotten."""
        await self._numbers.delete_many({"_id": {"$in": [*contact_ids]}})

    async def contacts_of(self, number_hash: str, agency_id: str | None = None) -> Mapping[str, str]:
        """The contacts of a number, each with its agency; of one agency where one is given."""
        query = {"number_hash": number_hash, **({} if agency_id is None else {"agency_id": agency_id})}
        return {one["_id"]: one["agency_id"] async for one in self._numbers.find(query)}
