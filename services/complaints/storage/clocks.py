"""What every collection whose things have a clock is asked, and the indexes for it."""

from collections.abc import AsyncIterator, Mapping
from typing import Any

from pymongo.asynchronous.collection import AsyncCollection

from shared.directory import measured

Document = dict[str, Any]


async def index_clocks(collection: AsyncCollection[Document], *clocks: str, by: str) -> None:
    """One for each clock that may run, and one for the calendar `by` which they do."""
    for clock in clocks:
        await collection.create_index(
            [(clock, 1), ("_id", 1)], partialFilterExpression={clock: {"$type": "date"}}
        )
    await collection.create_index(
        [(by, 1), ("agency_id", 1), ("_id", 1)], partialFilterExpression={by: {"$type": "string"}}
    )


def measured_otherwise(
    collection: AsyncCollection[Document], by: str, calendars: Mapping[str, str]
) -> AsyncIterator[str]:
    """Those whose clock runs by a calendar that is no longer theirs: one that stands is by none."""
    return measured.measured_otherwise(collection, by, calendars, going={by: {"$type": "string"}})
