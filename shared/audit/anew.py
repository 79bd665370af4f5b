"""Begins a service's digests anew: after a backup was put back, or where there were none before."""

from typing import Any

from pymongo.asynchronous.database import AsyncDatabase

from shared.audit.ledger import DIGESTS
from shared.audit.verify import with_histories
from shared.store.store import UNDIGESTED

Document = dict[str, Any]
AT_ONCE = 1000  # each within the time that a call to the database may take


async def begin_anew(database: AsyncDatabase[Document]) -> int:
    """Forget which digests there were, and let the next ones name every document; how many these are.

    Whoever holds the old digests sees it: the same numbers come once more. It may be asked again.
    """
    await database[DIGESTS].delete_many({})
    marked = 0
    async for collection in with_histories(database):
        unmarked = {"history.0.hash": {"$exists": True}, "undigested": {"$exists": False}}
        last: Document = {}
        while True:
            page = collection.find({**unmarked, **last}, {"_id": 1}).sort("_id", 1).limit(AT_ONCE)
            ids = [found["_id"] async for found in page]
            if not ids:
                break
            await collection.update_many({"_id": {"$in": ids}}, {"$set": UNDIGESTED})
            marked += len(ids)
            last = {"_id": {"$gt": ids[-1]}}
    return marked
