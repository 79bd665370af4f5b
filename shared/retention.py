"""How long what people wrote is kept: a figure for each kind of document, and the sweep that lets it go.

The document stays, with its history and its hashes: that its words went is one more entry. What may never go
(a history, a digest) holds no words that need to.
"""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Generic

from pymongo import ASCENDING
from pymongo.asynchronous.collection import AsyncCollection

from shared.calendar.jalali import local_day
from shared.directory.lookup import Directory
from shared.rule import Rule
from shared.store.history import Act, Document
from shared.store.repository import A, Repository

CLOCK = "clock"
WORDED = "has_words"
"""The field of a document's state that says it still has what is to go: the sweep looks at no other."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept(Generic[A]):
    """One kind of document: `rule` says how long after `since`, a field of its state, its words are kept.

    The figure is the agency's own of the moment: one that was set tighter holds for old documents too.
    `forget` returns the document without its words, or as it is where it still needs them.
    """

    documents: Repository[A]
    directory: Directory
    rule: Rule[timedelta]
    since: Callable[[A], datetime | None]
    since_field: str
    forget: Callable[[A, datetime], A]

    async def over(self, now: datetime) -> AsyncIterator[str]:
        """Ids of those whose words have been kept long enough, in pages until none is left."""
        for agency_id in await self.documents.agencies():
            until = now - await self._kept(agency_id, now)
            where = {f"state.{WORDED}": True}
            async for id_ in self.documents.due(self.since_field, until, agency_id=agency_id, where=where):
                yield id_

    async def let_go(self, id_: str, now: datetime) -> None:
        """Erase the words of one, if that is so. A second time changes nothing."""
        agency_id = (await self.documents.load(id_)).state.agency_id
        kept = await self._kept(agency_id, now)

        def forget(one: A) -> A:
            since = self.since(one)
            return one if since is None or now < since + kept else self.forget(one, now)

        act = Act(name="forget-words", by=CLOCK, at=now, clause=self.rule.clause)
        await self.documents.change(None, id_, act, lambda one: (forget(one), []))

    async def is_over(self, id_: str, now: datetime) -> bool:
        """Whether `let_go` would erase the words of this one now."""
        one = (await self.documents.load(id_)).state
        since = self.since(one)
        over = since is not None and now >= since + await self._kept(one.agency_id, now)
        return over and self.forget(one, now) != one

    async def _kept(self, agency_id: str, now: datetime) -> timedelta:
        return (await self.directory.figures(agency_id)).of(self.rule, local_day(now))


async def make_index(collection: AsyncCollection[Document], since_field: str) -> None:
    """What the sweep reads: nothing that was let go is in it."""
    await collection.create_index(
        [("agency_id", ASCENDING), (f"state.{since_field}", ASCENDING), ("_id", ASCENDING)],
        name="kept",
        partialFilterExpression={f"state.{WORDED}": True},
    )
