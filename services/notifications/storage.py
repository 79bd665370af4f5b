"""The only file here that knows MongoDB (besides the sandbox, which stands for somebody else's system)."""

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from pymongo.asynchronous.collection import AsyncCollection
from pymongo.asynchronous.database import AsyncDatabase
from typing_extensions import override

from services.notifications.domain.inbox import Notice
from services.notifications.domain.message import OPEN, WAITING, Message, Status
from services.notifications.domain.reach import Reach
from shared import retention
from shared.keys.storage import KEYS, keys_database
from shared.store.repository import PAGE_MAX, Repository

Document = dict[str, Any]
CONTACTS = "contacts"


class Messages(Repository[Message]):
    """Messages, and the questions that sending them asks."""

    def __init__(self, database: AsyncDatabase[Document]) -> None:
        super().__init__(database, "messages", Message)

    @override
    async def make_indexes(self) -> None:
        """One for each clock, one for a case's messages, one for a contact's held ones, one for each list."""
        await super().make_indexes()
        for clock in ("send_at", "ask_at"):
            await self.collection.create_index(
                [(f"state.{clock}", 1), ("_id", 1)],
                partialFilterExpression={f"state.{clock}": {"$type": "date"}},
            )
        await self.collection.create_index([("state.cause.subject", 1), ("state.cause.sequence", 1)])
        held = {"state.status": Status.HELD.value}
        await self.collection.create_index("state.contact_id", partialFilterExpression=held)
        newest = [("state.queued_at", -1), ("_id", -1)]
        await self.collection.create_index([("agency_id", 1), *newest])
        await self.collection.create_index([("agency_id", 1), ("state.status", 1), *newest])
        await retention.make_index(self.collection, "queued_at")

    async def ready(self, now: datetime) -> AsyncIterator[Sequence[Message]]:
        """Pages of what may be tried now, oldest first: of each case only the first that is still open."""
        after: str | None = None
        while True:
            page = await self.page(None, where=_due(now), by="state.send_at", after=after, limit=PAGE_MAX)
            messages = [saved.state for saved in page.items]
            first = await self._first_open({message.cause.subject for message in messages})
            yield [one for one in messages if one.cause.sequence == first.get(one.cause.subject)]
            after = page.next
            if after is None:
                return

    async def held_for(self, contact_ids: Collection[str]) -> Sequence[str]:
        """Ids of the messages held for these contacts."""
        query = {"state.status": Status.HELD.value, "state.contact_id": {"$in": [*contact_ids]}}
        return [found["_id"] async for found in self.collection.find(query, {"_id": 1})]

    async def waiting_of_act(self, subject: str, at: datetime, before: int) -> Sequence[str]:
        """Ids of a case's messages about earlier events of the same act that nobody has begun to send."""
        query = {
            "state.cause.subject": subject,
            "state.cause.sequence": {"$lt": before},
            "state.cause.at": at,
            "state.status": {"$in": [status.value for status in WAITING]},
        }
        return [found["_id"] async for found in self.collection.find(query, {"_id": 1})]

    async def told(self, subject: str, template: str, before: int) -> bool:
        """Whether the case was told this earlier, or is going to be."""
        query = {
            "state.cause.subject": subject,
            "state.cause.sequence": {"$lt": before},
            "state.template": template,
            "state.status": {"$ne": Status.SUPPRESSED.value},
        }
        return await self.collection.find_one(query, {"_id": 1}) is not None

    async def _first_open(self, subjects: Collection[str]) -> Mapping[str, int]:
        """The sequence of each case's first open message."""
        query = {
            "state.cause.subject": {"$in": [*subjects]},
            "state.status": {"$in": [status.value for status in OPEN]},
        }
        first: dict[str, int] = {}
        if not subjects:
            return first
        async for found in self.collection.find(query, {"state.cause": 1}):
            cause = found["state"]["cause"]
            first[cause["subject"]] = min(cause["sequence"], first.get(cause["subject"], cause["sequence"]))
        return first


def _due(now: datetime) -> Document:
    """With the type that the index holds: without it MongoDB reads the whole collection instead."""
    return {"state.send_at": {"$lte": now, "$type": "date"}}


class Inbox(Repository[Notice]):
    """What posts were told."""

    def __init__(self, database: AsyncDatabase[Document]) -> None:
        super().__init__(database, "inbox", Notice)

    @override
    async def make_indexes(self) -> None:
        """One for the list."""
        await super().make_indexes()
        await self.collection.create_index(
            [("agency_id", 1), ("state.post_id", 1), ("state.at", -1), ("_id", -1)]
        )


class Contacts:
    """The sealed contacts and the keys to them, as the bus brought them: each in a database of its own."""

    def __init__(self, database: AsyncDatabase[Document]) -> None:
        self.sealed: AsyncCollection[Document] = database[CONTACTS]
        self.keys: AsyncCollection[Document] = keys_database(database)[KEYS]

    async def make_indexes(self) -> None:
        """One for the lists of an agency's staff."""
        of_staff = {"value.person_id": {"$type": "string"}}
        await self.sealed.create_index(
            [("value.agency_id", 1), ("value.person_id", 1)], partialFilterExpression=of_staff
        )

    async def of_staff(self, agency_id: str, person_ids: Collection[str]) -> Mapping[str, Reach]:
        """Those of an agency's staff who can be reached, by person; of two numbers the one set last."""
        asked = {"value.agency_id": agency_id, "value.person_id": {"$in": [*person_ids], "$type": "string"}}
        found = await self.sealed.find(asked, {"value": 1}).sort("value.set_at", 1).to_list()
        keys = await _values(self.keys, [one["_id"] for one in found])
        reached: dict[str, Reach] = {}
        for one in found:
            if key := keys.get(one["_id"]):
                reached[one["value"]["person_id"]] = Reach.of(one["_id"], one["value"], key)
        return reached

    async def of(self, ids: Collection[str]) -> Mapping[str, Reach | None]:
        """Each that is known: None for one that was forgotten; one that didn't come whole is left out."""
        sealed, keys = await _values(self.sealed, ids), await _values(self.keys, ids)
        reached: dict[str, Reach | None] = {}
        for id_ in sealed.keys() | keys.keys():
            number, key = sealed.get(id_, {}), keys.get(id_, {})
            if number is None or key is None:
                reached[id_] = None
            elif number and key:
                reached[id_] = Reach.of(id_, number, key)
        return reached


async def _values(
    collection: AsyncCollection[Document], ids: Collection[str]
) -> Mapping[str, Document | None]:
    """What a mirror keeps of these keys; None for one that ended."""
    found = collection.find({"_id": {"$in": [*ids]}}, {"value": 1})
    return {one["_id"]: one.get("value") async for one in found}


def of_posts(post_ids: Collection[str]) -> Document:
    """The query of an inbox."""
    return {"state.post_id": {"$in": [*post_ids]}}


def matching(status: Status | None, cause: str | None) -> Document:
    """The query of the staff's list."""
    asked = {"state.status": status and status.value, "state.cause.subject": cause}
    return {field: value for field, value in asked.items() if value is not None}
