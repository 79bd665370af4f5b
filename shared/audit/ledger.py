"""The digests in the database: which are due, what each names, which places have not taken them yet."""

from collections.abc import AsyncIterator, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pymongo import UpdateOne, WriteConcern
from pymongo.asynchronous.collection import AsyncCollection
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import DuplicateKeyError
from pymongo.read_concern import ReadConcern

from shared.audit.digest import Digest, Head
from shared.audit.keys import AuditKey
from shared.store.history import GENESIS
from shared.store.store import UNDIGESTED, make_indexes

Document = dict[str, Any]
DIGESTS, SENT = "digests", "digests_sent"
HEADS_MAX = 2000
"""In one digest: more documents take several, so that none outgrows memory, a document or a request."""
NOTED_AT_ONCE = 500  # each within the time that a call to the database may take
_INDEX = "undigested"
_HEAD = {"version": 1, "head": {"$arrayElemAt": ["$history.hash", -1]}}


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A digest that a place has not taken."""

    id: str
    service: str
    agency_id: str
    number: int
    key_id: str
    line: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class _Last:
    """What the next digest of an agency goes on from."""

    number: int
    hash: str
    covers_to: datetime | None
    whole_hour: datetime | None = None


class Ledger:
    """A service's digests. A document says itself whether its last change is in none yet (`undigested`)."""

    def __init__(
        self,
        database: AsyncDatabase[Document],
        service: str,
        documents: Sequence[AsyncCollection[Document]],
        *,
        heads_max: int = HEADS_MAX,
    ) -> None:
        durable = WriteConcern("majority", j=True)
        # Majority: a head that can roll back must not be signed.
        majority = ReadConcern("majority")
        self._digests = database.get_collection(DIGESTS, write_concern=durable, read_concern=majority)
        self._sent = database.get_collection(SENT, write_concern=durable, read_concern=majority)
        self._documents = sorted(
            (one.with_options(write_concern=durable, read_concern=majority) for one in documents),
            key=lambda one: one.name,
        )
        self._service, self._heads_max = service, heads_max

    async def make_indexes(self) -> None:
        """The chain of each agency, what waits, and the one by which undigested documents are found."""
        for collection in self._documents:
            await make_indexes(collection)
        await self._digests.create_index([("agency_id", 1), ("number", 1)], unique=True)
        await self._digests.create_index([("waits", 1), ("agency_id", 1), ("number", 1)])

    async def due(self, hour: datetime) -> AsyncIterator[str]:
        """Agencies without their digest of this hour, or with one that is not complete."""
        last: dict[str, Document] = {}
        async for found in self._digests.find({}, {"line": 0}).sort([("agency_id", 1), ("number", 1)]):
            last[found["agency_id"]] = found
        for agency_id, found in last.items():
            if found["hour"] < hour or not found["complete"]:
                yield agency_id
        for agency_id in sorted(await self._with_undigested() - last.keys()):
            yield agency_id

    async def make(
        self, agency_id: str, hour: datetime, *, now: datetime, key: AuditKey, places: Collection[str]
    ) -> None:
        """Sign what changed; several digests where it is much. `now` is real time.

        What is not named yet says so in the document itself, and goes on saying so when it changes while
        this looks: nothing is passed over, whoever breaks off where.
        """
        last = await self._last(agency_id)
        if last.whole_hour is not None and last.whole_hour >= hour:
            return
        after: Head | None = None
        complete = False
        while not complete:
            heads = await self._heads(agency_id, after)
            complete = len(heads) < self._heads_max
            digest = Digest(
                service=self._service,
                agency_id=agency_id,
                number=last.number + 1,
                hour=hour,
                covers_to=now if complete else last.covers_to,
                before=last.hash,
                key_id=key.id,
                heads=heads,
            )
            if not await self.keep(digest, key, places, complete=complete):
                return  # another worker has made it
            await self.named(heads)
            last = _Last(number=digest.number, hash=digest.hash(), covers_to=digest.covers_to)
            after = heads[-1] if heads else None

    async def waiting(self, place: str) -> AsyncIterator[Waiting]:
        """What the place has not taken, in order for each agency."""
        found = self._digests.find({"waits": place}).sort([("agency_id", 1), ("number", 1)]).batch_size(10)
        async for one in found:
            yield Waiting(
                id=one["_id"],
                service=self._service,
                agency_id=one["agency_id"],
                number=one["number"],
                key_id=one["key_id"],
                line=one["line"],
            )

    async def waits(self, places: Collection[str]) -> bool:
        """Whether anything waits for one of them."""
        return await self._digests.find_one({"waits": {"$in": [*places]}}, {"_id": 1}) is not None

    async def taken(self, one: Waiting, place: str, now: datetime) -> None:
        """Note it. What every place has is kept no longer, but of each agency the last, without its line."""
        await self._digests.update_one({"_id": one.id}, {"$pull": {"waits": place}})
        everywhere: Document = {"agency_id": one.agency_id, "waits": []}
        await self._digests.update_one({"_id": one.id, **everywhere}, {"$unset": {"line": 1}})
        await self._digests.delete_many({**everywhere, "number": {"$lt": one.number}})
        await self._sent.update_one({"_id": place}, {"$max": {"at": now}}, upsert=True)

    async def sent_at(self) -> dict[str, datetime]:
        """When each place last took one, in real time."""
        return {found["_id"]: found["at"] async for found in self._sent.find()}

    async def _with_undigested(self) -> set[str]:
        steps: list[Document] = [{"$match": UNDIGESTED}, {"$group": {"_id": "$agency_id"}}]
        found: set[str] = set()
        for collection in self._documents:
            async for one in await collection.aggregate(steps, hint=_INDEX):
                if isinstance(one["_id"], str):
                    found.add(one["_id"])
        return found

    async def _last(self, agency_id: str) -> _Last:
        found = await self._digests.find_one({"agency_id": agency_id}, {"line": 0}, sort=[("number", -1)])
        if found is None:
            return _Last(number=0, hash=GENESIS, covers_to=None)
        return _Last(
            number=found["number"],
            hash=found["hash"],
            covers_to=found["covers_to"],
            whole_hour=found["hour"] if found["complete"] else None,
        )

    async def _heads(self, agency_id: str, after: Head | None) -> list[Head]:
        heads: list[Head] = []
        for collection in self._documents:
            if after is not None and collection.name < after.kind:
                continue
            beyond = {"_id": {"$gt": after.id}} if after and collection.name == after.kind else {}
            left = self._heads_max - len(heads)
            if left:
                query = {"agency_id": agency_id, **UNDIGESTED, **beyond}
                found = collection.find(query, _HEAD, hint=_INDEX).sort("_id", 1).limit(left)
                heads += [_head(collection.name, one) async for one in found]
        return heads

    async def keep(self, digest: Digest, key: AuditKey, places: Collection[str], *, complete: bool) -> bool:
        """Write it down; False when another worker has made this number."""
        kept: Document = {
            "_id": f"{digest.agency_id}:{digest.number}",
            **digest.model_dump(include={"agency_id", "number", "hour", "covers_to", "key_id"}),
            "complete": complete,
            "hash": digest.hash(),
            "line": digest.line(key),
            "waits": sorted(places),
        }
        try:
            await self._digests.insert_one(kept)
        except DuplicateKeyError:
            return False
        return True

    async def named(self, heads: Sequence[Head]) -> None:
        """These versions are in a digest; what changed meanwhile goes on waiting for one."""
        for collection in self._documents:
            done = [
                UpdateOne({"_id": head.id, "version": head.version}, {"$unset": UNDIGESTED})
                for head in heads
                if head.kind == collection.name
            ]
            for start in range(0, len(done), NOTED_AT_ONCE):
                await collection.bulk_write(done[start : start + NOTED_AT_ONCE], ordered=False)


def _head(kind: str, document: Document) -> Head:
    """Whatever somebody put there by hand is named as it is, and stops no other."""
    version, hash_ = document.get("version"), document.get("head")
    return Head(
        kind,
        str(document["_id"]),
        version if isinstance(version, int) else 0,
        hash_ if isinstance(hash_, str) else "",
    )
