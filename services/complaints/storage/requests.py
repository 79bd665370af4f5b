"""What citizens want by SMS: sealed beside the keys of persons until it is done, and that it was."""

from typing import Any

from pymongo.asynchronous.collection import AsyncCollection
from pymongo.asynchronous.database import AsyncDatabase

from services.complaints.domain.request import Request
from shared.events.requests import SealedRequest
from shared.keys.storage import keys_database
from shared.store.repository import Repository

Document = dict[str, Any]
COLLECTION = "requests"


class Requests(Repository[Request]):
    """Requests that were done or refused."""

    def __init__(self, database: AsyncDatabase[Document]) -> None:
        super().__init__(database, COLLECTION, Request)


class SealedRequests:
    """As the bus brought them. Each holds its own key, so they lie where keys lie."""

    def __init__(self, database: AsyncDatabase[Document]) -> None:
        self.sealed: AsyncCollection[Document] = keys_database(database)[COLLECTION]

    async def get(self, request_id: str) -> SealedRequest | None:
        """None once it ended."""
        found = await self.sealed.find_one({"_id": request_id}, {"value": 1})
        value = None if found is None else found.get("value")
        return None if value is None else SealedRequest.model_validate(value)
