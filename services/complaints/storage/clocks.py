"""What every collection whose things have a clock is asked, and the indexes for it."""

from collections.abc import AsyncIterator, Mapping
from typing import Any

from pymongo.asynchronous.collection import AsyncCollection

from shared.events.directory import PROVINCE

Document = dict[str, Any]
PAGE = 500


async def index_clocks(collection: AsyncCollection[Document], *clocks: str, by: str) -> None:
    """One for each clock that may run, and one for the calendar `by` which they do."""
    for clock in clocks:
        await collection.create_index(
            [(clock, 1), ("_id", 1)], partialFilterExpression={clock: {"$type": "date"}}
        )
    await collection.create_index(
        [(by, 1), ("agency_id", 1), ("_id", 1)], partialFilterExpression={by: {"$type": "string"}}
    )


async def measured_otherwise(
    collection: AsyncCollection[Document], by: str, calendars: Mapping[str, str]
) -> AsyncIterator[str]:
    """Those whose clock runs by a calendar that is no longer theirs, in pages until none is left.

    `calendars` are the names of those in force, by their owners.
    """
    of_province, running = calendars.get(PROVINCE, ""), {"$type": "string"}
    behind: Document = {
        "$or": [
            {by: {**running, "$nin": sorted(calendars.values())}},
            {
                by: {**running, "$eq": of_province},
                "agency_id": {"$in": sorted(set(calendars) - {PROVINCE})},
            },
        ]
    }
    last = ""
    while True:
        query: Document = {"$and": [behind, {"_id": {"$gt": last}}]}
        found = await collection.find(query, {"_id": 1}).sort("_id", 1).limit(PAGE).to_list()
        for document in found:
            yield document["_id"]
        if len(found) < PAGE:
            return
        last = found[-1]["_id"]
