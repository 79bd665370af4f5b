"""Problems, and the lists by which headquarters follows them up."""

from collections.abc import AsyncIterator, Mapping

from pymongo.asynchronous.database import AsyncDatabase
from typing_extensions import override

from services.complaints.domain.problem import Problem
from services.complaints.storage.clocks import Document
from services.complaints.storage.owed import index_owed, owed_otherwise
from shared.store.repository import Repository


class Problems(Repository[Problem]):
    """What offices passed to headquarters."""

    def __init__(self, database: AsyncDatabase[Document]) -> None:
        super().__init__(database, "problems", Problem)

    @override
    async def make_indexes(self) -> None:
        """For its clock and its lists."""
        await super().make_indexes()
        await index_owed(self.collection, since="state.passed_at")

    def measured_otherwise(self, calendars: Mapping[str, str]) -> AsyncIterator[str]:
        """Those whose clock runs by a calendar that is no longer theirs."""
        return owed_otherwise(self.collection, calendars)
