"""Press cases, and the lists by which they are followed up."""

from collections.abc import AsyncIterator, Mapping
from datetime import datetime

from pymongo.asynchronous.database import AsyncDatabase
from typing_extensions import override

from services.complaints.domain.press import PressCase, PressStatus
from services.complaints.storage.clocks import Document, index_clocks, measured_otherwise
from shared.store.repository import Repository

DUE_AT, MEASURED_BY = "state.deadline.due_at", "state.deadline.measured_by"


class PressCases(Repository[PressCase]):
    """What people ask in the media."""

    def __init__(self, database: AsyncDatabase[Document]) -> None:
        super().__init__(database, "press_cases", PressCase)

    @override
    async def make_indexes(self) -> None:
        """One for the clock, and for each list of all and of what is owed still."""
        await super().make_indexes()
        await index_clocks(self.collection, "state.deadline.escalates_at", by=MEASURED_BY)
        newest, soonest = [("state.entered_at", -1), ("_id", -1)], [(DUE_AT, 1), ("_id", 1)]
        for narrowed in ([], ["state.unit_id"], ["state.status"]):
            of_agency = [("agency_id", 1), *((field, 1) for field in narrowed)]
            await self.collection.create_index([*of_agency, *newest])
            await self.collection.create_index([*of_agency, *soonest], partialFilterExpression=OPEN)

    def measured_otherwise(self, calendars: Mapping[str, str]) -> AsyncIterator[str]:
        """Those whose clock runs by a calendar that is no longer theirs."""
        return measured_otherwise(self.collection, MEASURED_BY, calendars)


OPEN: Document = {DUE_AT: {"$type": "date"}}


def those(status: PressStatus | None, unit_id: str | None) -> Document:
    """The query of all cases, or of those that stand there, or that an office has."""
    given = {"state.status": status and status.value, "state.unit_id": unit_id}
    return {field: value for field, value in given.items() if value is not None}


def owed_at(now: datetime | None) -> Document:
    """The query of what is owed still, or of what was due by then."""
    return OPEN if now is None else {DUE_AT: {"$type": "date", "$lte": now}}
