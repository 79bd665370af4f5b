"""The subscriptions of other systems."""

from collections.abc import Sequence
from typing import Any

from pymongo.asynchronous.database import AsyncDatabase
from typing_extensions import override

from services.notifications.domain.subscription import Standing, Subscription
from shared.store.repository import Repository

Document = dict[str, Any]
LIVING = {"state.status": {"$in": [one.value for one in Standing if one is not Standing.DELETED]}}


def living(system_id: str | None) -> Document:
    """All that were not deleted, or of these a system's own."""
    return LIVING if system_id is None else {**LIVING, "state.system_id": system_id}


class Subscriptions(Repository[Subscription]):
    """Few, and asked for with each event."""

    def __init__(self, database: AsyncDatabase[Document]) -> None:
        super().__init__(database, "subscriptions", Subscription)

    @override
    async def make_indexes(self) -> None:
        """One for an event's, one for those that live, one for the replays that were asked for."""
        await super().make_indexes()
        await self.collection.create_index("state.wish.types")
        await self.collection.create_index("state.status")
        await self.index_clocks("replay.asked_at")

    async def listening(self, type_: str) -> Sequence[Subscription]:
        """All that want events of this type; what else they want is theirs to say."""
        return await self.all_of({"state.wish.types": type_})

    async def living(self) -> Sequence[Subscription]:
        """All that were not deleted."""
        return await self.all_of(LIVING)

    async def count(self, agency_id: str, system_id: str | None = None) -> int:
        """How many an agency has, or one of its systems."""
        return await self.collection.count_documents({"agency_id": agency_id, **living(system_id)})
