"""One-document writes under a version guard, made once however often they are sent."""

import asyncio
import random
from dataclasses import dataclass, field
from typing import Any

from pymongo import InsertOne, UpdateOne, WriteConcern
from pymongo.asynchronous.collection import AsyncCollection
from pymongo.errors import OperationFailure, PyMongoError
from pymongo.read_concern import ReadConcern

from shared.store.faults import DUPLICATE_KEY, UPSERT_REFUSED, is_passing
from shared.store.group_commit import Document, GroupCommitter, Operation

REQUESTED = "requested_at"
"""When the request came that made a document under an idempotency key; `forget_requests` takes both off."""
UNDIGESTED = {"undigested": True}
"""On a document whose last change is in no signed digest yet; `shared/audit/` takes it off."""


class Conflict(Exception):
    """Another write made this version: load again, ask the domain again."""


class Missing(Exception):
    """No such document."""


class DuplicateId(Exception):
    """The id is taken by another write."""


class KeyReused(Exception):
    """The idempotency key came before with another body."""


class NotUnique(Exception):
    """Another document has what a unique index allows once; `field` names it."""

    def __init__(self, field_name: str) -> None:
        super().__init__(field_name)
        self.field = field_name


class OutcomeUnknown(Exception):
    """Patience ran out. The write may be there: the caller may send the same write again at any time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Write:
    """What a command wants saved: `version` is the one it makes; 1 creates.

    `fields` are set at the top of the document; `entry` joins the history; `records` wait in `pending`.
    """

    id: str
    version: int
    write_id: str
    fields: Document
    entry: Document = field(default_factory=dict[str, Any])
    records: list[Document] = field(default_factory=list[Document])
    idempotency_key: str | None = None
    body_hash: str | None = None

    def operation(self) -> Operation:
        """The one operation that makes this write, at most once however often it is sent."""
        entry = {"version": self.version, "write_id": self.write_id, **self.entry}
        if self.version == 1:
            document: Document = {"_id": self.id, "version": 1, **self.fields}
            if self.idempotency_key:
                known_by = {"idempotency_key": self.idempotency_key, "body_hash": self.body_hash}
                document |= {**known_by, REQUESTED: self.entry.get("at")}
            return InsertOne({**document, "history": [entry], "pending": self.records})
        fields = {**self.fields, "version": self.version}
        if self.idempotency_key:
            fields["body_hash"] = self.body_hash
        push: Document = {"history": entry}
        if self.records:
            push["pending"] = {"$each": self.records}
        # An upsert that can never insert: where the guard matches nothing, the server refuses
        # (code 66, with the operation's index) instead of silently matching none.
        return UpdateOne(
            {"_id": self.id, "version": self.version - 1},
            {
                "$set": fields,
                "$push": push,
                "$setOnInsert": {"_id": None},
            },
            upsert=True,
        )


class Store:
    """Saves documents of one collection. `reader` is what they are loaded by."""

    def __init__(self, collection: AsyncCollection[Document], *, patience_s: float = 4.0) -> None:
        durable = collection.with_options(write_concern=WriteConcern("majority", j=True))
        self._committer = GroupCommitter(durable)
        # Majority: a version that can roll back must not become the base of a write.
        self.reader = collection.with_options(read_concern=ReadConcern("majority"))
        self._judge = collection.with_options(read_concern=ReadConcern("linearizable"))
        self._patience_s = patience_s

    async def save(self, write: Write) -> str:
        """Save once and return the id it is under (an earlier one if the idempotency key was used before).

        Raises Conflict, Missing, DuplicateId, NotUnique, KeyReused or OutcomeUnknown.
        """
        delay_s = 0.02
        unknown: PyMongoError | None = None
        try:
            async with asyncio.timeout(self._patience_s):
                while True:
                    try:
                        refusal = await self._committer.run(write.operation())
                        return write.id if refusal is None else await self._settle(write, refusal)
                    except PyMongoError as error:
                        if not is_passing(error):
                            raise
                        unknown = error
                    await asyncio.sleep(random.uniform(delay_s / 2, delay_s))  # noqa: S311 - jitter
                    delay_s = min(delay_s * 2, 1.0)
        except TimeoutError as error:
            raise OutcomeUnknown(write.write_id) from (unknown or error)

    async def _settle(self, write: Write, refusal: Document) -> str:
        """Refused: was it this same write, sent before, or another? The history at its version tells."""
        code, unique = refusal["code"], [*refusal.get("keyPattern", {})]
        if code not in (DUPLICATE_KEY, UPSERT_REFUSED):
            raise OperationFailure(refusal["errmsg"], code, refusal)
        on_key = unique == ["idempotency_key"]
        query = {"idempotency_key": write.idempotency_key} if on_key else {"_id": write.id}
        found = await self._judge.find_one(
            query,
            {
                "body_hash": 1,
                "idempotency_key": 1,
                "history": {"$elemMatch": {"version": write.version}},
            },
        )
        if found is not None:
            made = [entry["write_id"] for entry in found.get("history", [])]
            if made == [write.write_id]:
                return write.id
            if on_key or _same_key(write, found):
                if found["body_hash"] == write.body_hash:
                    return found["_id"]
                raise KeyReused(write.idempotency_key)
        if code == DUPLICATE_KEY and unique not in ([], ["_id"]):
            raise NotUnique(unique[-1])
        if found is None:
            raise Missing(write.id)
        raise DuplicateId(write.id) if write.version == 1 else Conflict(write.id, write.version)


def _same_key(write: Write, found: Document) -> bool:
    key = write.idempotency_key if write.version == 1 else None
    return key is not None and found.get("idempotency_key") == key


async def make_indexes(collection: AsyncCollection[Document]) -> None:
    """Those that the write path, the relay and the digests need in every collection of aggregates."""
    await collection.create_index("idempotency_key", unique=True, sparse=True)
    await collection.create_index(REQUESTED, sparse=True)
    # The key is the oldest pending record's time: small, in the relay's order, no field to keep in step.
    await collection.create_index(
        "pending.0.at",
        name="pending",
        partialFilterExpression={"pending.0": {"$exists": True}},
    )
    await collection.create_index(
        [("agency_id", 1), ("_id", 1)], name="undigested", partialFilterExpression=UNDIGESTED
    )
