"""The only file here that knows MongoDB."""

from collections.abc import Callable
from typing import Any

from pymongo import WriteConcern, timeout
from pymongo.asynchronous.collection import AsyncCollection
from pymongo.asynchronous.database import AsyncDatabase
from typing_extensions import override

from services.reporting.domain.card import Issuing, ReportCard
from services.reporting.domain.facts import KINDS, Fact, Known, Source
from shared.bus.effects import Projection
from shared.cloudevents import Envelope
from shared.store.codec import BSON_OPTIONS, Codec
from shared.store.repository import Repository

Document = dict[str, Any]
COPY_S = 600.0
"""Far more than a request may take: given up early, it would be begun anew and given up each second."""
CODECS: dict[Source, Codec[Fact]] = {source: Codec(kind) for source, kind in KINDS.items()}


class Cards(Repository[ReportCard]):
    """Issued cards, found by agency and quarter through their ids."""

    def __init__(self, database: AsyncDatabase[Document]) -> None:
        super().__init__(database, "report_cards", ReportCard)


class Issuings(Repository[Issuing]):
    """Whose turn comes when."""

    def __init__(self, database: AsyncDatabase[Document]) -> None:
        super().__init__(database, "issuings", Issuing)

    @override
    async def make_indexes(self) -> None:
        """And the clock's own."""
        await super().make_indexes()
        await self.collection.create_index([("state.issues_at", 1), ("_id", 1)])


class FactStore:
    """What the projections know, a collection for each source, and the copies that issued cards rest on."""

    def __init__(self, database: AsyncDatabase[Document]) -> None:
        self.database = database
        self._known = {source: facts_of(database, source) for source in Source}
        self._copies = database.get_collection(
            "issued_facts", BSON_OPTIONS, write_concern=WriteConcern("majority", j=True)
        )

    async def make_indexes(self) -> None:
        """One for a quarter's facts, one for those with gaps, one for the copies."""
        for facts in self._known.values():
            await facts.create_index([("agency_id", 1), ("state.quarters", 1), ("_id", 1)])
            with_gaps = {"gaps": {"$gt": 0}}
            await facts.create_index([("agency_id", 1), ("_id", 1)], partialFilterExpression=with_gaps)
        place = ("agency_id", "quarter", "key", "source", "fact_id")
        await self._copies.create_index([(name, 1) for name in place])

    def live(self, agency_id: str, quarter: str) -> "Live":
        """As it is known now."""
        return Live(self._known, agency_id, quarter)

    def frozen(self, agency_id: str, quarter: str, key: str) -> "Frozen":
        """As it was when a card was issued."""
        return Frozen(self._copies, {"agency_id": agency_id, "quarter": quarter, "key": key})

    async def freeze(self, agency_id: str, quarter: str, key: str) -> None:
        """The server copies: nothing of it travels. It takes what time it takes, up to ten minutes."""
        with timeout(COPY_S):
            await self._copy(agency_id, quarter, key)

    async def keep_only(self, agency_id: str, quarter: str, key: str) -> None:
        """Delete the copies of attempts that came to nothing."""
        others = {"agency_id": agency_id, "quarter": quarter, "key": {"$ne": key}}
        with timeout(COPY_S):
            await self._copies.delete_many(others)

    async def _copy(self, agency_id: str, quarter: str, key: str) -> None:
        for source, facts in self._known.items():
            copy = {
                "_id": {"$concat": [key, ":", source.value, ":", "$_id"]},
                "agency_id": 1,
                "quarter": {"$literal": quarter},
                "key": {"$literal": key},
                "source": {"$literal": source.value},
                "fact_id": "$_id",
                "gaps": 1,
                "state": 1,
            }
            steps: list[Document] = [
                {"$match": _in_quarter(agency_id, quarter)},
                {"$project": copy},
                {"$merge": {"into": self._copies.name}},
            ]
            durable = facts.with_options(write_concern=self._copies.write_concern)
            await (await durable.aggregate(steps)).to_list()


class Live:
    """The facts of an agency's quarter as they are known now."""

    def __init__(self, known: dict[Source, AsyncCollection[Document]], agency_id: str, quarter: str) -> None:
        self._known, self._query = known, _in_quarter(agency_id, quarter)

    async def some(self, source: Source, after: str | None, limit: int) -> list[Known]:
        """Those whose ids come after one, in the order of ids."""
        query = self._query if after is None else {"$and": [self._query, {"_id": {"$gt": after}}]}
        found = self._known[source].find(query, {"gaps": 1, "state": 1}).sort("_id", 1).limit(limit)
        return [_known(source, one["_id"], one) async for one in found]


class Frozen:
    """The facts that an issued card rests on."""

    def __init__(self, copies: AsyncCollection[Document], query: Document) -> None:
        self._copies, self._query = copies, query

    async def some(self, source: Source, after: str | None, limit: int) -> list[Known]:
        """Those whose ids come after one, in the order of ids."""
        query = {**self._query, "source": source.value}
        if after is not None:
            query["fact_id"] = {"$gt": after}
        found = self._copies.find(query).sort("fact_id", 1).limit(limit)
        return [_known(source, one["fact_id"], one) async for one in found]


def projection_of(database: AsyncDatabase[Document], source: Source) -> Projection:
    """Draws the facts of a source from its events."""
    return Projection(facts_of(database, source), fold_into(source))


def facts_of(database: AsyncDatabase[Document], source: Source) -> AsyncCollection[Document]:
    """Where the facts of a source are kept."""
    return database.get_collection(f"facts_{source.value}", BSON_OPTIONS)


def fold_into(source: Source) -> Callable[[Document, Envelope], Document]:
    """The fold of a source: the fact itself decides what an event tells of it."""
    kind, codec = KINDS[source], CODECS[source]

    def fold(state: Document, envelope: Envelope) -> Document:
        event = envelope.known_event()
        if event is None:
            return state
        before = codec.value(state) if state else kind()
        after = before.told(event)
        return state if after == before else codec.document(after)

    return fold


def _in_quarter(agency_id: str, quarter: str) -> Document:
    """Its facts; and those with gaps that lie in no quarter yet, for they may belong to it."""
    nowhere: list[Any] = [None, []]
    astray: Document = {"gaps": {"$gt": 0}, "state.quarters": {"$in": nowhere}}
    return {"agency_id": agency_id, "$or": [{"state.quarters": quarter}, astray]}


def _known(source: Source, id_: str, document: Document) -> Known:
    fact = CODECS[source].value(document["state"])
    return Known(id=id_, source=source, gaps=document["gaps"], fact=fact)
