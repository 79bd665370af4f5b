"""What lies on the development phone. Numbers are kept masked and as a keyed hash, as everywhere."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pymongo import DESCENDING, InsertOne, WriteConcern
from pymongo.asynchronous.collection import AsyncCollection
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import OperationFailure

from shared.store.codec import BSON_OPTIONS
from shared.store.faults import DUPLICATE_KEY
from shared.store.group_commit import GroupCommitter

Document = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrived:
    """A message as it lies there; `to` is masked."""

    id: str
    to: str
    text: str
    at: datetime


class Phone:
    """Each message once, by its id."""

    def __init__(self, database: AsyncDatabase[Document]) -> None:
        self._phone: AsyncCollection[Document] = database.get_collection("sandbox", BSON_OPTIONS)
        durable = self._phone.with_options(write_concern=WriteConcern("majority", j=True))
        self._inserts = GroupCommitter(durable)

    async def make_indexes(self) -> None:
        """The two lists: all, and one number's."""
        newest = [("at", DESCENDING), ("_id", DESCENDING)]
        await self._phone.create_index(newest)
        await self._phone.create_index([("number_hash", 1), *newest])

    async def put(self, one: Arrived, number_hash: str) -> None:
        """It is there, whether this call or an earlier one brought it."""
        document = {"_id": one.id, "number_hash": number_hash, "to": one.to, "text": one.text, "at": one.at}
        refusal = await self._inserts.run(InsertOne(document))
        if refusal is not None and refusal["code"] != DUPLICATE_KEY:
            raise OperationFailure("the sandbox could not keep a message", refusal["code"])

    async def has(self, id_: str) -> bool:
        """Whether it lies there."""
        return await self._phone.find_one({"_id": id_}, {"_id": 1}) is not None

    async def newest(self, number_hash: str | None, limit: int) -> Sequence[Arrived]:
        """Newest first; of one number where one is given."""
        query = {} if number_hash is None else {"number_hash": number_hash}
        found = self._phone.find(query).sort([("at", DESCENDING), ("_id", DESCENDING)]).limit(limit)
        return [Arrived(id=one["_id"], to=one["to"], text=one["text"], at=one["at"]) async for one in found]
