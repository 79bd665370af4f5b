"""Messages, and what is asked of them."""

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from pymongo.asynchronous.database import AsyncDatabase
from typing_extensions import override

from services.notifications.domain.lane import Lane
from services.notifications.domain.merging import Told
from services.notifications.domain.message import FOR_A_GATEWAY, Message
from services.notifications.domain.status import OPEN, Reason, Status
from services.notifications.domain.usage import Used
from shared import retention
from shared.store.repository import PAGE_MAX, Repository, Saved

Document = dict[str, Any]
BROADCAST_PAGE = 40
"""Read at once: whoever waits for a single message waits for such a page at the most."""


class Messages(Repository[Message]):
    """Messages, and the questions that sending them asks."""

    def __init__(self, database: AsyncDatabase[Document]) -> None:
        super().__init__(database, "messages", Message)

    @override
    async def make_indexes(self) -> None:
        """One for each clock, for a case's messages, a contact's held ones, each list and receipts."""
        await super().make_indexes()
        await self.index_clocks("ask_at")
        await self.collection.create_index(
            [("state.lane", 1), ("state.send_at", 1), ("_id", 1)],
            partialFilterExpression={"state.send_at": {"$type": "date"}},
        )
        await self.collection.create_index([("state.cause.subject", 1), ("state.cause.sequence", 1)])
        held = {"state.status": Status.HELD.value}
        await self.collection.create_index("state.contact_id", partialFilterExpression=held)
        newest = [("state.queued_at", -1), ("_id", -1)]
        await self.collection.create_index([("agency_id", 1), *newest])
        await self.collection.create_index([("agency_id", 1), ("state.status", 1), *newest])
        named = {"state.gateway_id": {"$type": "string"}}
        await self.collection.create_index(
            [("state.gateway_id", 1), ("state.gateway", 1)], partialFilterExpression=named
        )
        await retention.make_index(self.collection, "queued_at")

    async def ready(self, now: datetime, lane: Lane) -> AsyncIterator[Sequence[Saved[Message]]]:
        """Pages of what a lane may try now, oldest first: of each case only the first that is still open."""
        after: str | None = None
        while True:
            size = BROADCAST_PAGE if lane is Lane.BROADCAST else PAGE_MAX
            page = await self.page(None, where=_due(now, lane), by="state.send_at", after=after, limit=size)
            first = await self._first_open({saved.state.cause.subject for saved in page.items})
            yield [
                saved
                for saved in page.items
                if saved.state.cause.sequence == first.get(saved.state.cause.subject)
            ]
            after = page.next
            if after is None:
                return

    async def usage(self, agency_id: str, since: datetime, until: datetime) -> Sequence[Used]:
        """What was handed to gateways of what an agency queued in this time."""
        handed = {
            "agency_id": agency_id,
            "state.queued_at": {"$gte": since, "$lt": until},
            "state.claims": {"$gt": 0},
        }
        summed: Document = {
            "_id": {"lane": "$state.lane", "gateway": "$state.gateway"},
            "messages": {"$sum": 1},
            "parts": {"$sum": "$state.parts"},
            "cost": {"$sum": "$state.cost"},
        }
        found = await self.collection.aggregate(
            [{"$match": handed}, {"$group": summed}, {"$sort": {"_id": 1}}]
        )
        return [
            Used(
                lane=one["_id"].get("lane") or Lane.STATUS.value,
                gateway=one["_id"]["gateway"],
                messages=one["messages"],
                parts=one["parts"],
                cost=one["cost"],
            )
            async for one in found
        ]

    async def held_for(self, contact_ids: Collection[str]) -> Sequence[str]:
        """Ids of the messages held for these contacts."""
        query = {"state.status": Status.HELD.value, "state.contact_id": {"$in": [*contact_ids]}}
        return [found["_id"] async for found in self.collection.find(query, {"_id": 1})]

    async def waiting_for_gateways(self, lane: Lane, since: datetime, limit: int) -> Sequence[str]:
        """Ids of some that would be tried only later, for no gateway was there when they were looked at last,
        then or before.
        """
        query = {
            **_of(lane),
            "state.send_at": {"$gt": since, "$type": "date"},
            "state.status_at": {"$lte": since},
            "state.reason": {"$in": [*FOR_A_GATEWAY]},
        }
        return [found["_id"] async for found in self.collection.find(query, {"_id": 1}).limit(limit)]

    async def known_as(self, gateway: str, gateway_id: str) -> str | None:
        """The newest message that a gateway has under its own id: some count anew after a while."""
        query = {"state.gateway_id": {"$eq": gateway_id, "$type": "string"}, "state.gateway": gateway}
        newest = self.collection.find(query, {"_id": 1}).sort("state.queued_at", -1)
        found = await newest.limit(1).to_list()
        return found[0]["_id"] if found else None

    async def of_case(self, subject: str) -> Sequence[Told]:
        """All that a case's citizen was told of it, or is going to be."""
        fields = {"state.cause": 1, "state.template": 1, "state.status": 1}
        found = self.collection.find({"state.cause.subject": subject}, fields)
        return [_told(one["_id"], one["state"]) async for one in found]

    async def _first_open(self, subjects: Collection[str]) -> Mapping[str, int]:
        """The sequence of each case's first open message."""
        query = {
            "state.cause.subject": {"$in": [*subjects]},
            "state.status": {"$in": [status.value for status in OPEN]},
            "state.reason": {"$ne": Reason.IN_DOUBT.value},
        }
        first: dict[str, int] = {}
        if not subjects:
            return first
        async for found in self.collection.find(query, {"state.cause": 1}):
            cause = found["state"]["cause"]
            first[cause["subject"]] = min(cause["sequence"], first.get(cause["subject"], cause["sequence"]))
        return first


def _told(id_: str, state: Document) -> Told:
    return Told(
        id=id_,
        sequence=state["cause"]["sequence"],
        at=state["cause"]["at"],
        template=state["template"],
        status=Status(state["status"]),
    )


def _due(now: datetime, lane: Lane) -> Document:
    """With the type that the index holds: without it MongoDB reads the whole collection instead."""
    return {**_of(lane), "state.send_at": {"$lte": now, "$type": "date"}}


def _of(lane: Lane) -> Document:
    lanes = [lane.value, None] if lane is Lane.STATUS else [lane.value]  # none: queued by an older release
    return {"state.lane": {"$in": lanes}}


def matching(status: Status | None, cause: str | None) -> Document:
    """The query of the staff's list."""
    asked = {"state.status": status and status.value, "state.cause.subject": cause}
    return {field: value for field, value in asked.items() if value is not None}
