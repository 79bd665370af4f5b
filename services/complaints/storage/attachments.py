"""The files of cases: what is known of them. Their bytes lie in the store."""

from pymongo.asynchronous.database import AsyncDatabase
from typing_extensions import override

from services.complaints.domain.attachment import CaseFiles
from services.complaints.storage.clocks import Document
from shared.files.store import FileStore
from shared.store.repository import Repository


class Attachments(Repository[CaseFiles]):
    """One document for each complaint that has files, under the complaint's own id."""

    def __init__(self, database: AsyncDatabase[Document], store: FileStore) -> None:
        super().__init__(database, "attachments", CaseFiles)
        self._bytes = store

    @override
    async def make_indexes(self) -> None:
        """One for each clock; and what the store needs."""
        await super().make_indexes()
        await self.index_clocks("clear_at", "scan_at")
        await self._bytes.prepare()
