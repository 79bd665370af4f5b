"""Loads a thing, asks the domain, saves state, history and events in one write."""

import asyncio
import base64
import random
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Generic, Protocol, TypeVar

import bson
import orjson
from pymongo import ASCENDING, DESCENDING
from pymongo.asynchronous.collection import AsyncCollection
from pymongo.asynchronous.database import AsyncDatabase

from shared.clock import wall_now
from shared.cloudevents import Record, envelope_of
from shared.events.contacts import Gone, Private
from shared.events.event import Event
from shared.events.requests import SealedRequest
from shared.identity import new_id
from shared.observe.traces import current_traceparent
from shared.store.codec import BSON_OPTIONS, Codec
from shared.store.history import GENESIS, Act, Document, entry_of
from shared.store.store import UNDIGESTED, Conflict, Missing, Store, Write, make_indexes

RECORD_BYTES_MAX = 768 * 1024
"""An agency of two thousand posts in one event; with its headers within what the bus takes (1 MiB)."""
PAGE_MAX = 200
Fact = Event | Private


class Aggregate(Protocol):
    """What a domain keeps: a frozen dataclass with these two."""

    @property
    def id(self) -> str: ...
    @property
    def agency_id(self) -> str: ...


A = TypeVar("A", bound=Aggregate)
Decision = tuple[A, Sequence[Fact]]


class NotFound(Exception):
    """No such thing in this agency. Another agency's thing is not found either."""


class Stale(Exception):
    """Somebody changed it since the caller looked (If-Match)."""


class TooLarge(ValueError):
    """An event over the limit: it would stop its aggregate's stream, so it is refused before it is saved."""


class BadCursor(ValueError):
    """Not a cursor that this list gave out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Saved(Generic[A]):
    """A thing as it stands in the database."""

    state: A
    version: int
    sequence: int
    head: str

    @property
    def etag(self) -> str:
        """The version, as HTTP's If-Match wants it."""
        return f'"{self.version}"'


@dataclass(frozen=True, slots=True, kw_only=True)
class Once:
    """An idempotency key with the keyed hash of the body that came with it."""

    key: str
    body_hash: str

    def of(self, person_hash: str) -> "Once":
        """With what the body says of a person, hashed under their own key, so that the hash goes with it."""
        return Once(key=self.key, body_hash=f"{self.body_hash}:{person_hash}")


@dataclass(frozen=True, slots=True)
class Page(Generic[A]):
    """Some things of a list, and the cursor of what follows; None at the end."""

    items: list[Saved[A]]
    next: str | None


