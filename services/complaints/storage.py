"""The only file here that knows MongoDB."""

from collections.abc import AsyncIterator, Mapping
from datetime import datetime
from typing import Any

from pymongo import DESCENDING
from pymongo.asynchronous.database import AsyncDatabase
from typing_extensions import override

from services.complaints.domain.complaint import Complaint, Status
from shared.events.directory import PROVINCE
from shared.store.repository import Repository

Document = dict[str, Any]
PAGE = 500


class Complaints(Repository[Complaint]):
    """Complaints, and the lists that staff live in."""

    def __init__(self, database: AsyncDatabase[Document]) -> None:
        super().__init__(database, "complaints", Complaint)

    @override
    async def make_indexes(self) -> None:
        """One for the citizen's code, one for each clock, one for each list."""
        await super().make_indexes()
        await self.collection.create_index("state.tracking_code", unique=True)
        for clock in ("escalates_at", "rate_by_at"):
            running = {f"state.{clock}": {"$type": "date"}}
            await self.collection.create_index(
                [(f"state.{clock}", 1), ("_id", 1)], partialFilterExpression=running
            )
        await self.collection.create_index(
            [("state.measured_by", 1), ("agency_id", 1), ("_id", 1)],
            partialFilterExpression={"state.measured_by": {"$type": "string"}},
        )
        await self.collection.create_index([("agency_id", 1), ("state.filed_at", -1), ("_id", -1)])
        await self.collection.create_index(
            [("agency_id", 1), ("state.status", 1), ("state.filed_at", -1), ("_id", -1)]
        )
        await self.collection.create_index([("agency_id", 1), ("state.contact.id", 1)])

    async def has_open(self, agency_id: str, contact_id: str) -> bool:
        """Whether a complaint of this person's isn't closed yet."""
        ended = {"state.status": {"$ne": Status.CLOSED.value}}
        return await self.collection.find_one({**_of(agency_id, contact_id), **ended}, {"_id": 1}) is not None

    async def last_closed_at(self, agency_id: str, contact_id: str) -> datetime | None:
        """When the last of this person's complaints was closed."""
        of_all = {**_of(agency_id, contact_id), "state.closed_at": {"$type": "date"}}
        newest = [("state.closed_at", DESCENDING)]
        found = await self.collection.find_one(of_all, {"state.closed_at": 1}, sort=newest)
        return found["state"]["closed_at"] if found else None

    async def measured_otherwise(self, calendars: Mapping[str, str]) -> AsyncIterator[str]:
        """Those whose clock runs by a calendar that is no longer theirs, in pages until none is left.

        `calendars` are the names of those in force, by their owners.
        """
        of_province, running = calendars.get(PROVINCE, ""), {"$type": "string"}
        behind: Document = {
            "$or": [
                {"state.measured_by": {**running, "$nin": sorted(calendars.values())}},
                {
                    "state.measured_by": {**running, "$eq": of_province},
                    "agency_id": {"$in": sorted(set(calendars) - {PROVINCE})},
                },
            ]
        }
        last = ""
        while True:
            query: Document = {"$and": [behind, {"_id": {"$gt": last}}]}
            found = await self.collection.find(query, {"_id": 1}).sort("_id", 1).limit(PAGE).to_list()
            for document in found:
                yield document["_id"]
            if len(found) < PAGE:
                return
            last = found[-1]["_id"]


def _of(agency_id: str, contact_id: str) -> Document:
    return {"agency_id": agency_id, "state.contact.id": contact_id}


def with_status(status: Status | None) -> Document:
    """The query of the staff's list."""
    return {} if status is None else {"state.status": status.value}
