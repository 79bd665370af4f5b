"""The development phone: every message arrives at once and anybody can read it. Never in production.

Numbers are kept masked and as a keyed hash, as everywhere.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from pymongo import DESCENDING, InsertOne, WriteConcern
from pymongo.asynchronous.collection import AsyncCollection
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import OperationFailure

from services.notifications.domain.outcome import Outcome, delivered, refused
from services.notifications.gateways.port import PLAIN, Terms
from shared.clock import Clock
from shared.mobile import masked
from shared.sealing import MasterKey
from shared.store.codec import BSON_OPTIONS
from shared.store.faults import DUPLICATE_KEY
from shared.store.group_commit import GroupCommitter

Document = dict[str, Any]
DELIVERED = delivered()
NOBODYS = "+989900012345"
"""The one number that it refuses, and quotes as gateways do: so that a refusal can be seen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrived:
    """A message as it lies on the phone; `to` is masked."""

    id: str
    to: str
    text: str
    at: datetime


class Sandbox:
    """A gateway that keeps what it is given, once for each id, so that asking it is exact."""

    certain_after = timedelta()

    def __init__(self, database: AsyncDatabase[Document], clock: Clock, master_key: MasterKey) -> None:
        self._phone: AsyncCollection[Document] = database.get_collection("sandbox", BSON_OPTIONS)
        durable = self._phone.with_options(write_concern=WriteConcern("majority", j=True))
        self._inserts = GroupCommitter(durable)
        self._clock, self._master_key = clock, master_key

    async def make_indexes(self) -> None:
        """The two lists: all, and one number's."""
        newest = [("at", DESCENDING), ("_id", DESCENDING)]
        await self._phone.create_index(newest)
        await self._phone.create_index([("number_hash", 1), *newest])

    async def send(self, message_id: str, number: str, text: str, terms: Terms = PLAIN) -> Outcome:  # noqa: ARG002
        """It is there, whether this call or an earlier one brought it."""
        if number == NOBODYS:
            return refused(f"no route for {number}", passing=False)
        refusal = await self._inserts.run(
            InsertOne(
                {
                    "_id": message_id,
                    "number_hash": self._hash(number),
                    "to": masked(number),
                    "text": text,
                    "at": self._clock.now(),
                }
            )
        )
        if refusal is not None and refusal["code"] != DUPLICATE_KEY:
            raise OperationFailure("the sandbox could not keep a message", refusal["code"])
        return DELIVERED

    async def find(
        self,
        message_id: str,
        *,
        gateway_id: str | None = None,  # noqa: ARG002
        age: timedelta = timedelta(),  # noqa: ARG002
    ) -> Outcome | None:
        """Exact: a message is there or it never arrived."""
        return DELIVERED if await self._phone.find_one({"_id": message_id}, {"_id": 1}) else None

    async def newest(self, *, mobile: str | None, limit: int) -> Sequence[Arrived]:
        """What lies on the phone, newest first; of one number where one is given."""
        query = {} if mobile is None else {"number_hash": self._hash(mobile)}
        found = self._phone.find(query).sort([("at", DESCENDING), ("_id", DESCENDING)]).limit(limit)
        return [Arrived(id=one["_id"], to=one["to"], text=one["text"], at=one["at"]) async for one in found]

    def _hash(self, number: str) -> str:
        return self._master_key.keyed_hash("mobile", number)
