"""What is asked of the messages of other systems, and what was said just now."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from pymongo import UpdateOne, WriteConcern
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import BulkWriteError

from services.notifications.domain.message import Message
from shared.store.codec import BSON_OPTIONS
from shared.store.faults import only_duplicates
from shared.store.repository import Repository

Document = dict[str, Any]
KEPT = timedelta(days=3)
"""Real time: longer than any time within which the same text is one message."""
OF_SYSTEMS = {"state.asked.client_ids": {"$type": "string"}}


class AskedMessages:
    """Beside the messages: the newest message of each text to a person."""

    def __init__(self, database: AsyncDatabase[Document], messages: Repository[Message]) -> None:
        durable = WriteConcern("majority", j=True)
        self._messages = messages
        self._said = database.get_collection("said_just_now", BSON_OPTIONS, write_concern=durable)

    async def make_indexes(self) -> None:
        """One for the systems' own ids, one for a person's messages; what is over goes by itself."""
        messages = self._messages.collection
        await messages.create_index(
            "state.asked.localids", partialFilterExpression={"state.asked.localids": {"$type": "string"}}
        )
        await messages.create_index(
            [("state.contact_id", 1), ("state.queued_at", -1)], partialFilterExpression=OF_SYSTEMS
        )
        await self._said.create_index("made_at", expireAfterSeconds=int(KEPT.total_seconds()))

    async def of_localids(self, localids: Collection[str]) -> Sequence[Message]:
        """The messages that systems know under these ids."""
        if not localids:
            return []
        return await self._messages.all_of({"state.asked.localids": {"$in": [*localids], "$type": "string"}})

    async def with_ids(self, ids: Collection[str]) -> Sequence[Message]:
        """Those of these that there are."""
        return await self._messages.all_of({"_id": {"$in": [*ids]}}) if ids else []

    async def needs(self, contact_id: str) -> datetime | None:
        """When the last message of other systems to a person was queued, was or is to go; None for never."""
        times = ["$state.queued_at", "$state.asked.at", "$state.send_at"]
        last = await self._messages.collection.aggregate(
            [
                {"$match": {"state.contact_id": contact_id, **OF_SYSTEMS}},
                {"$group": {"_id": None, "at": {"$max": {"$max": times}}}},
            ]
        )
        found = await last.to_list()
        return found[0]["at"] if found else None

    async def say(
        self, texts: Mapping[str, str], *, until: datetime, now: datetime, real_now: datetime
    ) -> Mapping[str, str]:
        """By each text's hash the id of its message: the one given, unless another was named just now."""
        claims = [
            UpdateOne(
                {"_id": text, "until": {"$lte": now}},
                {"$set": {"message_id": id_, "until": until, "made_at": real_now}},
                upsert=True,
            )
            for text, id_ in texts.items()
        ]
        if not claims:
            return {}
        try:
            await self._said.bulk_write(claims, ordered=False)
        except BulkWriteError as error:
            if not only_duplicates(error):
                raise
        found = self._said.find({"_id": {"$in": [*texts]}}, {"message_id": 1})
        return {one["_id"]: one["message_id"] async for one in found}

    async def say_instead(
        self, text: str, *, before: str, id_: str, until: datetime, real_now: datetime
    ) -> str:
        """The id of a text's message where the one before came to nothing: this, or what another named."""
        named = {"message_id": id_, "until": until, "made_at": real_now}
        await self._said.update_one({"_id": text, "message_id": before}, {"$set": named})
        found = await self._said.find_one({"_id": text}, {"message_id": 1})
        return id_ if found is None else found["message_id"]
