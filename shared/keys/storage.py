"""Keys of persons in MongoDB, in a database of their own: a backup of the documents holds none of them."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from pymongo.asynchronous.database import AsyncDatabase
from typing_extensions import override

from shared.keys.person import PersonKey
from shared.store.repository import PAGE_MAX, NotFound, Repository
from shared.store.together import Together

Document = dict[str, Any]
KEYS = "keys"


def keys_database(database: AsyncDatabase[Document]) -> AsyncDatabase[Document]:
    """The one beside a service's own."""
    return database.client[f"{database.name}_keys"]


class PersonKeys(Repository[PersonKey]):
    """The keys that a service made for the persons who gave it their number."""

    def __init__(self, database: AsyncDatabase[Document], name: str = KEYS) -> None:
        super().__init__(keys_database(database), name, PersonKey)
        # Every filing asks twice: those under way at once ask together.
        self._by_number = Together(self._of_numbers)
        self._by_id = Together(self._of_any_ids)

    @override
    async def make_indexes(self) -> None:
        """One key for each number at an agency; those of an ending together; one for each clock."""
        await super().make_indexes()
        found_by: Mapping[str, Any] = {"state.number_hash": {"$type": "string"}}
        await self.collection.create_index(
            [("agency_id", 1), ("state.number_hash", 1)], unique=True, partialFilterExpression=found_by
        )
        await self.collection.create_index(
            [("agency_id", 1), ("state.ending_hash", 1), ("_id", 1)],
            partialFilterExpression={"state.ending_hash": {"$type": "string"}},
        )
        await self.index_clocks("look_at", "say_again_at")

    async def of_number(self, agency_id: str, number_hash: str) -> PersonKey | None:
        """The key of whom a number belongs to at this agency."""
        return await self._by_number.of((agency_id, number_hash))

    async def now(self, id_: str) -> PersonKey:
        """As it stands at this moment, of any agency; NotFound for none."""
        found = await self._by_id.of(id_)
        if found is None:
            raise NotFound(id_)
        return found

    async def of_ending(self, agency_id: str, ending_hash: str, *, most: int) -> Sequence[str]:
        """Whose numbers end so at this agency: as many of their ids, the first known first."""
        # The type is what the index covers, as below.
        where = {"state.ending_hash": {"$eq": ending_hash, "$type": "string"}}
        found = await self.page(agency_id, where=where, limit=most)
        return [saved.state.id for saved in found.items]

    async def of_ids(self, agency_id: str, ids: Collection[str]) -> Sequence[PersonKey]:
        """Those of the agency's, as many as a page holds."""
        found = await self.page(agency_id, where={"_id": {"$in": [*ids]}}, limit=PAGE_MAX)
        return [saved.state for saved in found.items]

    async def live_after(self, id_: str, *, limit: int = PAGE_MAX) -> Sequence[PersonKey]:
        """Those that aren't erased, by id: the next behind this one."""
        query = {"_id": {"$gt": id_}, "state.wrapped_key": {"$type": "string"}}
        found = await self.page(None, where=query, limit=limit)
        return [saved.state for saved in found.items]

    async def _of_numbers(self, numbers: Collection[tuple[str, str]]) -> Mapping[tuple[str, str], PersonKey]:
        agencies, hashes = ([*{*parts}] for parts in zip(*numbers, strict=True))
        # The type is what the index covers: without it all keys of the agency are read.
        found = await self.all_of(
            {"agency_id": {"$in": agencies}, "state.number_hash": {"$in": hashes, "$type": "string"}}
        )
        return {(one.agency_id, one.number_hash): one for one in found if one.number_hash}

    async def _of_any_ids(self, ids: Collection[str]) -> Mapping[str, PersonKey]:
        return {one.id: one for one in await self.all_of({"_id": {"$in": [*ids]}})}
