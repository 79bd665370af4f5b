"""Throws random writes at a store, notes what each caller was told, and compares that with what is kept.

Few documents and many tasks: rivals for a version, the same write twice at once, stale bases, taken ids,
keys used before, callers that go away, documents that can't be encoded. Whatever the servers do meanwhile,
no caller may be told "made" of a write that isn't in the history exactly once, or "refused" of one that is.
"""

import asyncio
import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from bson.errors import InvalidDocument
from pymongo.asynchronous.collection import AsyncCollection
from pymongo.errors import PyMongoError
from pymongo.read_concern import ReadConcern

from shared.store.store import (
    Conflict,
    DuplicateId,
    KeyReused,
    Missing,
    OutcomeUnknown,
    Store,
    Write,
)

Document = dict[str, Any]
HOT = [f"hot{n}" for n in range(6)]
REFUSALS = (Conflict, DuplicateId, KeyReused, Missing, InvalidDocument)
MADE, ANSWERED_BEFORE, UNKNOWN, GONE = "made", "answered before", "unknown", "gone"
REFUSED = "refused: "


@dataclass(frozen=True, slots=True)
class Told:
    """A write, what its caller was told, and the id that the store answered with."""

    write: Write
    what: str
    answer: str | None = None


@dataclass(slots=True)
class Oracle:
    store: Store
    rng: random.Random
    told: list[Told] = field(default_factory=list[Told])
    count: int = 0

    async def run(self, *, for_s: float, tasks: int = 32) -> None:
        """Random writes from many tasks, for so many seconds."""
        until = asyncio.get_running_loop().time() + for_s
        await asyncio.gather(*[self._task(until) for _ in range(tasks)])

    async def _task(self, until: float) -> None:
        while asyncio.get_running_loop().time() < until:
            try:
                await self._round()
            except PyMongoError:  # of a load: nobody was told anything of a write
                await asyncio.sleep(0.05)

    async def _round(self) -> None:
        match self.rng.choices(
            ["change", "rivals", "go away", "create", "keyed", "unencodable", "missing"],
            [60, 12, 8, 6, 8, 1, 2],
        )[0]:
            case "create":
                taken_or_new = self.rng.choice([*HOT, *(f"cold{n}" for n in range(40))])
                await self._save(self._write(taken_or_new, 1))
            case "keyed":
                key, body = f"key{self.rng.randrange(60)}", self.rng.choice(["body", "body", "another"])
                await self._save(self._write(f"keyed{self.count}", 1, key=key, body=body))
            case "unencodable":
                await self._save(self._write(f"bad{self.count}", 1, value=object()))
            case "missing":
                await self._save(self._write("nobody", 3))
            case kind:
                await self._change(kind)

    async def _change(self, kind: str) -> None:
        id_ = self.rng.choice(HOT)
        found = await self.store.reader.find_one({"_id": id_}, {"version": 1})
        base = 0 if found is None else found["version"]
        if base > 1 and self.rng.random() < 0.1:
            base -= 1  # what the caller saw has changed since
        write = self._write(id_, base + 1)
        if kind == "rivals":
            rival = self._write(id_, base + 1)
            await asyncio.gather(self._save(write), self._save(rival), self._save(write))
        elif kind == "go away":
            caller = asyncio.create_task(self._save(write))
            await asyncio.sleep(self.rng.random() * 0.01)
            caller.cancel()
            await caller
        else:
            await self._save(write)

    def _write(
        self, id_: str, version: int, *, key: str | None = None, body: str = "body", value: object = 0
    ) -> Write:
        self.count += 1
        write_id = f"w{self.count}"
        record: Document = {"id": write_id, "version": version, "at": datetime(2026, 11, 22, tzinfo=UTC)}
        return Write(
            id=id_,
            version=version,
            write_id=write_id,
            fields={"value": value},
            records=[record],
            idempotency_key=key,
            body_hash=body,
        )

    async def _save(self, write: Write) -> None:
        answer: str | None = None
        try:
            answer = await self.store.save(write)
            what = MADE if answer == write.id else ANSWERED_BEFORE
        except REFUSALS as refusal:
            what = REFUSED + type(refusal).__name__
        except OutcomeUnknown:
            what = UNKNOWN
        except asyncio.CancelledError:
            what = GONE
        self.told.append(Told(write, what, answer))

    def tally(self) -> Counter[str]:
        """How often callers were told what."""
        return Counter(told.what for told in self.told)

    def doubtful_but_made(self, documents: Sequence[Document]) -> int:
        """Writes of which the caller learned nothing, and which were made: the dangerous ones did occur."""
        made = {entry["write_id"] for document in documents for entry in document["history"]}
        return sum(told.what in (UNKNOWN, GONE) and told.write.write_id in made for told in self.told)

    def wrong(self, documents: Sequence[Document]) -> list[str]:
        """Every contradiction between what callers were told and what is kept."""
        kept = {document["_id"]: document for document in documents}
        places: dict[str, list[tuple[str, int]]] = {}
        for document in documents:
            for entry in document["history"]:
                places.setdefault(entry["write_id"], []).append((document["_id"], entry["version"]))
        wrong = [f"{told}" for told in self.told if not _is_true(told, places, kept)]
        wrong += [f"made twice: {id_} {where}" for id_, where in places.items() if len(where) > 1]
        return wrong + [f"broken: {document['_id']}" for document in documents if not _is_whole(document)]


def _is_true(told: Told, places: dict[str, list[tuple[str, int]]], kept: dict[str, Document]) -> bool:
    write, where = told.write, places.get(told.write.write_id, [])
    if told.what == MADE:
        return where == [(write.id, write.version)]
    if told.what == ANSWERED_BEFORE:
        first = kept[told.answer or ""]
        same = (first["idempotency_key"], first["body_hash"]) == (write.idempotency_key, write.body_hash)
        return same and not where
    if told.what.startswith(REFUSED):
        return not where
    return len(where) <= 1


def _is_whole(document: Document) -> bool:
    """Every version once in the history, with its record waiting, under an id that somebody asked for."""
    versions = [*range(1, document["version"] + 1)]
    history = [(entry["version"], entry["write_id"]) for entry in document["history"]]
    records = [(record["version"], record["id"]) for record in document["pending"]]
    asked_for = isinstance(document["_id"], str) and not document["_id"].startswith(("bad", "nobody"))
    return asked_for and history == records and [version for version, _ in history] == versions


async def everything(collection: AsyncCollection[Document]) -> list[Document]:
    """All that is kept, once the servers answer again."""
    majority = collection.with_options(read_concern=ReadConcern("majority"))
    async with asyncio.timeout(60):
        while True:
            try:
                return await majority.find().to_list()
            except PyMongoError:
                await asyncio.sleep(0.2)
