"""Events on their way to other systems: a document each, without a history, gone after their time.

They tell nothing that the bus doesn't, and no event is told of them. So they are no aggregates of the audit
trail: one write to queue, one to claim, one to settle (docs/decisions/webhooks.md).
"""

from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from pymongo import InsertOne, UpdateOne, WriteConcern
from pymongo.asynchronous.collection import AsyncCollection
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import OperationFailure

from services.notifications.domain.delivery import Delivery, Status
from shared.store.codec import BSON_OPTIONS, Codec
from shared.store.faults import DUPLICATE_KEY
from shared.store.group_commit import GroupCommitter
from shared.store.repository import NotFound, cursor_of, read_cursor

Document = dict[str, Any]
OPEN = {"state.send_at": {"$type": "date"}}


class Deliveries:
    """All of them. What is open has a `send_at`."""

    def __init__(self, database: AsyncDatabase[Document]) -> None:
        collection: AsyncCollection[Document] = database.get_collection("deliveries", BSON_OPTIONS)
        self.collection = collection.with_options(write_concern=WriteConcern("majority", j=True))
        self._writes = GroupCommitter(self.collection)
        self._codec = Codec(Delivery)

    async def make_indexes(self) -> None:
        """What is due, the first of an aggregate, the oldest that is open; the log and replays; the end."""
        of = ("state.subscription_id", 1)
        for fields in (
            [of, ("state.send_at", 1), ("_id", 1)],
            [of, ("state.subject", 1), ("state.sequence", 1)],
            [of, ("state.at", 1)],
        ):
            await self.collection.create_index(
                fields, name="open_" + fields[1][0].removeprefix("state."), partialFilterExpression=OPEN
            )
        await self.collection.create_index([of, ("state.at", -1), ("_id", -1)], name="log")
        await self.collection.create_index([("state.kept_until", 1), ("_id", 1)], name="end")

    async def add(self, delivery: Delivery) -> None:
        """Queue it, or find that it was."""
        made = InsertOne({"_id": delivery.id, "version": 1, "state": self._codec.document(delivery)})
        refusal = await self._writes.run(made)
        if refusal is not None and refusal["code"] != DUPLICATE_KEY:
            raise OperationFailure("a delivery could not be kept", refusal["code"])

    async def get(self, id_: str) -> Delivery:
        """One; NotFound once it is gone."""
        return (await self._load(id_))[0]

    async def change(self, id_: str, decide: Callable[[Delivery], Delivery]) -> Delivery:
        """Load, decide, save; decided anew when another was first. NotFound once it is gone."""
        while True:
            before, version = await self._load(id_)
            after = decide(before)
            if after == before:
                return before
            done = await self.collection.update_one(
                {"_id": id_, "version": version},
                {"$set": {"state": self._codec.document(after), "version": version + 1}},
            )
            if done.matched_count:
                return after

    async def due(self, subscription_id: str, real_now: datetime, limit: int) -> Sequence[Delivery]:
        """What may be tried now, of one subscription, what waits longest first."""
        query = {**_of(subscription_id), "state.send_at": {"$lte": real_now, "$type": "date"}}
        found = self.collection.find(query).sort([("state.send_at", 1), ("_id", 1)]).limit(limit)
        return [self._codec.value(one["state"]) async for one in found]

    async def first_open(self, subscription_id: str, subjects: Collection[str]) -> Mapping[str, Delivery]:
        """Of each aggregate the first that was not taken yet."""
        first: dict[str, Delivery] = {}
        for subject in subjects:
            query = {**_of(subscription_id), "state.subject": subject, **OPEN}
            found = await self.collection.find_one(query, sort=[("state.sequence", 1)])
            if found is not None:
                first[subject] = self._codec.value(found["state"])
        return first

    async def put_off(self, later: Mapping[str, datetime], real_now: datetime) -> None:
        """These wait for the one before them; nothing happens to what somebody took meanwhile."""
        waits = {"state.send_at": {"$lte": real_now}}
        await self.collection.bulk_write(
            [
                UpdateOne({"_id": id_, **waits}, {"$set": {"state.send_at": until}, "$inc": {"version": 1}})
                for id_, until in later.items()
            ],
            ordered=False,
        )

    async def hasten(self, subscription_id: str, real_now: datetime, *, subject: str | None = None) -> None:
        """What waits goes now, with all its time before it: of one aggregate the next, or everything."""
        query: Document = {**_of(subscription_id), **OPEN, "state.status": {"$ne": Status.SENDING.value}}
        fresh = {"state.send_at": real_now, "state.began_at": None, "state.tried": 0}
        change = {"$set": fresh, "$inc": {"version": 1}}
        if subject is None:
            await self.collection.update_many(query, change)
            return
        of_it = {**query, "state.subject": subject}
        await self.collection.find_one_and_update(of_it, change, sort=[("state.sequence", 1)])

    async def lay_out(self, subscription_id: str, since: datetime, asked_at: datetime) -> int:
        """All that was taken is to be sent again, from an event's time on; asked twice, it is done once."""
        query = {
            **_of(subscription_id),
            "state.at": {"$gte": since},
            "state.opened_at": {"$lt": asked_at},
            "state.status": Status.DELIVERED.value,
        }
        again = {
            "state.status": Status.WAITING.value,
            "state.send_at": asked_at,
            "state.opened_at": asked_at,
            "state.began_at": None,
            "state.tried": 0,
        }
        done = await self.collection.update_many(query, {"$set": again, "$inc": {"version": 1}})
        return done.modified_count

    async def oldest(self, subscription_id: str) -> datetime | None:
        """When the oldest event happened that was not taken yet."""
        found = await self.collection.find_one(
            {**_of(subscription_id), **OPEN}, {"state.at": 1}, sort=[("state.at", 1)]
        )
        return None if found is None else found["state"]["at"]

    async def log(
        self, subscription_id: str, *, after: str | None, limit: int
    ) -> tuple[list[Delivery], str | None]:
        """A page of what a subscription was sent or is to be, newest event first."""
        query: Document = _of(subscription_id)
        if after is not None:
            at, id_ = read_cursor(after)
            query |= {"$or": [{"state.at": {"$lt": at}}, {"state.at": at, "_id": {"$lt": id_}}]}
        found = self.collection.find(query).sort([("state.at", -1), ("_id", -1)]).limit(limit + 1)
        page = [self._codec.value(one["state"]) async for one in found]
        more = len(page) > limit
        return page[:limit], cursor_of(page[limit - 1].at, page[limit - 1].id) if more else None

    async def over(self, now: datetime) -> AsyncIterator[str]:
        """Ids of those whose time is over."""
        over = self.collection.find({"state.kept_until": {"$lte": now}}, {"_id": 1})
        async for one in over.sort("state.kept_until", 1):
            yield one["_id"]

    async def remove(self, id_: str, now: datetime) -> None:
        """Let it go, if its time is over."""
        await self.collection.delete_one({"_id": id_, "state.kept_until": {"$lte": now}})

    async def _load(self, id_: str) -> tuple[Delivery, int]:
        found = await self.collection.find_one({"_id": id_})
        if found is None:
            raise NotFound(id_)
        return self._codec.value(found["state"]), found["version"]


def _of(subscription_id: str) -> Document:
    return {"state.subscription_id": subscription_id}
