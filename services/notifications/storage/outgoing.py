"""The questions asked of a broadcast's messages together."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from pymongo.asynchronous.database import AsyncDatabase

from services.notifications.domain.status import OPEN, WAITING, Reason, Status

Document = dict[str, Any]
ON_ITS_OWN = [Reason.NO_CONTACT_YET.value, Reason.CANNOT_BE_OPENED.value]
"""Held for what only this one person's message lacks."""


class Outgoing:
    """Reads the messages, and changes none."""

    def __init__(self, database: AsyncDatabase[Document]) -> None:
        self._messages = database["messages"]

    async def make_indexes(self) -> None:
        """A broadcast's by where they stand."""
        await self._messages.create_index(
            [("state.broadcast_id", 1), ("state.status", 1)],
            partialFilterExpression={"state.broadcast_id": {"$type": "string"}},
        )

    async def ahead(self, broadcast_id: str) -> int:
        """How many are queued that nobody has begun to send, and nothing keeps but the others' turn."""
        return await self._messages.count_documents(
            {**_of(broadcast_id, WAITING), "state.reason": {"$nin": ON_ITS_OWN}}
        )

    async def is_any_open(self, broadcast_id: str) -> bool:
        """Whether any may still leave."""
        query = {**_of(broadcast_id, OPEN), "state.reason": {"$ne": Reason.IN_DOUBT.value}}
        return await self._messages.find_one(query, {"_id": 1}) is not None

    async def unsent(self, broadcast_id: str, limit: int) -> Mapping[str, str | None]:
        """Some of those that nobody has begun to send, with whom each is for."""
        found = self._messages.find(_of(broadcast_id, WAITING), {"state.contact_id": 1}).limit(limit)
        return {one["_id"]: one["state"]["contact_id"] async for one in found}

    async def counts(self, broadcast_id: str) -> Mapping[Status, int]:
        """How many stand where."""
        grouped = [
            {"$match": {"state.broadcast_id": {"$eq": broadcast_id, "$type": "string"}}},
            {"$group": {"_id": "$state.status", "count": {"$sum": 1}}},
        ]
        return {Status(one["_id"]): one["count"] async for one in await self._messages.aggregate(grouped)}

    async def states(self, ids: Collection[str]) -> Mapping[str, Document]:
        """Status, its time and reason of each of these."""
        fields = {"state.status": 1, "state.status_at": 1, "state.reason": 1}
        found = self._messages.find({"_id": {"$in": [*ids]}}, fields)
        return {one["_id"]: one["state"] async for one in found}


def _of(broadcast_id: str, statuses: Collection[Status]) -> Document:
    standing: Sequence[str] = [one.value for one in statuses]
    return {
        "state.broadcast_id": {"$eq": broadcast_id, "$type": "string"},
        "state.status": {"$in": standing},
    }
