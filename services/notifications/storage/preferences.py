"""What people wish for, beside the keys of persons: a backup of the messages tells nobody's wish."""

from collections.abc import Collection, Sequence
from typing import Any

from pymongo.asynchronous.database import AsyncDatabase
from typing_extensions import override

from services.notifications.domain.wishes import Preference
from shared import retention
from shared.keys.storage import keys_database
from shared.store.repository import Repository

Document = dict[str, Any]


class Preferences(Repository[Preference]):
    """Wishes, found by the keyed hash of a number."""

    def __init__(self, database: AsyncDatabase[Document]) -> None:
        super().__init__(keys_database(database), "preferences", Preference)

    @override
    async def make_indexes(self) -> None:
        """One wish for each number at an agency; and the clock by which it is forgotten."""
        await super().make_indexes()
        await self.collection.create_index(
            [("state.number_hash", 1), ("agency_id", 1)],
            unique=True,
            partialFilterExpression={"state.number_hash": {"$type": "string"}},
        )
        await retention.make_index(self.collection, "said_at")

    async def of_numbers(
        self, number_hashes: Collection[str], agency_ids: Collection[str]
    ) -> Sequence[Preference]:
        """What these numbers said to these agencies."""
        # The type is what the index covers: without it all wishes are read.
        return await self.all_of(
            {
                "state.number_hash": {"$in": [*number_hashes], "$type": "string"},
                "agency_id": {"$in": [*agency_ids]},
            }
        )
