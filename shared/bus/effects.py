"""The three ways in which a record may have an effect, each once however often it is delivered."""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, ClassVar, Generic, TypeVar

import orjson
from opentelemetry.trace import SpanKind
from pydantic import BaseModel, ValidationError
from pymongo import ReplaceOne, UpdateOne, WriteConcern
from pymongo.asynchronous.client_session import AsyncClientSession
from pymongo.asynchronous.collection import AsyncCollection
from pymongo.read_concern import ReadConcern
from typing_extensions import override

from shared.bus.records import REPLAY_HEADER, Received, may_pass
from shared.cloudevents import Envelope, Unreadable
from shared.events.event import Event
from shared.observe.traces import span

Document = dict[str, Any]
ItemT = TypeVar("ItemT")
AT_ONCE_MAX = 32


class Mend(StrEnum):
    """How a record that lies in the dead letters has its effect after all."""

    REDRIVE = "redrive"
    REPLAY = "replay"
    RESEND = "resend"


class Effect(ABC, Generic[ItemT]):
    """What a subscription does with records. Working the same record again changes nothing."""

    mend: ClassVar[Mend] = Mend.REDRIVE
    records_max: ClassVar[int] = 500
    """Of a batch: what is worked again when its worker dies in the middle."""
    private: bool = False
    """Its records may hold what must not outlive a person's erasure: dead letters keep none of it."""

    @abstractmethod
    def read(self, record: Received) -> ItemT:
        """The record's meaning; raises Unreadable for what can never be worked."""

    @abstractmethod
    async def work(self, items: Sequence[ItemT]) -> None:
        """Work a batch, in order for each aggregate. Raises when not all is worked: it comes again."""

    async def make_indexes(self) -> None:
        """Those that its own questions need."""


@dataclass(frozen=True, slots=True)
class Told:
    """An event on its way to a projection; `replay` names the replay that it belongs to."""

    envelope: Envelope
    replay: str | None


Fold = Callable[[Document, Envelope], Document]
WITH_GAPS: Document = {"gaps": {"$gt": 0}}


class Projection(Effect[Told]):
    """One document for each source aggregate, with the last `sequence` applied.

    A batch is folded in memory and written in one transaction. An older sequence is dropped. A missing one is
    marked in `gaps`; a replay of that aggregate builds a shadow beside it and takes its place when complete.
    The fold gets the state so far ({} at first) and an event of any type; for those it doesn't know it
    returns the state as it is.
    """

    mend = Mend.REPLAY  # alone it would be dropped, as older than what came after it
    records_max = 2000  # each batch costs a transaction, and each aggregate in it one write

    def __init__(self, collection: AsyncCollection[Document], fold: Fold) -> None:
        self._collection, self._fold = collection, fold

    @override
    async def make_indexes(self) -> None:
        """One that holds nothing but the gaps."""
        await self._collection.create_index("gaps", partialFilterExpression=WITH_GAPS)

    async def gaps(self) -> int:
        """How many aggregates lack an event."""
        return await self._collection.count_documents(WITH_GAPS)

    @override
    def read(self, record: Received) -> Told:
        envelope = Envelope.read(record.headers, record.value)
        return Told(envelope, record.header(REPLAY_HEADER))

    @override
    async def work(self, items: Sequence[Told]) -> None:
        async with self._collection.database.client.start_session() as session:
            await session.with_transaction(
                lambda inside: self._apply(inside, items),
                read_concern=ReadConcern("snapshot"),
                write_concern=WriteConcern("majority", j=True),
            )

    async def _apply(self, session: AsyncClientSession, items: Sequence[Told]) -> None:
        subjects = list({told.envelope.subject for told in items})
        found = self._collection.find({"_id": {"$in": subjects}}, session=session)
        now = {document["_id"]: document for document in await found.to_list()}
        changed: dict[str, Document] = {}
        for told in items:
            subject = told.envelope.subject
            before = now.get(subject) or {"_id": subject, "sequence": 0, "gaps": 0, "state": {}}
            after = fold_in(before, told, self._fold)
            if after is not before:
                now[subject] = changed[subject] = after
        if changed:
            writes = [ReplaceOne({"_id": id_}, one, upsert=True) for id_, one in changed.items()]
            await self._collection.bulk_write(writes, ordered=False, session=session)


