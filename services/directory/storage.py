"""The only file here that knows MongoDB."""

import re
from collections.abc import Sequence
from typing import Any

from pymongo.asynchronous.database import AsyncDatabase
from typing_extensions import override

from services.directory.domain.agency import Agency
from services.directory.domain.calendar import Calendar
from services.directory.domain.catalogue import CatalogueService
from services.directory.domain.province import Province
from shared.store.repository import Repository

Document = dict[str, Any]


class Provinces(Repository[Province]):
    """The one province."""

    def __init__(self, database: AsyncDatabase[Document]) -> None:
        super().__init__(database, "provinces", Province)


class Agencies(Repository[Agency]):
    """Agencies, the governorate among them."""

    def __init__(self, database: AsyncDatabase[Document]) -> None:
        super().__init__(database, "agencies", Agency)


class Calendars(Repository[Calendar]):
    """Working calendars, by their owners."""

    def __init__(self, database: AsyncDatabase[Document]) -> None:
        super().__init__(database, "calendars", Calendar)


class CatalogueServices(Repository[CatalogueService]):
    """The catalogue, and the lists that it is searched by."""

    def __init__(self, database: AsyncDatabase[Document]) -> None:
        super().__init__(database, "services", CatalogueService)

    @override
    async def make_indexes(self) -> None:
        """By words, in all agencies and in one; by the words of former titles."""
        await super().make_indexes()
        await self.collection.create_index("state.former.words")
        await self.collection.create_index("state.words")
        await self.collection.create_index([("agency_id", 1), ("state.words", 1)])


def with_words(words: Sequence[str]) -> Document:
    """Services still given: their title, or one they had, has a word beginning with each of these."""
    starts = [{"$regex": f"^{re.escape(word)}"} for word in words]
    if not starts:
        return {"state.withdrawn": False}
    by_title = {"$and": [{"state.words": start} for start in starts]}
    by_former = {"state.former": {"$elemMatch": {"$and": [{"words": start} for start in starts]}}}
    return {"state.withdrawn": False, "$or": [by_title, by_former]}
