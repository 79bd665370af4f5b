"""The sealed contacts and the keys to them."""

import asyncio
from collections.abc import Collection, Mapping
from functools import partial
from typing import Any

from pymongo.asynchronous.collection import AsyncCollection
from pymongo.asynchronous.database import AsyncDatabase

from services.notifications.domain.reach import Reach
from shared.keys.storage import KEYS, keys_database
from shared.store.together import Together

Document = dict[str, Any]
CONTACTS = "contacts"


class Contacts:
    """The sealed contacts and the keys to them, as the bus brought them: each in a database of its own."""

    def __init__(self, database: AsyncDatabase[Document]) -> None:
        self.sealed: AsyncCollection[Document] = database[CONTACTS]
        self.keys: AsyncCollection[Document] = keys_database(database)[KEYS]
        self._numbers_now = Together(partial(_values, self.sealed))
        self._keys_now = Together(partial(_values, self.keys))

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

    async def is_there(self, id_: str) -> bool:
        """Whether it can be used now: many that are asked about at once are read together."""
        number, key = await asyncio.gather(self._numbers_now.of(id_), self._keys_now.of(id_))
        return number is not None and key is not None

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
