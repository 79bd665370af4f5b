"""How gateways did, minute by minute, for all processes: one sends, another is told of receipts."""

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from pymongo import UpdateOne, WriteConcern
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import PyMongoError

from services.notifications.domain.health import Minute
from shared.observe.logs import log
from shared.store.codec import BSON_OPTIONS

Document = dict[str, Any]
_LOG = log(__name__)
KEPT, GATHERS_S = timedelta(days=1), 0.5
COUNTED = ("handed", "failed", "took", "receipts")


class GatewayMinutes:
    """Counts that only guide a choice: what a process had not written when it died is lost, and no harm."""

    def __init__(self, database: AsyncDatabase[Document]) -> None:
        self._minutes = database.get_collection(
            "gateway_minutes", BSON_OPTIONS, write_concern=WriteConcern(1, j=False)
        )
        self._noted: dict[tuple[str, datetime], Counter[str]] = {}
        self._writing: asyncio.Task[None] | None = None

    async def make_indexes(self) -> None:
        """By it MongoDB itself lets go what is over."""
        await self._minutes.create_index("at", expireAfterSeconds=int(KEPT.total_seconds()))

    def note(self, gateway: str, at: datetime, *what: str) -> None:
        """Count it (`handed`, `failed`, `took`, `receipts`) for the minute of `at`; written soon."""
        minute = gateway, at.replace(second=0, microsecond=0)
        self._noted.setdefault(minute, Counter()).update(what)
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(self._gather())

    async def since(self, at: datetime) -> Mapping[str, Sequence[Minute]]:
        """The minutes of each gateway since then."""
        found: dict[str, list[Minute]] = {}
        async for one in self._minutes.find({"at": {"$gte": at}}):
            counts = {name: one.get(name, 0) for name in COUNTED}
            found.setdefault(one["gateway"], []).append(Minute(at=one["at"], **counts))
        return found

    async def write(self) -> None:
        """What was noted so far."""
        noted, self._noted = self._noted, {}
        writes = [
            UpdateOne(
                {"_id": f"{gateway} {at.isoformat()}"},
                {"$inc": counts, "$setOnInsert": {"gateway": gateway, "at": at}},
                upsert=True,
            )
            for (gateway, at), counts in noted.items()
        ]
        if writes:
            await self._minutes.bulk_write(writes)

    async def _gather(self) -> None:
        await asyncio.sleep(GATHERS_S)
        try:
            await self.write()
        except PyMongoError as error:
            _LOG.warning("how gateways do could not be noted", error=type(error).__name__)
