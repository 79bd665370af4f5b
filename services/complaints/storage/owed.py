"""Things on which something is owed until an instant: the lists that show them, and their clock."""

from collections.abc import AsyncIterator, Mapping
from datetime import datetime

from pymongo.asynchronous.collection import AsyncCollection

from services.complaints.storage.clocks import Document, index_clocks, measured_otherwise

DUE_AT, MEASURED_BY = "state.deadline.due_at", "state.deadline.measured_by"
OPEN: Document = {DUE_AT: {"$type": "date"}}


async def index_owed(collection: AsyncCollection[Document], since: str) -> None:
    """One for the clock, and for each list of all (newest `since` first) and of what is owed still."""
    await index_clocks(collection, "state.deadline.escalates_at", by=MEASURED_BY)
    newest, soonest = [(since, -1), ("_id", -1)], [(DUE_AT, 1), ("_id", 1)]
    for narrowed in ([], ["state.unit_id"], ["state.status"]):
        of_agency = [("agency_id", 1), *((field, 1) for field in narrowed)]
        await collection.create_index([*of_agency, *newest])
        await collection.create_index([*of_agency, *soonest], partialFilterExpression=OPEN)


def owed_otherwise(collection: AsyncCollection[Document], calendars: Mapping[str, str]) -> AsyncIterator[str]:
    """Those whose clock runs by a calendar that is no longer theirs."""
    return measured_otherwise(collection, MEASURED_BY, calendars)


def those(status: str | None, unit_id: str | None) -> Document:
    """The query of all, or of those that stand there, or that are of an office."""
    given = {"state.status": status, "state.unit_id": unit_id}
    return {field: value for field, value in given.items() if value is not None}


def owed_at(now: datetime | None) -> Document:
    """The query of what is owed still, or of what was due by then."""
    return OPEN if now is None else {DUE_AT: {"$type": "date", "$lte": now}}
