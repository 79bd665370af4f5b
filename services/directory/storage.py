"""The only file here that knows MongoDB."""

import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from pymongo.asynchronous.database import AsyncDatabase
from typing_extensions import override

from services.directory.domain.agency import Agency
from services.directory.domain.calendar import Calendar
from services.directory.domain.catalogue import CatalogueService
from services.directory.domain.contacts import NumbersTaken, StaffContact, id_of
from services.directory.domain.programmes import Measure
from services.directory.domain.province import Province
from shared.store.repository import PAGE_MAX, Repository

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


class Measures(Repository[Measure]):
    """Measures of the programmes that the province adapted."""

    def __init__(self, database: AsyncDatabase[Document]) -> None:
        super().__init__(database, "measures", Measure)


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


class StaffContacts(Repository[StaffContact]):
    """How the people of the agencies are reached."""

    def __init__(self, database: AsyncDatabase[Document]) -> None:
        super().__init__(database, "staff_contacts", StaffContact)

    @override
    async def make_indexes(self) -> None:
        """One person for each number of an agency; one for the clock."""
        await super().make_indexes()
        held = {"state.contact_id": {"$type": "string"}}
        await self.collection.create_index(
            [("agency_id", 1), ("state.contact_id", 1)], unique=True, partialFilterExpression=held
        )
        await self.index_clocks("forget_at")

    async def of_persons(self, agency_id: str, person_ids: Collection[str]) -> Mapping[str, StaffContact]:
        """Theirs, by person; without those who have none."""
        ids = [id_of(agency_id, person_id) for person_id in person_ids]
        found: dict[str, StaffContact] = {}
        for start in range(0, len(ids), PAGE_MAX):
            some = {"_id": {"$in": ids[start : start + PAGE_MAX]}}
            page = await self.page(agency_id, where=some, limit=PAGE_MAX)
            found |= {saved.state.person_id: saved.state for saved in page.items}
        return found

    async def of_contact(self, agency_id: str, contact_id: str) -> StaffContact | None:
        """Whose it is now; None for a former one, and for what never was."""
        # The type is what the index covers: without it all of the agency's are read.
        named = {"state.contact_id": {"$eq": contact_id, "$type": "string"}}
        page = await self.page(agency_id, where=named, limit=1)
        return page.items[0].state if page.items else None


class TakenNumbers(Repository[NumbersTaken]):
    """To whom the real numbers of a group were given."""

    def __init__(self, database: AsyncDatabase[Document]) -> None:
        super().__init__(database, "numbers_taken", NumbersTaken)

    @override
    async def make_indexes(self) -> None:
        """One for the list."""
        await super().make_indexes()
        await self.collection.create_index([("agency_id", 1), ("state.taken_at", -1), ("_id", -1)])


def with_words(words: Sequence[str]) -> Document:
    """Services still given: their title, or one they had, has a word beginning with each of these."""
    starts = [{"$regex": f"^{re.escape(word)}"} for word in words]
    if not starts:
        return {"state.withdrawn": False}
    by_title = {"$and": [{"state.words": start} for start in starts]}
    by_former = {"state.former": {"$elemMatch": {"$and": [{"words": start} for start in starts]}}}
    return {"state.withdrawn": False, "$or": [by_title, by_former]}
