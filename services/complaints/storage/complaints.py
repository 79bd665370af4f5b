"""Complaints, and the lists that staff live in."""

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime

from pymongo import DESCENDING
from pymongo.asynchronous.database import AsyncDatabase
from typing_extensions import override

from services.complaints.domain.complaint import ENDED, Complaint, Status
from services.complaints.storage.clocks import Document, index_clocks, measured_otherwise
from shared import retention
from shared.store.repository import Page, Repository


class Complaints(Repository[Complaint]):
    """Complaints, and the lists that staff live in."""

    def __init__(self, database: AsyncDatabase[Document]) -> None:
        super().__init__(database, "complaints", Complaint)

    @override
    async def make_indexes(self) -> None:
        """One for the citizen's code, one for each clock, one for each list."""
        await super().make_indexes()
        await self.collection.create_index("state.tracking_code", unique=True)
        clocks = ("state.escalates_at", "state.warns_at", "state.waits_until_at", "state.rate_by_at")
        await index_clocks(self.collection, *clocks, by="state.measured_by")
        await self.collection.create_index([("agency_id", 1), ("state.filed_at", -1), ("_id", -1)])
        await self.collection.create_index(
            [("agency_id", 1), ("state.status", 1), ("state.filed_at", -1), ("_id", -1)]
        )
        await self.collection.create_index([("agency_id", 1), ("state.contact.id", 1)])
        await self.collection.create_index(
            [("state.level_post", 1), ("state.filed_at", -1), ("_id", -1)],
            partialFilterExpression={"state.level_post": {"$type": "string"}},
        )
        await retention.make_index(self.collection, "closed_at")

    async def has_open(self, agency_id: str, contact_id: str) -> bool:
        """Whether a complaint of this person's isn't closed yet."""
        ended = {"state.status": {"$nin": [one.value for one in ENDED]}}
        return await self.collection.find_one({**_of(agency_id, contact_id), **ended}, {"_id": 1}) is not None

    async def last_closed_at(self, agency_id: str, contact_id: str) -> datetime | None:
        """When the last of this person's complaints was closed."""
        of_all = {**_of(agency_id, contact_id), "state.closed_at": {"$type": "date"}}
        newest = [("state.closed_at", DESCENDING)]
        found = await self.collection.find_one(of_all, {"state.closed_at": 1}, sort=newest)
        return found["state"]["closed_at"] if found else None

    async def at_posts(
        self, agency_id: str | None, posts: Sequence[str], *, after: str | None, limit: int
    ) -> Page[Complaint]:
        """What went up to these posts and to none above them, newest first; of all agencies for None."""
        return await self.page(
            agency_id,
            where={"state.level_post": {"$in": list(posts)}},
            by="state.filed_at",
            newest_first=True,
            after=after,
            limit=limit,
        )

    def measured_otherwise(self, calendars: Mapping[str, str]) -> AsyncIterator[str]:
        """Those whose clock runs by a calendar that is no longer theirs."""
        return measured_otherwise(self.collection, "state.measured_by", calendars)


def _of(agency_id: str, contact_id: str) -> Document:
    return {"agency_id": agency_id, "state.contact.id": contact_id}


def with_status(status: Status | None) -> Document:
    """The query of the staff's list."""
    return {} if status is None else {"state.status": status.value}
