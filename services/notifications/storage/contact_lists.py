"""Lists of people outside the staff, who is on them, and files being taken in."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from pymongo import WriteConcern
from pymongo.asynchronous.database import AsyncDatabase
from typing_extensions import override

from services.notifications.domain.contact_list import ContactList, Member, OnList
from services.notifications.domain.list_import import ListImport
from shared.events.contacts import ContactKind
from shared.store.codec import BSON_OPTIONS
from shared.store.repository import PAGE_MAX, Repository

Document = dict[str, Any]
ON_IT = {"state.removed_at": None}
IS_ON = {"is_on": {"$type": "string"}}
"""The list that somebody stands on stands beside their state, for as long as they do: so an index counts."""
PIECES_KEPT = timedelta(days=7)


class ContactLists(Repository[ContactList]):
    """The lists themselves: few."""

    def __init__(self, database: AsyncDatabase[Document]) -> None:
        super().__init__(database, "contact_lists", ContactList)

    @override
    async def make_indexes(self) -> None:
        """One for the clock."""
        await super().make_indexes()
        await self.index_clocks("empty_at")


class Members(Repository[Member]):
    """Who is on which list: a document each, for a list may be as long as a city."""

    def __init__(self, database: AsyncDatabase[Document]) -> None:
        super().__init__(database, "list_members", Member)

    @override
    def beside(self, state: Member) -> Document:
        return {"is_on": state.list_id if state.is_on else None}

    @override
    async def make_indexes(self) -> None:
        """One for a list's, one for a person's, one for those of a file."""
        await super().make_indexes()
        await self.collection.create_index([("is_on", 1), ("_id", 1)], partialFilterExpression=IS_ON)
        await self.collection.create_index([("state.contact_id", 1), ("state.removed_at", 1)])
        await self.collection.create_index("state.import_id", sparse=True)

    async def count(self, list_ids: Collection[str]) -> Mapping[str, int]:
        """How many are on each of these lists now."""
        query = {"is_on": {"$in": [*list_ids], "$type": "string"}}
        by_list = [{"$match": query}, {"$group": {"_id": "$is_on", "count": {"$sum": 1}}}]
        return {one["_id"]: one["count"] async for one in await self.collection.aggregate(by_list)}

    async def of_import(self, import_id: str) -> int:
        """How many a file put on its list."""
        return await self.collection.count_documents({"state.import_id": import_id})

    async def of_contacts(self, contact_ids: Collection[str]) -> Sequence[Member]:
        """Everywhere these persons stand on a list now."""
        return await self.all_of({"state.contact_id": {"$in": [*contact_ids]}, **ON_IT})

    async def still_on(self, ids: Collection[str]) -> Mapping[str, Member]:
        """Those of these members who are on their list now."""
        found = await self.all_of({"_id": {"$in": [*ids]}, **ON_IT})
        return {one.id: one for one in found}

    async def reached(self, list_id: str, after: str, limit: int) -> Sequence[OnList]:
        """Some of who is on a list, behind one of them."""
        query = {**_on(list_id), "_id": {"$gt": after}}
        fields = {"state.contact_id": 1, "state.kind": 1}
        found = await self.collection.find(query, fields).sort("_id", 1).limit(limit).to_list()
        return [
            OnList(
                member_id=one["_id"],
                contact_id=one["state"]["contact_id"],
                kind=ContactKind(one["state"]["kind"]),
            )
            for one in found
        ]

    async def of_list(
        self,
        agency_id: str,
        list_id: str,
        after: str | None,
        *,
        limit: int = PAGE_MAX,
        among: Collection[str] | None = None,
    ) -> tuple[list[Member], str | None]:
        """A page of who is on a list, of some of them where these are given, and the cursor."""
        where = _on(list_id)
        if among is not None:
            where["_id"] = {"$in": [*among]}
        page = await self.page(agency_id, where=where, after=after, limit=limit)
        return [saved.state for saved in page.items], page.next


class ListImports(Repository[ListImport]):
    """Files being taken in."""

    def __init__(self, database: AsyncDatabase[Document]) -> None:
        super().__init__(database, "list_imports", ListImport)

    @override
    async def make_indexes(self) -> None:
        """One for the clock."""
        await super().make_indexes()
        await self.index_clocks("work_at")


class Pieces:
    """What files hold, sealed, until it is taken in; what no import began with goes after a week."""

    def __init__(self, database: AsyncDatabase[Document]) -> None:
        durable = WriteConcern("majority", j=True)
        self._pieces = database.get_collection("list_import_pieces", BSON_OPTIONS, write_concern=durable)

    async def make_indexes(self) -> None:
        """By it MongoDB lets go what is over."""
        await self._pieces.create_index("at", expireAfterSeconds=int(PIECES_KEPT.total_seconds()))

    async def keep(self, import_id: str, first: int, sealed: Sequence[str], at: datetime) -> None:
        """Some of a file, from this place on."""
        await self._pieces.insert_many(
            [
                {"_id": _id(import_id, place), "at": at, "sealed": one}
                for place, one in enumerate(sealed, start=first)
            ]
        )

    async def of(self, import_id: str, place: int) -> str | None:
        """One of them."""
        found = await self._pieces.find_one({"_id": _id(import_id, place)})
        return None if found is None else found["sealed"]

    async def drop(self, import_id: str, places: int) -> None:
        """It is taken in."""
        await self._pieces.delete_many({"_id": {"$in": [_id(import_id, place) for place in range(places)]}})


def _on(list_id: str) -> Document:
    """With the type that the index holds."""
    return {"is_on": {"$eq": list_id, "$type": "string"}}


def _id(import_id: str, place: int) -> str:
    return f"{import_id}:{place}"
