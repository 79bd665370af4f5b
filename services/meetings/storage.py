"""The only file here that knows MongoDB."""

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from pymongo.asynchronous.database import AsyncDatabase
from typing_extensions import override

from services.meetings.domain.committee import Committee
from services.meetings.domain.meeting import Meeting
from services.meetings.domain.status import Status
from shared.directory.measured import measured_otherwise
from shared.store.repository import Page, Repository

Document = dict[str, Any]
_TO_COME: Document = {"state.status": Status.CONVENED.value}


class Committees(Repository[Committee]):
    """The standing groups."""

    def __init__(self, database: AsyncDatabase[Document]) -> None:
        super().__init__(database, "committees", Committee)

    @override
    async def make_indexes(self) -> None:
        """One for the clock that convenes."""
        await super().make_indexes()
        await self.index_clocks("convenes_at")


class Meetings(Repository[Meeting]):
    """Their meetings, with the minutes in them."""

    def __init__(self, database: AsyncDatabase[Document]) -> None:
        super().__init__(database, "meetings", Meeting)

    @override
    async def make_indexes(self) -> None:
        """One for the clock, one for the calendar that moves them, one for each list."""
        await super().make_indexes()
        await self.index_clocks("clock_at")
        await self.collection.create_index(
            [("state.calendar", 1), ("agency_id", 1), ("_id", 1)], partialFilterExpression=_TO_COME
        )
        for narrowed in ([], [("state.committee_id", 1)], [("state.status", 1)]):
            await self.collection.create_index(
                [("agency_id", 1), *narrowed, ("state.starts_at", -1), ("_id", -1)]
            )

    async def not_carried_out(
        self, agency_id: str, committee_ids: Sequence[str], now: datetime, *, after: str | None, limit: int
    ) -> Page[Meeting]:
        """Those that lapsed, lacked a quorum or sent late, and those that the clock has yet to come by."""
        where: Document = {
            "state.committee_id": {"$in": list(committee_ids)},
            "$or": [
                {"state.status": {"$in": [Status.LAPSED.value, Status.NOT_OFFICIAL.value]}},
                {"state.sending.overdue_at": {"$type": "date"}},
                {"state.clock_at": {"$lte": now, "$type": "date"}},
            ],
        }
        return await self.page(
            agency_id, where=where, by="state.starts_at", newest_first=True, after=after, limit=limit
        )

    async def last_held(self, agency_id: str, committee_id: str) -> Meeting | None:
        """The committee's latest meeting that was official; None before its first."""
        held = [Status.OPEN.value, Status.CLOSED.value]
        where: Document = {"state.committee_id": committee_id, "state.status": {"$in": held}}
        found = await self.page(agency_id, where=where, by="state.starts_at", newest_first=True, limit=1)
        return found.items[0].state if found.items else None

    async def next_convened(self, agency_id: str, committee_id: str, after: datetime) -> Meeting | None:
        """The first convened one that begins later; None while there is none."""
        where: Document = {
            "state.committee_id": committee_id,
            "state.status": Status.CONVENED.value,
            "state.starts_at": {"$gt": after},
        }
        found = await self.page(agency_id, where=where, by="state.starts_at", limit=1)
        return found.items[0].state if found.items else None

    def measured_otherwise(self, calendars: Mapping[str, str]) -> AsyncIterator[str]:
        """Those still to come whose day was found by a calendar that is no longer theirs."""
        return measured_otherwise(self.collection, "state.calendar", calendars, going=_TO_COME)

    async def official_since(
        self, agency_id: str, committee_ids: Sequence[str], since: datetime
    ) -> Mapping[str, Sequence[datetime]]:
        """When the meetings of these committees were declared official, from then on."""
        query: Document = {
            "agency_id": agency_id,
            "state.committee_id": {"$in": list(committee_ids)},
            "state.starts_at": {"$gte": since},
            "state.opened_at": {"$type": "date"},
        }
        found: dict[str, list[datetime]] = {}
        async for one in self.collection.find(query, {"state.committee_id": 1, "state.opened_at": 1}):
            found.setdefault(one["state"]["committee_id"], []).append(one["state"]["opened_at"])
        return found


def held_by(committee_id: str | None, status: Status | None) -> Document:
    """The query of the list: of one committee, of one status, of both or of all."""
    query: Document = {}
    if committee_id is not None:
        query["state.committee_id"] = committee_id
    if status is not None:
        query["state.status"] = status.value
    return query