class Repository(Generic[A]):
    """The documents of one kind of aggregate."""

    def __init__(
        self,
        database: AsyncDatabase[Document],
        name: str,
        kind: type[A],
        *,
        patience_s: float = 4.0,
    ) -> None:
        self.collection: AsyncCollection[Document] = database.get_collection(name, BSON_OPTIONS)
        self._store = Store(self.collection, patience_s=patience_s)
        self._codec = Codec(kind)
        self._patience_s = patience_s

    async def make_indexes(self) -> None:
        """Those that every aggregate needs; a service adds its own lists' in its `storage.py`."""
        await make_indexes(self.collection)
        await self.collection.create_index([("agency_id", ASCENDING), ("_id", ASCENDING)])

    def beside(self, state: A) -> Document:  # noqa: ARG002 - what it is drawn from, for who draws something
        """What lists and searches find it by, drawn from the state anew at each write: no hash covers it."""
        return {}

    async def get(self, agency_id: str, id_: str) -> Saved[A]:
        """The agency's own thing, or NotFound."""
        return self._saved(await self._one({"_id": id_, "agency_id": agency_id}), id_)

    async def load(self, id_: str) -> Saved[A]:
        """A thing of any agency: for the service's own clocks and reactions, never for a caller."""
        return self._saved(await self._one({"_id": id_}), id_)

    async def _own(self, agency_id: str | None, id_: str) -> Saved[A]:
        return await (self.load(id_) if agency_id is None else self.get(agency_id, id_))

    async def find(self, **fields: Any) -> Saved[A] | None:  # noqa: ANN401 - values of the state's fields
        """The one thing whose state has these values, in any agency."""
        document = await self._one({f"state.{name}": value for name, value in fields.items()})
        return None if document is None else self._saved(document, "")

    async def all_of(self, query: Document) -> list[A]:
        """Every thing that a query finds, in any agency: for questions that name what they want."""
        found = await self._store.reader.find(query, _WITHOUT_TRAIL).to_list()
        return [self._codec.value(document["state"]) for document in found]

    async def add(self, act: Act, decision: Decision[A], *, once: Once | None = None) -> Saved[A]:
        """Save a new thing; with a key used before, the thing it made then.

        Raises DuplicateId, NotUnique, KeyReused or OutcomeUnknown.
        """
        state, facts = decision
        write, saved = self._write(None, state, facts, act, once)
        made = await self._store.save(write)
        return saved if made == write.id else await self.load(made)

    async def change(
        self,
        agency_id: str | None,
        id_: str,
        act: Act | Callable[[A], Act],
        decide: Callable[[A], Decision[A]],
        *,
        if_match: int | None = None,
        once: Once | None = None,
        seen: Saved[A] | None = None,
    ) -> Saved[A]:
        """Load, decide, save; on a lost race load and decide anew. Saves nothing where nothing changes.

        With `seen` the first try begins with that instead of loading: where it is old, the race is lost.

        Whether somebody may depends on the state: then both `decide` and `act` ask it of the state they are
        given, for it may be another than the caller saw.

        `agency_id` None is for the service's own clocks and reactions. `if_match` is the version that the
        caller saw. With `once`, the request that made the thing is known by another hash from now on.
        Raises NotFound, Stale, OutcomeUnknown, and what `decide` raises.
        """
        async with asyncio.timeout(self._patience_s * 2):
            while True:
                found, seen = seen or await self._own(agency_id, id_), None
                if if_match is not None and found.version != if_match:
                    raise Stale(id_)
                state, facts = decide(found.state)
                if state == found.state and not facts:
                    return found
                done = act if isinstance(act, Act) else act(found.state)
                write, saved = self._write(found, state, facts, done, once)
                try:
                    await self._store.save(write)
                except Conflict:
                    await asyncio.sleep(random.uniform(0, 0.02))  # noqa: S311 - jitter
                except Missing:
                    raise NotFound(id_) from None
                else:
                    return saved

    async def page(
        self,
        agency_id: str | None,
        *,
        where: Mapping[str, Any] | None = None,
        by: str = "_id",
        newest_first: bool = False,
        after: str | None = None,
        limit: int = 50,
    ) -> Page[A]:
        """A page of the agency's things (of all for None), by a field and id, after a cursor."""
        size = max(1, min(limit, PAGE_MAX))
        documents = await self._walk(
            agency_id,
            where=where or {},
            by=by,
            newest_first=newest_first,
            after=after,
            size=size + 1,
            fields=_WITHOUT_TRAIL,
        )
        items = [self._saved(document, "") for document in documents[:size]]
        more = len(documents) > size
        return Page(
            items,
            cursor_of(_at(documents[size - 1], by), documents[size - 1]["_id"]) if more else None,
        )

    async def agencies(self) -> list[str]:
        """All agencies that have any of these things."""
        return sorted(await self._store.reader.distinct("agency_id"))

    async def index_clocks(self, *fields: str) -> None:
        """What `due` is answered by, for each clock `state.<field>` that may run."""
        for path in (f"state.{field}" for field in fields):
            await self.collection.create_index(
                [(path, ASCENDING), ("_id", ASCENDING)], partialFilterExpression={path: {"$type": "date"}}
            )

    async def due(
        self,
        field: str,
        now: datetime,
        *,
        agency_id: str | None = None,
        where: Mapping[str, Any] | None = None,
        page_size: int = 500,
    ) -> AsyncIterator[str]:
        """Ids of things whose time `state.<field>` has come, oldest first, in pages until none is left.

        Of all agencies for None; `where` is what else an index of that clock asks for.
        """
        scope: Document = {**({} if agency_id is None else {"agency_id": agency_id}), **(where or {})}
        path, last = f"state.{field}", None
        while True:
            # The type is what a clock's partial index covers: without it the whole collection is read.
            query: Document = {**scope, path: {"$lte": now, "$type": "date"}}
            if last is not None:
                query = {"$and": [query, _beyond(path, "$gt", last)]}
            order = [(path, ASCENDING), ("_id", ASCENDING)]
            found = self._store.reader.find(query, {path: 1}).sort(order).limit(page_size)
            documents = await found.to_list()
            for document in documents:
                yield document["_id"]
            if len(documents) < page_size:
                return
            last = (_at(documents[-1], path), documents[-1]["_id"])

    async def history(self, agency_id: str | None, id_: str) -> list[Document]:
        """All of it, oldest first. NotFound for another agency's thing."""
        scope = {} if agency_id is None else {"agency_id": agency_id}
        document = await self._store.reader.find_one({"_id": id_, **scope}, {"history": 1})
        if document is None:
            raise NotFound(id_)
        return document["history"]

    async def _walk(
        self,
        agency_id: str | None,
        *,
        where: Mapping[str, Any],
        by: str,
        newest_first: bool,
        after: str | None,
        size: int,
        fields: Document,
    ) -> list[Document]:
        """As many documents as asked for, with these fields, of a list from a place in it on."""
        scope = {} if agency_id is None else {"agency_id": agency_id}
        query: Document = {**scope, **where}
        direction, beyond = (DESCENDING, "$lt") if newest_first else (ASCENDING, "$gt")
        if after is not None:
            query = {"$and": [query, _beyond(by, beyond, read_cursor(after))]}
        order = [(by, direction)] if by == "_id" else [(by, direction), ("_id", direction)]
        return await self._store.reader.find(query, fields).sort(order).limit(size).to_list()

    async def _one(self, query: Document) -> Document | None:
        return await self._store.reader.find_one(query, _WITHOUT_TRAIL)

    def _saved(self, document: Document | None, id_: str) -> Saved[A]:
        if document is None:
            raise NotFound(id_)
        return Saved(
            state=self._codec.value(document["state"]),
            version=document["version"],
            sequence=document["sequence"],
            head=document["history"][-1]["hash"],
        )

    def _write(
        self, found: Saved[A] | None, state: A, facts: Sequence[Fact], act: Act, once: Once | None
    ) -> tuple[Write, Saved[A]]:
        version = 1 if found is None else found.version + 1
        sequence = 0 if found is None else found.sequence
        kept, records = _outgoing(facts, state.id, sequence, act.at)
        document, write_id = self._codec.encoded(state), new_id()
        entry = entry_of(
            act,
            version=version,
            write_id=write_id,
            before=GENESIS if found is None else found.head,
            state=document,
            events=kept,
        )
        sequence += len(kept)
        write = Write(
            id=state.id,
            version=version,
            write_id=write_id,
            fields={
                "agency_id": state.agency_id,
                "sequence": sequence,
                "state": document,
                **self.beside(state),
                **UNDIGESTED,
            },
            entry=entry,
            records=records,
            idempotency_key=once.key if once else None,
            body_hash=once.body_hash if once else None,
        )
        return write, Saved(state=state, version=version, sequence=sequence, head=entry["hash"])


