"""What posts were told."""

from collections.abc import Collection
from typing import Any

from pymongo.asynchronous.database import AsyncDatabase
from typing_extensions import override

from services.notifications.domain.inbox import Notice
from shared.store.repository import Repository

Document = dict[str, Any]


class Inbox(Repository[Notice]):
    """What posts were told."""

    def __init__(self, database: AsyncDatabase[Document]) -> None:
        super().__init__(database, "inbox", Notice)

    @override
    async def make_indexes(self) -> None:
        """One for the list."""
        await super().make_indexes()
        await self.collection.create_index(
            [("agency_id", 1), ("state.post_id", 1), ("state.at", -1), ("_id", -1)]
        )


def of_posts(post_ids: Collection[str]) -> Document:
    """The query of an inbox."""
    return {"state.post_id": {"$in": [*post_ids]}}
