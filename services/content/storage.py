"""The only file here that knows MongoDB."""

from collections.abc import Collection
from enum import StrEnum
from typing import Any

from pymongo.asynchronous.database import AsyncDatabase
from typing_extensions import override

from services.content.domain.bar import Bar
from services.content.domain.item import Item
from services.content.domain.revision import Status
from shared.store.repository import PAGE_MAX, Repository

Document = dict[str, Any]
ONLINE: Document = {"state.online.at": {"$type": "date"}}
IN_FORCE: Document = {"state.lifted_at": None}


class Order(StrEnum):
    """In what order the public reads."""

    NEWEST = "newest"
    RANK = "rank"


class Items(Repository[Item]):
    """Items, the lists that staff work through, and what the public reads."""

    def __init__(self, database: AsyncDatabase[Document]) -> None:
        super().__init__(database, "items", Item)

    @override
    async def make_indexes(self) -> None:
        """One for each list; the public's are of one agency or of all."""
        await super().make_indexes()
        for by in ("state.submitted_at", "state.rank"):
            keys = [("agency_id", 1), ("state.status", 1), (by, 1), ("_id", 1)]
            await self.collection.create_index(keys)
        await self.collection.create_index([("agency_id", 1), ("state.submitted_at", -1), ("_id", -1)])
        for by, direction in (("state.online.at", -1), ("state.online.rank", 1)):
            keys = [(by, direction), ("_id", direction)]
            await self.collection.create_index(keys, partialFilterExpression=ONLINE)
            await self.collection.create_index([("agency_id", 1), *keys], partialFilterExpression=ONLINE)


class Bars(Repository[Bar]):
    """Barred topics."""

    def __init__(self, database: AsyncDatabase[Document]) -> None:
        super().__init__(database, "bars", Bar)

    async def in_force(self, agency_id: str) -> list[Bar]:
        """All that hold now."""
        bars: list[Bar] = []
        after: str | None = None
        while True:
            page = await self.page(agency_id, where=IN_FORCE, after=after, limit=PAGE_MAX)
            bars += [saved.state for saved in page.items]
            if page.next is None:
                return bars
            after = page.next


def standing_at(status: Status, *, domains: Collection[str] | None = None) -> Document:
    """The query of a list to work through; `domains` narrows it to these."""
    narrowed = {} if domains is None else {"state.domain": {"$in": sorted(domains)}}
    return {"state.status": status.value, **narrowed}


def with_status(status: Status | None) -> Document:
    """The query of all the agency's items, or of those that stand there."""
    return {} if status is None else {"state.status": status.value}


def in_order(order: Order) -> Document:
    """How a page of what the public reads is sorted."""
    return {
        Order.NEWEST: {"by": "state.online.at", "newest_first": True},
        Order.RANK: {"by": "state.online.rank"},
    }[order]
