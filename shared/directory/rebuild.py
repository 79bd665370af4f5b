"""Builds a service's copy of the directory anew from the topic, aside, and swaps it in when it is whole.

The old copy goes on answering, and the service goes on keeping it, until each of its documents is replaced.
Whoever is killed in the middle leaves an unfinished build, which the next one drops, or a copy of which
some documents are new: each is right by itself.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass

from pymongo import DeleteOne, ReplaceOne, WriteConcern
from pymongo.asynchronous.client_session import AsyncClientSession
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.read_concern import ReadConcern

from shared.bus.effects import Document, Projection, Told
from shared.directory.replica import COLLECTION, fold
from shared.outbox.lease import MongoLease

ASIDE = f"{COLLECTION}_rebuilt"
SWAPPED_AT_ONCE = 100
LEASE_MS = 15_000
TRIES_AGAIN_S = 0.5
Read = Callable[[], AsyncIterator[Sequence[Told]]]
"""What the topic holds beyond what was read before, up to its end as it is at the call."""
Ahead = dict[str, int]
"""Documents of the copy that know more than the build: their last sequence by id."""


class Incomplete(Exception):
    """The topic no longer holds all that was told: `aggregates` lack an event. The old copy stays."""

    def __init__(self, aggregates: int) -> None:
        super().__init__(f"{aggregates} aggregates lack an event")
        self.aggregates = aggregates


class Overtaken(Exception):
    """This build stood still for so long that another began."""


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """How many documents the copy has now, and how many it had that the topic doesn't know."""

    documents: int
    removed: int


async def rebuild(database: AsyncDatabase[Document], read: Read, *, owner: str) -> Rebuilt:
    """Build it aside from the topic's beginning, then swap it in. One at a time; again, it is the same.

    Raises:
        Incomplete: The topic's beginning is gone, or something in its middle.
        Overtaken: Another build is under way.
    """
    lease = MongoLease(database["leases"], f"rebuild:{COLLECTION}", owner, ttl_ms=LEASE_MS)
    while not await lease.take():  # noqa: ASYNC110 - it is another process that gives it back
        await asyncio.sleep(TRIES_AGAIN_S)
    try:
        return await _Build(database, read, lease).run()
    finally:
        await lease.release()


class _Build:
    def __init__(self, database: AsyncDatabase[Document], read: Read, lease: MongoLease) -> None:
        self._aside, self._copy = database[ASIDE], database[COLLECTION]
        self._read, self._lease = read, lease

    async def run(self) -> Rebuilt:
        await self._aside.drop()
        there = [one["_id"] async for one in self._copy.find({}, {"_id": 1})]
        building = Projection(self._aside, fold)
        await self._take_into(building)
        gaps = await building.gaps()
        if gaps:
            raise Incomplete(gaps)
        built = sorted([one["_id"] async for one in self._aside.find({}, {"_id": 1})])
        ahead = await self._swap(built, {})
        while ahead:  # the service has gone on meanwhile, or claims what was never told
            await self._take_into(building)
            ahead = await self._swap(list(ahead), ahead)
        # What was there before the topic's end was asked for, and isn't in the topic, is nobody's.
        strange = sorted(set(there).difference(built))
        if strange:
            await self._copy.bulk_write([DeleteOne({"_id": id_}) for id_ in strange], ordered=False)
        # Whatever the service dropped as old, for a document that claimed too much.
        await self._take_into(Projection(self._copy, fold))
        await self._aside.drop()
        return Rebuilt(len(built), len(strange))

    async def _take_into(self, projection: Projection) -> None:
        async for some in self._read():
            await self._keep_the_lease()
            await projection.work(some)

    async def _keep_the_lease(self) -> None:
        if not await self._lease.take():
            raise Overtaken

    async def _swap(self, ids: Sequence[str], seen_ahead: Mapping[str, int]) -> Ahead:
        """Replace these documents, but for those that are ahead of the build; which."""
        ahead: Ahead = {}
        for start in range(0, len(ids), SWAPPED_AT_ONCE):
            await self._keep_the_lease()
            some = ids[start : start + SWAPPED_AT_ONCE]
            async with self._copy.database.client.start_session() as session:
                ahead |= await session.with_transaction(
                    lambda inside, some=some: self._replace(inside, some, seen_ahead),
                    read_concern=ReadConcern("snapshot"),
                    write_concern=WriteConcern("majority", j=True),
                )
        return ahead

    async def _replace(
        self, session: AsyncClientSession, ids: Sequence[str], seen_ahead: Mapping[str, int]
    ) -> Ahead:
        query = {"_id": {"$in": list(ids)}}
        old = {one["_id"]: one async for one in self._copy.find(query, {"sequence": 1}, session=session)}
        ahead: Ahead = {}
        writes: list[ReplaceOne[Document]] = []
        async for new in self._aside.find(query, session=session):
            id_, sequence = new["_id"], old.get(new["_id"], {}).get("sequence", 0)
            # The build has read to an end later than `seen_ahead`: the topic never told that much.
            claims_too_much = id_ in seen_ahead and new["sequence"] < seen_ahead[id_]
            if sequence > new["sequence"] and not claims_too_much:
                ahead[id_] = sequence
            else:
                writes.append(ReplaceOne({"_id": id_}, new, upsert=True))
        if writes:
            await self._copy.bulk_write(writes, ordered=False, session=session)
        return ahead
