"""Press cases, and the lists by which they are followed up."""

from collections.abc import AsyncIterator, Mapping

from pymongo.asynchronous.database import AsyncDatabase
from typing_extensions import override

from services.complaints.domain.press import PressCase
from services.complaints.storage.clocks import Document
from services.complaints.storage.owed import index_owed, owed_otherwise
from shared.store.repository import Repository


class PressCases(Repository[PressCase]):
    """What people ask in the media."""

    def __init__(self, database: AsyncDatabase[Document]) -> None:
        super().__init__(database, "press_cases", PressCase)

    @override
    async def make_indexes(self) -> None:
        """For its clock and its lists."""
        await super().make_indexes()
        await index_owed(self.collection, since="state.entered_at")

    def measured_otherwise(self, calendars: Mapping[str, str]) -> AsyncIterator[str]:
        """Those whose clock runs by a calendar that is no longer theirs."""
        return owed_otherwise(self.collection, calendars)
