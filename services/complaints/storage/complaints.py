"""Complaints, the lists that staff live in, and how one is found."""

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from datetime import datetime, timedelta

from pymongo import DESCENDING
from pymongo.asynchronous.database import AsyncDatabase
from typing_extensions import override

from services.complaints.domain.complaint import ENDED, Complaint, Status
from services.complaints.domain.contact import Whose
from services.complaints.domain.door import Door
from services.complaints.domain.lists import Filed, Owed, listing
from services.complaints.domain.reports import Reported
from services.complaints.storage.alone import Alone
from services.complaints.storage.clocks import Document, index_clocks, measured_otherwise
from services.complaints.storage.indexes import (
    AGENCIES_BEFORE,
    CODE,
    CONTACT,
    DUE_AT,
    FILED_AT,
    NEWEST,
    OWED,
    RUNNING,
    STATUS,
    UNDER,
    WORDS,
    index_lists,
)
from shared import retention
from shared.store.repository import PAGE_MAX, Page, Repository, Saved, cursor_of

STEP, STEPS_MAX = 250, 4
"""Complaints with the rarest word that a search by several looks through at once; how often for one page."""


class Complaints(Repository[Complaint]):
    """Complaints, the lists that staff live in, and how one is found."""

    def __init__(self, database: AsyncDatabase[Document]) -> None:
        super().__init__(database, "complaints", Complaint)
        self._alone = Alone(self._store.reader)

    @override
    async def make_indexes(self) -> None:
        """One for the citizen's code, one for each clock, those of the lists."""
        await super().make_indexes()
        # A code is one case's, or one after the other's: of as many agencies before, one only.
        await self.collection.create_index([(CODE, 1), (AGENCIES_BEFORE, 1)], unique=True)
        clocks = ("state.escalates_at", "state.warns_at", "state.waits_until_at", "state.rate_by_at")
        await index_clocks(self.collection, *clocks, by="state.measured_by")
        await index_lists(self.collection)
        await self.collection.create_index(
            [("state.level_post", 1), ("state.filed_at", -1), ("_id", -1)],
            partialFilterExpression={"state.level_post": {"$type": "string"}},
        )
        await retention.make_index(self.collection, "closed_at")

    @override
    def beside(self, state: Complaint) -> Document:
        """In which lists it stands and by which words it is found: with its words they go, too."""
        return {"listed": listing(state)}

    async def listed(
        self, agency_id: str, wanted: Filed | Owed, *, after: str | None, limit: int
    ) -> Page[Complaint]:
        """A page of a list: one walk through one index."""
        is_owed = isinstance(wanted, Owed)
        return await self.page(
            agency_id,
            where=_those(wanted),
            by=DUE_AT if is_owed else FILED_AT,
            newest_first=not is_owed,
            after=after,
            limit=limit,
        )

    async def count(self, agency_id: str, wanted: Filed | Owed, *, most: int) -> int:
        """How many stand in a list, counted no further than `most`."""
        return await self.collection.count_documents({"agency_id": agency_id, **_those(wanted)}, limit=most)

    async def held(self, code: str) -> Saved[Complaint] | None:
        """The case of any agency that a code is of now: that which most agencies had before."""
        found = await self._held(code, {"pending": 0, "history": {"$slice": -1}})
        return self._saved(found, "") if found else None

    async def whose(self, code: str) -> Whose | None:
        """Whose the case of a code is now. No more is read: somebody else's must take as long as none."""
        found = await self._held(code, {"agency_id": 1, CONTACT: 1})
        return Whose(found["_id"], found["agency_id"], found["state"]["contact"]["id"]) if found else None

    async def _held(self, code: str, fields: Document) -> Document | None:
        return await self._store.reader.find_one({CODE: code}, fields, sort=[(AGENCIES_BEFORE, DESCENDING)])

    async def coded(self, agency_id: str, code: str) -> Page[Complaint]:
        """The agency's one complaint with a tracking code, if there is it."""
        return await self.page(agency_id, where={CODE: code}, limit=1)

    async def of_persons(
        self, agency_id: str, contact_ids: Collection[str], *, after: str | None, limit: int
    ) -> Page[Complaint]:
        """A page of the complaints of these persons, newest first."""
        return await self._newest(agency_id, {CONTACT: {"$in": sorted(contact_ids)}}, after, limit)

    async def is_only(self, agency_id: str, contact_id: str, id_: str) -> bool:
        """Whether its person surely has no other complaint at the agency (`Alone`)."""
        return await self._alone.is_only(agency_id, contact_id, id_)

    async def of_matter(self, complaint: Complaint, within: timedelta, *, most: int) -> Sequence[Complaint]:
        """What its person filed on the same service and ground: the nearest before it and after it."""
        at = complaint.filed_at
        same = {"state.service_code": complaint.service_code, "state.ground": complaint.ground}
        found: list[Complaint] = []
        for earlier, near in (
            (True, {"$gte": at - within, "$lte": at}),
            (False, {"$gte": at, "$lte": at + within}),
        ):
            page = await self.page(
                complaint.agency_id,
                where={CONTACT: complaint.contact.id, FILED_AT: near, **same},
                by=FILED_AT,
                newest_first=earlier,
                limit=most,
            )
            found += [saved.state for saved in page.items]
        return found

    async def with_words(
        self, agency_id: str, words: Sequence[str], *, after: str | None, limit: int
    ) -> Page[Complaint]:
        """A page of the complaints that have all these words, newest first.

        With several words a page may be short, or empty, though more follow: only so many with the rarest of
        them are looked through at once.
        """
        if len(words) == 1:
            return await self._newest(agency_id, {WORDS: words[0]}, after, limit)
        rarest, wanted = await self._rarest(agency_id, words), set(words)
        fit, last = list[Document](), after
        for _ in range(STEPS_MAX):
            some = await self._walk(
                agency_id,
                where={WORDS: rarest},
                by=FILED_AT,
                newest_first=True,
                after=last,
                size=STEP,
                fields={FILED_AT: 1, WORDS: 1},
            )
            fit += [one for one in some if wanted.issubset(one["listed"]["words"])]
            last = _place_of(some[-1]) if len(some) == STEP else None
            if last is None or len(fit) > limit:
                break
        shown = {"_id": {"$in": [one["_id"] for one in fit[:limit]]}}
        page = await self.page(agency_id, where=shown, by=FILED_AT, newest_first=True, limit=limit)
        return Page(page.items, _place_of(fit[limit - 1]) if len(fit) > limit else last)

    async def has_open(self, agency_id: str, contact_id: str) -> bool:
        """Whether a complaint of this person's isn't closed yet, or is on its way to another agency."""
        ended = {STATUS: {"$nin": [one.value for one in ENDED]}}
        leaving = {STATUS: Status.TRANSFERRED.value, "state.onward.arrived_at": None}
        query = {**_of(agency_id, contact_id), "$or": [ended, leaving]}
        return await self.collection.find_one(query, {"_id": 1}) is not None

    async def last_closed_at(self, agency_id: str, contact_id: str) -> datetime | None:
        """When the last of this person's complaints was closed."""
        of_all = {**_of(agency_id, contact_id), "state.closed_at": {"$type": "date"}}
        newest = [("state.closed_at", DESCENDING)]
        found = await self.collection.find_one(of_all, {"state.closed_at": 1}, sort=newest)
        return found["state"]["closed_at"] if found else None

    async def at_posts(
        self, agency_id: str | None, posts: Sequence[str], *, after: str | None, limit: int
    ) -> Page[Complaint]:
        """What went up to these posts and to none above them, newest first; of all agencies for None.

        What was handed over is with them once, as the case that it is now.
        """
        return await self.page(
            agency_id,
            # The type is what the index covers: without it all complaints are read.
            where={
                "state.level_post": {"$in": list(posts), "$type": "string"},
                STATUS: {"$ne": Status.TRANSFERRED.value},
            },
            by="state.filed_at",
            newest_first=True,
            after=after,
            limit=limit,
        )

    async def those(self, agency_id: str, ids: Collection[str]) -> Sequence[Complaint]:
        """The agency's own with these ids, as many as there are."""
        page = await self.page(agency_id, where={"_id": {"$in": [*ids]}}, limit=PAGE_MAX)
        return [saved.state for saved in page.items]

    async def reports(self, wanted: Reported) -> Sequence[Complaint]:
        """What came in by Open311, the newest first."""
        query: Document = {
            "agency_id": wanted.agency_id,
            "state.door": Door.OPEN311.value,
            "state.filed_at": {"$gte": wanted.since, "$lte": wanted.until},
            "state.status": {"$in": sorted(one.value for one in wanted.statuses)},
        }
        if wanted.ids:
            query["_id"] = {"$in": [*wanted.ids]}
        if wanted.service_codes:
            query["state.service_code"] = {"$in": [*wanted.service_codes]}
        newest = [("state.filed_at", DESCENDING), ("_id", DESCENDING)]
        found = self.collection.find(query, {"pending": 0, "history": {"$slice": -1}}).sort(newest)
        return [self._saved(one, "").state async for one in found.skip(wanted.skip).limit(wanted.limit)]

    async def moved(
        self, agency_id: str, since: datetime, until: datetime, *, limit: int
    ) -> Sequence[tuple[str, Sequence[Document]]]:
        """The histories of those that came in by Open311 and were changed between two instants."""
        changed = {"history": {"$elemMatch": {"at": {"$gte": since, "$lte": until}}}}
        query = {"agency_id": agency_id, "state.door": Door.OPEN311.value, **changed}
        found = self.collection.find(query, {"history": 1}).sort("state.filed_at", 1).limit(limit)
        return [(one["_id"], one["history"]) async for one in found]

    def measured_otherwise(self, calendars: Mapping[str, str]) -> AsyncIterator[str]:
        """Those whose clock runs by a calendar that is no longer theirs."""
        return measured_otherwise(self.collection, "state.measured_by", calendars)

    async def _newest(
        self, agency_id: str, where: Document, after: str | None, limit: int
    ) -> Page[Complaint]:
        return await self.page(
            agency_id, where=where, by=FILED_AT, newest_first=True, after=after, limit=limit
        )

    async def _rarest(self, agency_id: str, words: Sequence[str]) -> str:
        """The word of which so many lie furthest back in time; before all one that stands in fewer."""
        behind: list[tuple[datetime, str]] = []
        for word in words:
            of_word = self.collection.find({"agency_id": agency_id, WORDS: word}, {FILED_AT: 1})
            found = await of_word.sort([*NEWEST]).skip(STEP).limit(1).to_list()
            if not found:
                return word
            behind.append((found[0]["state"]["filed_at"], word))
        return min(behind)[1]


def _place_of(document: Document) -> str:
    return cursor_of(document["state"]["filed_at"], document["_id"])


def _those(wanted: Filed | Owed) -> Document:
    if isinstance(wanted, Filed):
        return {UNDER: _one_of(wanted.under), STATUS: _one_of([one.value for one in wanted.statuses])}
    bounds = {"$gt": wanted.after, "$lte": wanted.until}
    due_at = {name: value for name, value in bounds.items() if value is not None}
    return {OWED: _one_of(wanted.keys), DUE_AT: {**RUNNING[DUE_AT], **due_at}}


def _one_of(values: Sequence[str]) -> str | Document:
    return values[0] if len(values) == 1 else {"$in": [*values]}


def _of(agency_id: str, contact_id: str) -> Document:
    return {"agency_id": agency_id, CONTACT: contact_id}
