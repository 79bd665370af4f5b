"""The systems that may file over Open311: few, found by the hash of their key."""

from pymongo.asynchronous.database import AsyncDatabase
from typing_extensions import override

from services.complaints.domain.client import Client
from services.complaints.storage.clocks import Document
from shared.store.repository import Repository


class Clients(Repository[Client]):
    """Systems that file."""

    def __init__(self, database: AsyncDatabase[Document]) -> None:
        super().__init__(database, "open311_clients", Client)

    @override
    async def make_indexes(self) -> None:
        """One for the key."""
        await super().make_indexes()
        await self.collection.create_index("state.key_hash", unique=True)
