"""Requests that made something are known again for a month; then their keys and hashes go.

They lie beside the history, and no hash covers them: nothing else changes.
"""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from pymongo import ASCENDING

from shared.store.repository import Repository
from shared.store.store import REQUESTED
from shared.sweep import Sweep

KEPT = timedelta(days=30)
PAGE = 500
_GONE = {"idempotency_key": 1, "body_hash": 1, REQUESTED: 1}


def forget_requests(service: str, repositories: Sequence[Repository[Any]]) -> Sweep:
    """The clock of it: it finds collections, and empties each of what is over in pages."""
    by_name = {repository.collection.full_name: repository for repository in repositories}

    async def due(now: datetime) -> AsyncIterator[str]:
        for name, repository in by_name.items():
            if await _over(repository, now, 1):
                yield name

    async def forget(name: str, now: datetime) -> None:
        repository = by_name[name]
        while page := await _over(repository, now, PAGE):
            still_over = {"_id": {"$in": page}, REQUESTED: {"$lte": now - KEPT}}
            await repository.collection.update_many(still_over, {"$unset": _GONE})

    return Sweep(name=f"{service}.forget-requests", due=due, handle=forget)


async def _over(repository: Repository[Any], now: datetime, limit: int) -> list[str]:
    over = {REQUESTED: {"$lte": now - KEPT}}
    found = repository.collection.find(over, {"_id": 1}).sort(REQUESTED, ASCENDING).limit(limit)
    return [one["_id"] async for one in found]