def fold_in(before: Document, told: Told, fold: Fold) -> Document:
    """The projection's document after one more event; the same object when nothing changes. Pure."""
    envelope = told.envelope
    after: Document = before
    if envelope.sequence > before["sequence"]:
        missed = envelope.sequence != before["sequence"] + 1
        after = {
            **before,
            "agency_id": envelope.agency,
            "sequence": envelope.sequence,
            "gaps": before["gaps"] + missed,
            "state": fold(before["state"], envelope),
        }
    if told.replay is not None and envelope.sequence == 1:
        after = {**after, "shadow": {"sequence": 0, "state": {}}}
    shadow: Document | None = after.get("shadow")
    if shadow is not None and envelope.sequence == shadow["sequence"] + 1:
        shadow = {"sequence": envelope.sequence, "state": fold(shadow["state"], envelope)}
        if shadow["sequence"] == after["sequence"]:
            whole = {name: value for name, value in after.items() if name != "shadow"}
            return {**whole, "gaps": 0, "state": shadow["state"]}
        after = {**after, "shadow": shadow}
    return after


class Reaction(Effect[Envelope | None]):
    """Calls a use case for each wanted event; that makes its effect once, by an id derived from the event's.

    Events of one aggregate are worked in order, those of different ones side by side. Replays are for
    projections: a reaction has had its event, or it lies in the dead letters.
    """

    def __init__(
        self,
        wants: Sequence[type[Event]],
        handle: Callable[[Envelope], Awaitable[object]],
        *,
        name: str,
    ) -> None:
        self.wants = frozenset(kind.type_name() for kind in wants)
        self._handle, self._name = handle, name

    @override
    def read(self, record: Received) -> Envelope | None:
        envelope = Envelope.read(record.headers, record.value)
        if envelope.type not in self.wants or record.header(REPLAY_HEADER) is not None:
            return None
        envelope.event()  # data that don't fit are found here, alone, not in the middle of a batch
        return envelope

    @override
    async def work(self, items: Sequence[Envelope | None]) -> None:
        lanes: dict[str, list[Envelope]] = {}
        for envelope in items:
            if envelope is not None:
                lanes.setdefault(envelope.subject, []).append(envelope)
        places = asyncio.Semaphore(AT_ONCE_MAX)
        results = await asyncio.gather(
            *[self._lane(lane, places) for lane in lanes.values()], return_exceptions=True
        )
        failures = [result for result in results if result is not None]
        # What can never work goes first: the batch is halved until it is alone.
        for failure in sorted(failures, key=may_pass):
            raise failure

    async def _lane(self, lane: Sequence[Envelope], places: asyncio.Semaphore) -> None:
        async with places:
            for envelope in lane:
                with span(
                    f"{self._name} {envelope.type.rsplit('.', 2)[1]}",
                    traceparent=envelope.traceparent,
                    kind=SpanKind.CONSUMER,
                    subject=envelope.subject,
                ):
                    await self._handle(envelope)


@dataclass(frozen=True, slots=True)
class Newest:
    """A record of a compacted topic: the newest of its key holds; without a value the key is gone."""

    key: str
    value: Document | None
    partition: int
    offset: int


class Mirror(Effect[Newest]):
    """Keeps the newest record of each key of a compacted topic. An older offset changes nothing.

    A record that is no `kind` is unreadable: nothing that reads the copy has to doubt it.
    `then` is told the keys that are there now, `ended` those that are gone, once that is saved; each may be
    told the same again.
    """

    mend = Mend.RESEND  # an old record sent again would be the newest, for everybody

    def __init__(
        self,
        collection: AsyncCollection[Document],
        kind: type[BaseModel],
        then: Callable[[Sequence[str]], Awaitable[object]] | None = None,
        *,
        ended: Callable[[Sequence[str]], Awaitable[object]] | None = None,
        private: bool = False,
    ) -> None:
        self._collection = collection.with_options(write_concern=WriteConcern("majority", j=True))
        self._kind, self._then, self._ended, self.private = kind, then, ended, private

    @override
    def read(self, record: Received) -> Newest:
        if record.key is None:
            raise Unreadable("a record of a compacted topic needs a key")
        value: Document | None = None
        if record.value is not None:
            try:
                self._kind.model_validate_json(record.value)
            except ValidationError:
                raise Unreadable(f"no {self._kind.__name__}") from None
            value = orjson.loads(record.value)
        return Newest(record.key.decode(), value, record.partition, record.offset)

    @override
    async def work(self, items: Sequence[Newest]) -> None:
        newest = {item.key: item for item in sorted(items, key=lambda item: item.offset)}
        await self._collection.bulk_write([_newer(item) for item in newest.values()], ordered=False)
        if self._then is not None:
            await self._then([item.key for item in newest.values() if item.value is not None])
        if self._ended is not None:
            await self._ended([item.key for item in newest.values() if item.value is None])


def _newer(item: Newest) -> UpdateOne:
    """Set it where its offset is beyond the kept one's. A key always lies in one partition."""
    held = {"$ifNull": ["$offset", -1]}
    kept = {"$cond": [{"$lt": [held, item.offset]}, {"$literal": item.value}, "$value"]}
    return UpdateOne(
        {"_id": item.key},
        [{"$set": {"value": kept}}, {"$set": {"offset": {"$max": [held, item.offset]}}}],
        upsert=True,
    )
