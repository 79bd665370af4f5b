"""Which things go by a working calendar that was changed since."""

from collections.abc import AsyncIterator, Mapping
from typing import Any

from pymongo.asynchronous.collection import AsyncCollection

from shared.directory.lookup import Directory
from shared.events.directory import PROVINCE

Document = dict[str, Any]
PAGE = 500


async def calendar_names(directory: Directory) -> Mapping[str, str]:
    """The names of the calendars in force, by their owners; none while the copy is still being built."""
    known = await directory.calendars()
    return {owner: one.calendar.name for owner, one in known.items()} if PROVINCE in known else {}


async def measured_otherwise(
    collection: AsyncCollection[Document], by: str, calendars: Mapping[str, str], *, going: Document
) -> AsyncIterator[str]:
    """Those that go by a calendar that is no longer theirs, in pages until none is left; none by no calendar.

    `by` is the field with their calendar's name, and `going` the query of those that still go by one: the
    filter of the index on both.
    """
    if not calendars:
        return
    own = sorted(set(calendars) - {PROVINCE})
    behind: Document = {
        "$or": [
            {"$and": [going, {by: {"$nin": sorted(calendars.values())}}]},
            {"$and": [going, {by: calendars[PROVINCE], "agency_id": {"$in": own}}]},
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
