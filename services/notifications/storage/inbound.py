"""What citizens sent."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from pymongo.asynchronous.database import AsyncDatabase
from typing_extensions import override

from services.notifications.domain.inbound import InboundMessage
from shared import retention
from shared.store.repository import PAGE_MAX, Repository

Document = dict[str, Any]


class InboundMessages(Repository[InboundMessage]):
    """Messages that came in, and what is asked of a sender's."""

    def __init__(self, database: AsyncDatabase[Document]) -> None:
        super().__init__(database, "inbound", InboundMessage)

    @override
    async def make_indexes(self) -> None:
        """One for a sender's, the latest first; one for the clock, one for the words that go."""
        await super().make_indexes()
        await self.collection.create_index([("state.contact_id", 1), ("state.received_at", -1), ("_id", -1)])
        await self.index_clocks("say_again_at")
        await retention.make_index(self.collection, "received_at")

    async def of_sender(self, contact_id: str, since: datetime) -> Sequence[InboundMessage]:
        """What a sender sent after this, the latest first, a page of it at most."""
        where = {"state.contact_id": contact_id, "state.received_at": {"$gt": since}}
        page = await self.page(None, where=where, by="state.received_at", newest_first=True, limit=PAGE_MAX)
        return [saved.state for saved in page.items]
