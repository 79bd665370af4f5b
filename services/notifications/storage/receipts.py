"""Receipts that came before the answer which names the message that they are of."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from pymongo import WriteConcern
from pymongo.asynchronous.database import AsyncDatabase

from services.notifications.domain.outcome import Outcome, Verdict
from shared.store.codec import BSON_OPTIONS

Document = dict[str, Any]
KEPT = timedelta(days=3)
AT_ONCE_MAX = 16


class EarlyReceipts:
    """Kept for three days by the gateway's own id of the message; a gateway repeats what we don't take."""

    def __init__(self, database: AsyncDatabase[Document]) -> None:
        durable = WriteConcern("majority", j=True)
        self._kept = database.get_collection("early_receipts", BSON_OPTIONS, write_concern=durable)

    async def make_indexes(self) -> None:
        """By it MongoDB itself lets go what is over."""
        await self._kept.create_index("at", expireAfterSeconds=int(KEPT.total_seconds()))

    async def keep(self, gateway: str, gateway_id: str, outcome: Outcome, at: datetime) -> None:
        """Once, however often it comes."""
        said = {"verdict": outcome.verdict.value, "reason": outcome.code, "passing": outcome.passing}
        await self._kept.update_one(
            {"_id": {"gateway": gateway, "id": gateway_id}},
            {"$addToSet": {"said": said}, "$setOnInsert": {"at": at}},
            upsert=True,
        )

    async def of(self, gateway: str, gateway_id: str) -> Sequence[Outcome]:
        """What was told of one message, in the order in which it came."""
        found = await self._kept.find_one({"_id": {"gateway": gateway, "id": gateway_id}})
        return [
            Outcome(verdict=Verdict(one["verdict"]), reason=one["reason"], passing=one["passing"])
            for one in (found or {}).get("said", [])[:AT_ONCE_MAX]
        ]
