"""Whom a broadcast is for: written down before the first message, so that nothing is told twice."""

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from pymongo import ASCENDING, WriteConcern
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import BulkWriteError
from pymongo.read_concern import ReadConcern

from services.notifications.domain.recipient import TOLD, Laid, Recipient
from shared.events.contacts import ContactKind
from shared.keys.storage import keys_database
from shared.store.codec import BSON_OPTIONS
from shared.store.faults import only_duplicates

Document = dict[str, Any]
AT_ONCE = 100
"""Looked for in others at once: whoever waits for a single message waits for one such at the most."""


class Recipients:
    """Beside the keys of persons, for it holds by what a number is found: that goes with the key."""

    def __init__(self, database: AsyncDatabase[Document]) -> None:
        self._rows = keys_database(database).get_collection(
            "recipients",
            BSON_OPTIONS,
            write_concern=WriteConcern("majority", j=True),
            read_concern=ReadConcern("majority"),
        )
        self._quickly = self._rows.with_options(write_concern=WriteConcern(1, j=False))

    async def make_indexes(self) -> None:
        """One for what waits, one for people in common, one for who is forgotten, and the end of all."""
        await self._rows.create_index([("broadcast_id", 1), ("laid", 1), ("_id", 1)])
        await self._rows.create_index([("broadcast_id", 1), ("known_by", 1)])
        await self._rows.create_index([("broadcast_id", 1), ("message_id", 1)])
        await self._rows.create_index("contact_id", sparse=True)
        await self._rows.create_index("until", expireAfterSeconds=0)

    async def write(self, broadcast_id: str, people: Sequence[Recipient], until: datetime) -> None:
        """Each once; who is written down already stays as they are. It isn't waited for until they are safe:
        `are_safe` tells that.
        """
        rows = [
            {
                "_id": _id(broadcast_id, one.known_by[0]),
                "broadcast_id": broadcast_id,
                "known_by": list(one.known_by),
                "contact_id": one.contact_id,
                "kind": one.kind.value,
                "member_id": one.member_id,
                "post_id": one.post_id,
                "message_id": one.message_id(broadcast_id),
                "laid": Laid.WAITING.value,
                "until": until,
            }
            for one in people
        ]
        if not rows:
            return
        try:
            await self._quickly.insert_many(rows, ordered=False)
        except BulkWriteError as error:
            if not only_duplicates(error):
                raise

    async def are_safe(self, broadcast_id: str, known_by: Collection[str]) -> bool:
        """Whether a majority has all of these on disk."""
        ids = [_id(broadcast_id, key) for key in known_by]
        return await self._rows.count_documents({"_id": {"$in": ids}}) == len(ids)

    async def waiting(self, broadcast_id: str, limit: int) -> Sequence[Recipient]:
        """The next that nothing was laid out for."""
        query = {"broadcast_id": broadcast_id, "laid": Laid.WAITING.value}
        found = await self._rows.find(query).sort("_id", ASCENDING).limit(limit).to_list()
        return [_recipient(one) for one in found]

    async def mark(self, ids: Collection[str], laid: Laid) -> None:
        """What became of some that waited."""
        if ids:
            query = {"_id": {"$in": [*ids]}, "laid": Laid.WAITING.value}
            await self._rows.update_many(query, {"$set": {"laid": laid.value}})

    async def mark_all(self, broadcast_id: str, laid: Laid) -> None:
        """What became of all that still wait."""
        query = {"broadcast_id": broadcast_id, "laid": Laid.WAITING.value}
        await self._rows.update_many(query, {"$set": {"laid": laid.value}})

    async def take_back(self, broadcast_id: str, contact_ids: Collection[str]) -> None:
        """They were laid out, and nothing left."""
        query = {
            "broadcast_id": broadcast_id,
            "contact_id": {"$in": [*contact_ids]},
            "laid": Laid.OUT.value,
        }
        await self._rows.update_many(query, {"$set": {"laid": Laid.TAKEN_BACK.value}})

    async def counts(self, broadcast_id: str) -> Mapping[Laid, int]:
        """How many stand where."""
        grouped = [
            {"$match": {"broadcast_id": broadcast_id}},
            {"$group": {"_id": "$laid", "count": {"$sum": 1}}},
        ]
        return {Laid(one["_id"]): one["count"] async for one in await self._rows.aggregate(grouped)}

    async def page(self, broadcast_id: str, after: str | None, limit: int) -> Sequence[Recipient]:
        """Some of them by their message's id, behind one of these."""
        beyond = {} if after is None else {"message_id": {"$gt": after}}
        query = {"broadcast_id": broadcast_id, **beyond}
        found = await self._rows.find(query).sort("message_id", ASCENDING).limit(limit).to_list()
        return [_recipient(one) for one in found]

    async def in_common(
        self, broadcast_id: str, others: Collection[str]
    ) -> AsyncIterator[Mapping[str, Collection[str]]]:
        """Who of a broadcast's people is told by others too: in pages, each row's id with the others'."""
        after: str | None = "" if others else None
        while after is not None:
            query = {"broadcast_id": broadcast_id, "_id": {"$gt": after}}
            mine = await self._rows.find(query, {"known_by": 1}).sort("_id", 1).limit(AT_ONCE).to_list()
            told = await self._told([key for one in mine for key in one["known_by"]], others)
            by = {one["_id"]: {id_ for key in one["known_by"] for id_ in told.get(key, ())} for one in mine}
            yield {row: ids for row, ids in by.items() if ids}
            after = mine[-1]["_id"] if len(mine) == AT_ONCE else None

    async def forget(self, contact_ids: Collection[str]) -> None:
        """They are erased: by what they were known goes too."""
        await self._rows.delete_many({"contact_id": {"$in": [*contact_ids]}})

    async def _told(self, keys: Collection[str], others: Collection[str]) -> Mapping[str, set[str]]:
        query = {
            "broadcast_id": {"$in": [*others]},
            "known_by": {"$in": [*keys]},
            "laid": {"$in": [one.value for one in TOLD]},
        }
        told: dict[str, set[str]] = {}
        async for one in self._rows.find(query, {"broadcast_id": 1, "known_by": 1}):
            for key in one["known_by"]:
                told.setdefault(key, set()).add(one["broadcast_id"])
        return told


def _id(broadcast_id: str, known_by: str) -> str:
    return f"{broadcast_id}:{known_by}"


def _recipient(one: Document) -> Recipient:
    return Recipient(
        id=one["_id"],
        known_by=tuple(one["known_by"]),
        contact_id=one["contact_id"],
        kind=ContactKind(one["kind"]),
        member_id=one["member_id"],
        post_id=one["post_id"],
        laid=Laid(one["laid"]),
    )
