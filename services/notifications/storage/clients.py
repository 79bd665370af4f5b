"""The systems that send SMS by keys of their own: few, found by the hash of their key or by a line."""

from typing import Any

from pymongo.asynchronous.database import AsyncDatabase
from typing_extensions import override

from services.notifications.domain.client import Client, Standing
from shared.store.repository import Repository

Document = dict[str, Any]
LIVING = {"state.status": {"$in": [one.value for one in Standing if one is not Standing.REVOKED]}}


class Clients(Repository[Client]):
    """Systems that send."""

    def __init__(self, database: AsyncDatabase[Document]) -> None:
        super().__init__(database, "sms_clients", Client)

    @override
    async def make_indexes(self) -> None:
        """One for the key, one for the lines that citizens write to: each is one system's."""
        await super().make_indexes()
        await self.collection.create_index("state.key_hash", unique=True)
        await self.collection.create_index(
            "state.terms.inbound_lines",
            unique=True,
            partialFilterExpression={"state.terms.inbound_lines": {"$type": "string"}},
        )

    async def count(self, agency_id: str) -> int:
        """How many an agency has."""
        return await self.collection.count_documents({"agency_id": agency_id, **LIVING})

    async def of_line(self, line: str) -> Client | None:
        """Whose line it is; None for a line of no system."""
        found = await self.all_of({"state.terms.inbound_lines": {"$eq": line, "$type": "string"}})
        return next(iter(found), None)
