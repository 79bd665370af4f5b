"""What came to the lines of systems."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from pymongo.asynchronous.database import AsyncDatabase
from typing_extensions import override

from services.notifications.domain.received import Received
from shared import retention
from shared.store.repository import Repository

Document = dict[str, Any]


class ReceivedMessages(Repository[Received]):
    """Messages to systems, and what is asked of a line's."""

    def __init__(self, database: AsyncDatabase[Document]) -> None:
        super().__init__(database, "sms_received", Received)

    @override
    async def make_indexes(self) -> None:
        """One for a line's, read and unread; one for a sender's, one for the words that go."""
        await super().make_indexes()
        await self.collection.create_index(
            [("state.client_id", 1), ("state.line", 1), ("state.read_at", 1), ("state.received_at", 1)]
        )
        await self.collection.create_index([("state.contact_id", 1), ("state.received_at", -1)])
        await retention.make_index(self.collection, "received_at")

    async def of_line(self, client_id: str, line: str, *, read: bool, most: int) -> Sequence[Received]:
        """A system's: the oldest that it hasn't read, or the newest that it has."""
        page = await self.page(
            None,
            where=_of_line(client_id, line, read=read),
            by="state.received_at",
            newest_first=read,
            limit=most,
        )
        return [saved.state for saved in page.items]

    async def count(
        self, client_id: str, line: str, *, read: bool | None, since: datetime, until: datetime
    ) -> int:
        """How many came in between."""
        between = {"state.received_at": {"$gte": since, "$lte": until}}
        return await self.collection.count_documents({**_of_line(client_id, line, read=read), **between})

    async def last_of(self, contact_id: str) -> datetime | None:
        """When somebody wrote last to a system; None where they never did."""
        newest = self.collection.find({"state.contact_id": contact_id}, {"state.received_at": 1})
        found = await newest.sort("state.received_at", -1).limit(1).to_list()
        return found[0]["state"]["received_at"] if found else None


def _of_line(client_id: str, line: str, *, read: bool | None) -> Document:
    query: Document = {"state.client_id": client_id, "state.line": line}
    return query if read is None else {**query, "state.read_at": {"$ne": None} if read else None}
