"""What waits in the documents for the bus: the truth that the relay works from."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from pymongo.asynchronous.collection import AsyncCollection
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import PyMongoError, WriteError
from pymongo.read_concern import ReadConcern

from shared.cloudevents import Record
from shared.observe.faults import fault_of
from shared.observe.logs import log
from shared.outbox.wake import Wake

Document = dict[str, Any]
RECORDS_MAX = 8  # of one document in one page
_LOG = log(__name__)


@dataclass(frozen=True, slots=True)
class Waiting:
    """The oldest records of one document, in their order, each with its id."""

    document_id: str
    records: Sequence[tuple[str, Record]]
    more: bool


class Pending(Protocol):
    """Where records wait; `place` is its name in a `Wake`."""

    @property
    def place(self) -> str: ...
    def pages(self) -> AsyncIterator[list[Waiting]]: ...
    async def clear(self, sent: Mapping[str, Sequence[str]]) -> None: ...


class PendingInMongo:
    """The `pending` lists of one collection."""

    def __init__(self, collection: AsyncCollection[Document], *, page_size: int = 500) -> None:
        # Majority: an event whose write can roll back must not be published.
        self._collection = collection.with_options(read_concern=ReadConcern("majority"))
        self._page_size = page_size

    @property
    def place(self) -> str:
        """The collection, with its database."""
        return self._collection.full_name

    async def pages(self) -> AsyncIterator[list[Waiting]]:
        """Oldest first. One cursor: what can't be sent never hides what is behind it."""
        some = {"pending": {"$slice": RECORDS_MAX}}  # a page is bounded in records, not only in documents
        cursor = self._collection.find({"pending.0": {"$exists": True}}, {"_id": 1, **some})
        async with cursor.sort("pending.0.at", 1).batch_size(self._page_size) as documents:
            page: list[Waiting] = []
            async for document in documents:
                page.append(_waiting(document))
                if len(page) == self._page_size:
                    yield page
                    page = []
            if page:
                yield page

    async def clear(self, sent: Mapping[str, Sequence[str]]) -> None:
        """Take these records, by document and id, out of what waits."""
        # Each document by itself: in one statement for all, an id that two have (a replay's ids are only
        # its own and a number) would take what was never sent out of the one that is behind.
        pulls = [
            {"q": {"_id": id_}, "u": {"$pull": {"pending": {"id": {"$in": list(ids)}}}}}
            for id_, ids in sent.items()
        ]
        # The bare command: for the driver's bulk write the server notes each pull, so that it is made once
        # however often it is sent, and a pull is so by itself.
        told = await self._collection.database.command(
            {
                "update": self._collection.name,
                "updates": pulls,
                "ordered": False,
                "writeConcern": {"w": "majority"},
            }
        )
        for refused in told.get("writeErrors", []):
            raise WriteError(refused["errmsg"], refused["code"])

    async def oldest_at(self) -> datetime | None:
        """When the oldest waiting record was saved; None when nothing waits."""
        query = {"pending.0": {"$exists": True}}
        found = await self._collection.find_one(
            query, {"_id": 0, "pending": {"$slice": 1}}, sort=[("pending.0.at", 1)]
        )
        return found["pending"][0]["at"] if found else None


async def watch(database: AsyncDatabase[Document], names: Sequence[str], wake: Wake) -> None:
    """Set `wake` at every write to these collections, until cancelled. Whatever it misses, the scan finds."""
    pipeline: list[Document] = [
        {
            "$match": {
                "ns.coll": {"$in": list(names)},
                "$or": [
                    {"operationType": "insert"},
                    {"updateDescription.updatedFields.version": {"$exists": True}},
                ],
            }
        },
        {"$project": {"_id": 1, "ns": 1}},
    ]
    while True:
        try:
            async with await database.watch(pipeline, max_await_time_ms=1000) as changes:
                while changes.alive:  # not `async for`: under timeoutMS an idle stream would die of it
                    change = await changes.try_next()
                    if change is None:
                        continue
                    wake.set(f"{database.name}.{change['ns']['coll']}")
                    if changes.resume_token != change["_id"]:  # the last of those that came together
                        await wake.taken()
        except PyMongoError as error:
            _LOG.warning("change stream starts over", error=fault_of(error))
        wake.set()
        await asyncio.sleep(0.5)


def _waiting(document: Document) -> Waiting:
    records = [
        (
            item["id"],
            Record(topic=item["topic"], key=item["key"], headers=item["headers"], value=item["value"]),
        )
        for item in document["pending"]
    ]
    return Waiting(document["_id"], records, more=len(records) == RECORDS_MAX)
