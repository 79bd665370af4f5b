"""The indexes of complaints, and which list or search each of them serves."""

from dataclasses import dataclass, field
from typing import Any, Final

from pymongo import IndexModel
from pymongo.asynchronous.collection import AsyncCollection

from services.complaints.domain.door import Door

Document = dict[str, Any]
FILED_AT, DUE_AT, CONTACT, STATUS = "state.filed_at", "listed.due_at", "state.contact.id", "state.status"
CODE, AGENCIES_BEFORE = "state.tracking_code", "state.agencies_before"
UNDER, OWED, WORDS = "listed.under", "listed.owed", "listed.words"
NEWEST: Final = ((FILED_AT, -1), ("_id", -1))
RUNNING: Final[Document] = {DUE_AT: {"$type": "date"}}


@dataclass(frozen=True, slots=True, kw_only=True)
class Index:
    """`serves` says what for; `only` which documents are in it, all for {}."""

    name: str
    serves: str
    keys: tuple[tuple[str, int], ...]
    only: Document = field(default_factory=dict[str, Any])

    @property
    def model(self) -> IndexModel:
        """As the database is asked for it."""
        partial: Document = {"partialFilterExpression": self.only} if self.only else {}
        return IndexModel([*self.keys], name=self.name, **partial)


LISTS: Final = (
    Index(
        name="filed",
        serves="all, by state, and each of both by unit, county, ground, service or door; waiting",
        keys=(("agency_id", 1), (UNDER, 1), (STATUS, 1), *NEWEST),
    ),
    Index(
        name="owed",
        serves="owed, mine, unassigned, at risk, late, escalated, each by the same",
        keys=(("agency_id", 1), (OWED, 1), (DUE_AT, 1), ("_id", 1)),
        only=RUNNING,
    ),
    Index(
        name="words",
        serves="search by text",
        keys=(("agency_id", 1), (WORDS, 1), *NEWEST),
    ),
    Index(
        name="person",
        serves="search by number, or by its end; repeats of a matter; what an erasure asks",
        keys=(("agency_id", 1), (CONTACT, 1), *NEWEST),
    ),
    Index(
        name="open311",
        serves="what came by Open311, and nothing else is in it",
        keys=(("agency_id", 1), *NEWEST),
        only={"state.door": Door.OPEN311.value},
    ),
)
"""Four for all, and one for few: each makes filing dearer (`docs/decisions/lists-and-search.md`)."""


async def index_lists(collection: AsyncCollection[Document]) -> None:
    """Those above."""
    await collection.create_indexes([one.model for one in LISTS])
