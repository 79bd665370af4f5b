"""A database, a bus and processes in memory. Each call to them takes time, may fail, and may be the last."""

import asyncio
import random
import zlib
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Any, TypeVar

from shared.bus.records import Received
from shared.cloudevents import Record, envelope_of
from tests.shared.errands import NOW, told

T = TypeVar("T")
Document = dict[str, Any]
PARTITIONS = 2
TOPIC = "paygir.directory.events"
LEASE_TTL_S = 1.5


class Bug(Enum):
    """Wrong orders that the simulation must not let through."""

    STATE_AND_EVENT_IN_TWO_WRITES = auto()
    CLEARED_BEFORE_PUBLISHED = auto()
    COMMITTED_BEFORE_DONE = auto()
    DEDUPLICATED_APART_FROM_THE_EFFECT = auto()


class Dead(Exception):
    """The process that calls is no more."""


class RivalWrote(Exception):
    """Somebody else made this version."""


@dataclass(slots=True)
class Aggregate:
    """A document with its history of write ids and its pending records."""

    id: str
    writes: list[str] = field(default_factory=list[str])
    pending: list[tuple[str, Record]] = field(default_factory=list[tuple[str, Record]])


class World:
    """What outlives every process."""

    def __init__(self, seed: int, bug: Bug | None = None) -> None:
        self.rng = random.Random(seed)  # noqa: S311 - to be repeatable
        self.bug = bug
        self.faulty = True
        self.aggregates = {name: Aggregate(name) for name in ("a", "b", "c", "d")}
        self.acknowledged: list[tuple[str, int]] = []
        self.log: list[list[Received]] = [[] for _ in range(PARTITIONS)]
        self.bus_down_until = 0.0
        self.committed: dict[tuple[str, int], int] = {}
        self.owners: list[Process | None] = [None] * PARTITIONS
        self.lease: tuple[Process | None, float] = (None, 0.0)
        self.letters: list[str] = []
        self.seen: set[str] = set()
        self.projections: dict[str, Document] = {}
        self.dead_letters: list[Received] = []

    @property
    def now_s(self) -> float:
        return asyncio.get_running_loop().time()

    def save(self, id_: str, version: int, write_id: str) -> None:
        """State and event in one; the same write again changes nothing."""
        self.save_state(id_, version, write_id)
        self.save_event(id_, version)

    def save_state(self, id_: str, version: int, write_id: str) -> None:
        writes = self.aggregates[id_].writes
        if write_id in writes[version - 1 : version]:
            return
        if len(writes) != version - 1:
            raise RivalWrote
        writes.append(write_id)

    def save_event(self, id_: str, version: int) -> None:
        event = envelope_of(told(version), subject=id_, sequence=version, time=NOW, traceparent=None)
        waiting = (event.id, event.record(TOPIC))
        pending = self.aggregates[id_].pending
        if waiting not in pending and not self._is_published(id_, version):
            pending.append(waiting)

    def _is_published(self, id_: str, version: int) -> bool:
        return version in self.published(id_)

    def append(self, record: Record) -> None:
        partition = zlib.crc32(record.key.encode()) % PARTITIONS
        log = self.log[partition]
        headers = tuple((name, value.encode()) for name, value in record.headers.items())
        log.append(
            Received(
                topic=record.topic,
                partition=partition,
                offset=len(log),
                key=record.key.encode(),
                value=record.value,
                headers=headers,
            )
        )

    def published(self, id_: str) -> list[int]:
        """The aggregate's sequences as they lie on the bus, repeats and all."""
        return [
            int(record.header("ce_sequence") or 0)
            for log in self.log
            for record in log
            if record.key == id_.encode()
        ]

    def commit(self, group: str, partition: int, offset: int, by: "Process") -> None:
        """Who lost the partition meanwhile commits nothing."""
        if self.owners[partition] is by:
            self.committed[group, partition] = offset

    def assign(self, processes: Sequence["Process"]) -> None:
        """Partitions move, whoever may be working on them."""
        self.owners = [self.rng.choice(processes) if processes else None for _ in range(PARTITIONS)]

    def is_settled(self, groups: Sequence[str]) -> bool:
        """Nothing waits, and all is consumed."""
        waits = any(aggregate.pending for aggregate in self.aggregates.values())
        return not waits and all(
            self.committed.get((group, partition), 0) == len(self.log[partition])
            for group in groups
            for partition in range(PARTITIONS)
        )

    def wrong(self) -> list[str]:
        """Every broken promise."""
        wrong: list[str] = []
        for id_, sequence in self.acknowledged:
            if sequence not in self.published(id_):
                wrong.append(f"{id_}:{sequence} was acknowledged and never published")
        for id_, aggregate in self.aggregates.items():
            whole = [*range(1, len(aggregate.writes) + 1)]
            firsts = list(dict.fromkeys(self.published(id_)))
            if firsts != whole:
                wrong.append(f"{id_} was published as {firsts}")
            told_of = self.projections.get(id_, {"state": {}})["state"].get("steps", [])
            if told_of != whole:
                wrong.append(f"{id_} is projected as {told_of}")
            wrong += [
                f"{id_}:{sequence} had {count} effects"
                for sequence in whole
                if (count := self.letters.count(f"{id_}:{sequence}")) != 1
            ]
        return wrong + [f"dead letter {record.origin}" for record in self.dead_letters]


class Process:
    """One that calls the world, and may be killed or frozen in the middle of any call."""

    def __init__(self, world: World, run: "Callable[[Process], Awaitable[None]]") -> None:
        self._world, self.alive, self.frozen_until = world, True, 0.0
        self._task = asyncio.ensure_future(run(self))

    def kill(self) -> None:
        """Its tasks may still run their `finally`, but reach nothing any more."""
        self.alive = False
        self._task.cancel()

    async def ended(self) -> None:
        await asyncio.gather(self._task, return_exceptions=True)

    async def call(self, effect: Callable[[], T]) -> T:
        """The effect happens at one instant; before and after it anything may."""
        await self._pass_time()
        self._fail_at_random()
        result = effect()
        await self._pass_time()
        self._fail_at_random()  # made, and the caller will never know
        return result

    async def _pass_time(self) -> None:
        await asyncio.sleep(self._world.rng.expovariate(50))
        while (left_s := self.frozen_until - self._world.now_s) > 0:  # noqa: ASYNC110 - and may be again
            await asyncio.sleep(left_s)
        if not self.alive:
            raise Dead

    def _fail_at_random(self) -> None:
        if self._world.faulty and self._world.rng.random() < 0.02:
            raise ConnectionError("lost")