_WITHOUT_TRAIL = {"pending": 0, "history": {"$slice": -1}}


def _outgoing(
    facts: Sequence[Fact], subject: str, sequence: int, at: datetime
) -> tuple[list[Document], list[Document]]:
    """What the history keeps of the facts, and what the relay will send."""
    kept: list[Document] = []
    records: list[Document] = []
    saved_at, traceparent = wall_now(), current_traceparent()
    for fact in facts:
        if not isinstance(fact, Event):
            record = private_record(fact, traceparent)
            records.append(pending_of(record, new_id(), saved_at))
            continue
        sequence += 1
        envelope = envelope_of(fact, subject=subject, sequence=sequence, time=at, traceparent=traceparent)
        kept.append({"type": envelope.type, "sequence": sequence, "data": orjson.loads(envelope.data)})
        records.append(pending_of(envelope.record(fact.topic()), envelope.id, saved_at))
    return kept, records


def private_record(fact: Private, traceparent: str | None) -> Record:
    """What is sent over a private topic, which keeps the newest record of each contact or request only."""
    headers = {"content-type": "application/json"}
    if traceparent:
        headers["traceparent"] = traceparent
    value = None if isinstance(fact, Gone) else fact.model_dump_json().encode()
    key = fact.request_id if isinstance(fact, SealedRequest) else fact.contact_id
    return Record(topic=fact.topic, key=key, headers=headers, value=value)


def pending_of(record: Record, id_: str, at: datetime) -> Document:
    """A record as it waits in its document for the relay."""
    if len(record.value or b"") > RECORD_BYTES_MAX:
        raise TooLarge(f"{len(record.value or b'')} bytes for {record.topic}, {RECORD_BYTES_MAX} at most")
    return {
        "id": id_,
        "at": at,
        "topic": record.topic,
        "key": record.key,
        "headers": record.headers,
        "value": record.value,
    }


def _beyond(by: str, beyond: str, last: tuple[Any, str]) -> Document:
    """What the sorted list holds behind a place in it."""
    if by == "_id":
        return {"_id": {beyond: last[1]}}
    behind: list[Document] = [{by: last[0], "_id": {beyond: last[1]}}]
    # MongoDB sorts things without a value first, but compares values of one type only.
    if last[0] is None:
        behind += [{by: {"$ne": None}}] if beyond == "$gt" else []
        return {"$or": behind}
    behind += [{by: {beyond: last[0]}}, *([{by: None}] if beyond == "$lt" else [])]
    # The same said as one range: the index is entered there, not at the list's beginning.
    entered = {"$gte": last[0]} if beyond == "$gt" else {"$not": {"$gt": last[0]}}
    return {"$or": behind, by: entered}


def _at(document: Document, path: str) -> Any:  # noqa: ANN401 - whatever the list is sorted by
    value: Any = document
    for name in path.split("."):
        value = None if value is None else value.get(name)
    return value


def cursor_of(value: Any, id_: str) -> str:  # noqa: ANN401 - whatever the list is sorted by
    """A place in a sorted list, for callers to give back."""
    marked = {"t": value.isoformat()} if isinstance(value, datetime) else {"v": value}
    return base64.urlsafe_b64encode(orjson.dumps([marked, id_])).decode().rstrip("=")


def read_cursor(text: str) -> tuple[Any, str]:
    """The place that it was made of; BadCursor for what isn't one."""
    try:
        marked, id_ = orjson.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        value = datetime.fromisoformat(marked["t"]).astimezone(UTC) if "t" in marked else marked["v"]
        bson.encode({"value": value})
    except (ValueError, KeyError, TypeError, OverflowError) as error:
        raise BadCursor(text) from error
    # Only scalars: a forged cursor must not become a query operator.
    if not isinstance(id_, str) or isinstance(value, dict | list):
        raise BadCursor(text)
    return value, id_
