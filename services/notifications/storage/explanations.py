"""The explanations of agencies: at most one under each number, found by its id."""

from collections.abc import Sequence
from typing import Any

from pymongo.asynchronous.database import AsyncDatabase
from typing_extensions import override

from services.notifications.domain.explanation import NUMBERS_MAX, Explanation
from shared.events.directory import PROVINCE
from shared.store.repository import Repository, Saved

Document = dict[str, Any]


class Explanations(Repository[Explanation]):
    """Explanations of agencies and of the province."""

    def __init__(self, database: AsyncDatabase[Document]) -> None:
        super().__init__(database, "explanations", Explanation)

    @override
    async def make_indexes(self) -> None:
        """One for what is told in an agency's name."""
        await super().make_indexes()
        await self.collection.create_index([("agency_id", 1), ("state.number", 1)])

    async def of(self, agency_id: str) -> Sequence[Saved[Explanation]]:
        """The agency's own, by number."""
        return (await self.page(agency_id, by="state.number", limit=NUMBERS_MAX)).items

    async def told(self, agency_id: str) -> Sequence[Explanation]:
        """What people are told in an agency's name: its own and the province's."""
        owners = sorted({agency_id, PROVINCE})
        return await self.all_of({"agency_id": {"$in": owners}, "state.in_force": {"$ne": None}})
