"""Slows down whoever guesses: wrong tries are counted by what they try, over all replicas of a service."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Annotated

from fastapi import Depends, Request
from pymongo import ReturnDocument
from pymongo.asynchronous.database import AsyncDatabase

from shared.clock import wall_now
from shared.language import Text
from shared.mongo import Document
from shared.sealing import MasterKey
from shared.store.repository import NotFound
from shared.web.problems import Problem

COLLECTION = "tries"
WRONG_TRIES_MAX = 5
WINDOW = timedelta(minutes=1)
TOO_MANY = Problem(
    429,
    "too-many-tries",
    Text(fa="تلاش‌های نادرست زیاد بود؛ یک دقیقهٔ دیگر.", en="Too many wrong tries; wait a minute."),
    headers={"retry-after": "60"},
)


class TryCounter:
    """Counts in MongoDB, for a minute, under keyed hashes: what was tried is nowhere to be read."""

    def __init__(self, database: AsyncDatabase[Document], master_key: MasterKey) -> None:
        self._tries, self._master_key = database[COLLECTION], master_key

    async def make_indexes(self) -> None:
        """Old counts go by themselves."""
        await self._tries.create_index("until", expireAfterSeconds=0)

    @asynccontextmanager
    async def of(self, what: str) -> AsyncGenerator[None]:
        """Lets a try through, and counts it unless it finds something; 429 after five in a minute.

        It is counted before it is made: any number of tries at once are no more than five.
        """
        now = wall_now()
        minute = int(now.timestamp() // WINDOW.total_seconds())
        id_ = self._master_key.keyed_hash("try", what, str(minute))
        counted = await self._tries.find_one_and_update(
            {"_id": id_},
            {"$setOnInsert": {"until": now + 2 * WINDOW}, "$inc": {"count": 1}},
            upsert=True,
            return_document=ReturnDocument.AFTER,
        )
        if counted is not None and counted["count"] > WRONG_TRIES_MAX:
            raise TOO_MANY
        try:
            yield
        except NotFound:
            raise
        except Exception:
            await self._take_back(id_)
            raise
        await self._take_back(id_)

    async def _take_back(self, id_: str) -> None:
        """The code and the number were right, whatever else was not."""
        await self._tries.update_one({"_id": id_}, {"$inc": {"count": -1}})


async def tries(request: Request) -> TryCounter:
    """The service's counter: `async with tries.of(code): ...`."""
    return request.app.state.tries


Tries = Annotated[TryCounter, Depends(tries)]
