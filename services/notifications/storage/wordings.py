"""The wordings of agencies: at most one for each thing that is told, found by its id."""

from typing import Any

from pymongo.asynchronous.database import AsyncDatabase

from services.notifications.domain.wordings import Wording
from shared.store.repository import Repository

Document = dict[str, Any]


class Wordings(Repository[Wording]):
    """Wordings of agencies and of the province."""

    def __init__(self, database: AsyncDatabase[Document]) -> None:
        super().__init__(database, "wordings", Wording)
