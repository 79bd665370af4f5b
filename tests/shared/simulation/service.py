"""A service's process in the simulated world: our own relay, delivery and effects on ports in memory."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

from typing_extensions import override

from shared.bus.deliver import deliver
from shared.bus.effects import Effect, Reaction, Told, fold_in
from shared.bus.records import REPLAY_HEADER, Received
from shared.cloudevents import Envelope, Record
from shared.events.directory import ServiceWithdrawn
from shared.outbox.pending import RECORDS_MAX, Waiting
from shared.outbox.relay import Publisher, Relay
from shared.outbox.wake import Wake
from tests.shared.bus.consuming import fold
from tests.shared.simulation.world import LEASE_TTL_S, PARTITIONS, Bug, Document, Process, RivalWrote, World

REACTION, PROJECTION = "reaction", "projection"
GROUPS = (REACTION, PROJECTION)
BATCH_MAX = 5


class Service:
    """Everything that one process does."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.writing = True

    async def run(self, process: Process) -> None:
        wake = Wake()
        relay = Relay(
            [PendingInMemory(self.world, process)],
            LeaseInMemory(self.world, process),
            lambda: publisher(self.world, process),
            wake,
            scan_every_s=0.5,
            renew_every_s=0.3,
        )
        reaction = Reaction([ServiceWithdrawn], Letters(self.world, process).write, name=REACTION)
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(relay.run())
            tasks.create_task(self._write(process, wake))
            tasks.create_task(self._consume(process, REACTION, reaction))
            tasks.create_task(self._consume(process, PROJECTION, Folding(self.world, process)))

    async def _write(self, process: Process, wake: Wake) -> None:
        rng, count = self.world.rng, 0
        while self.writing:
            await asyncio.sleep(rng.expovariate(4))
            id_ = rng.choice([*self.world.aggregates])
            count += 1
            try:
                version = await self._save(process, id_, f"{id(process)}/{count}")
            except RivalWrote:
                continue
            self.world.acknowledged.append((id_, version))
            if rng.random() < 0.7:  # the change stream may miss it
                wake.set()

    async def _save(self, process: Process, id_: str, write_id: str) -> int:
        """The same write again until its outcome is known."""
        world, version = self.world, len(self.world.aggregates[id_].writes) + 1
        while True:
            try:
                if world.bug is Bug.STATE_AND_EVENT_IN_TWO_WRITES:
                    await process.call(lambda: world.save_state(id_, version, write_id))
                    await process.call(lambda: world.save_event(id_, version))
                else:
                    await process.call(lambda: world.save(id_, version, write_id))
            except ConnectionError:
                await asyncio.sleep(0.05)
            else:
                return version

    async def _consume(self, process: Process, group: str, effect: Effect[Any]) -> None:
        while True:
            for partition in range(PARTITIONS):
                if self.world.owners[partition] is process:
                    try:
                        await self._batch(process, group, partition, effect)
                    except ConnectionError:
                        await asyncio.sleep(0.1)
            await asyncio.sleep(0.05)

    async def _batch(self, process: Process, group: str, partition: int, effect: Effect[Any]) -> None:
        """Nothing of it is remembered but what is committed: whoever comes next starts there."""
        world = self.world
        start = await process.call(lambda: world.committed.get((group, partition), 0))
        records = world.log[partition][start : start + BATCH_MAX]
        if not records:
            return
        early = world.bug is Bug.COMMITTED_BEFORE_DONE
        if early:
            await process.call(lambda: world.commit(group, partition, start + len(records), process))
        await deliver(records, effect, DeadLettersInMemory(world, process))
        if not early:
            await process.call(lambda: world.commit(group, partition, start + len(records), process))


class PendingInMemory:
    """The port `Pending`."""

    place = "aggregates"

    def __init__(self, world: World, process: Process) -> None:
        self._world, self._process = world, process

    async def pages(self) -> AsyncIterator[list[Waiting]]:
        page = await self._process.call(self._page)
        if page:
            if self._world.bug is Bug.CLEARED_BEFORE_PUBLISHED:
                read = {waiting.document_id: [id_ for id_, _ in waiting.records] for waiting in page}
                await self._process.call(lambda: self._clear(read))
            yield page

    def _page(self) -> list[Waiting]:
        return [
            Waiting(one.id, one.pending[:RECORDS_MAX], more=len(one.pending) >= RECORDS_MAX)
            for one in self._world.aggregates.values()
            if one.pending
        ]

    async def clear(self, sent: Mapping[str, Sequence[str]]) -> None:
        await self._process.call(lambda: self._clear(sent))

    def _clear(self, sent: Mapping[str, Sequence[str]]) -> None:
        for id_, ids in sent.items():
            aggregate = self._world.aggregates[id_]
            aggregate.pending = [waiting for waiting in aggregate.pending if waiting[0] not in ids]


class LeaseInMemory:
    """The port `Lease`."""

    def __init__(self, world: World, process: Process) -> None:
        self._world, self._process, self._held_until = world, process, 0.0

    @property
    def held(self) -> bool:
        return self._world.now_s < self._held_until

    async def take(self) -> bool:
        asked_at = self._world.now_s
        took = await self._process.call(self._take)
        if took:
            self._held_until = asked_at + LEASE_TTL_S
        return took

    def _take(self) -> bool:
        owner, until = self._world.lease
        if owner not in (None, self._process) and self._world.now_s < until:
            return False
        self._world.lease = (self._process, self._world.now_s + LEASE_TTL_S)
        return True

    async def release(self) -> None:
        self._held_until = 0.0
        await self._process.call(self._release)

    def _release(self) -> None:
        if self._world.lease[0] is self._process:
            self._world.lease = (None, 0.0)


class PublisherInMemory:
    """The port `Publisher`."""

    def __init__(self, world: World, process: Process) -> None:
        self._world, self._process = world, process

    async def send(self, record: Record) -> None:
        await self._process.call(lambda: self._append(record))

    def _append(self, record: Record) -> None:
        if self._world.now_s < self._world.bus_down_until:
            raise ConnectionError("the bus is down")
        self._world.append(record)


@asynccontextmanager
async def publisher(world: World, process: Process) -> AsyncGenerator[Publisher]:
    yield PublisherInMemory(world, process)


class DeadLettersInMemory:
    """The port `DeadLetters`."""

    def __init__(self, world: World, process: Process) -> None:
        self._world, self._process = world, process

    async def keep(self, record: Received, error: Exception) -> None:
        await self._process.call(lambda: self._world.dead_letters.append(record))


class Letters:
    """What a reaction makes, under an id derived from the event."""

    def __init__(self, world: World, process: Process) -> None:
        self._world, self._process = world, process

    async def write(self, event: Envelope) -> None:
        if self._world.bug is Bug.DEDUPLICATED_APART_FROM_THE_EFFECT:
            if await self._process.call(lambda: event.id in self._world.seen):
                return
            await self._process.call(lambda: self._world.letters.append(event.id))
            await self._process.call(lambda: self._world.seen.add(event.id))
        else:
            await self._process.call(lambda: self._insert(event.id))

    def _insert(self, id_: str) -> None:
        if id_ not in self._world.letters:
            self._world.letters.append(id_)


class Folding(Effect[Told]):
    """A projection: read, fold with `fold_in`, write all or nothing if nobody wrote meanwhile."""

    def __init__(self, world: World, process: Process) -> None:
        self._world, self._process = world, process

    @override
    def read(self, record: Received) -> Told:
        return Told(Envelope.read(record.headers, record.value), record.header(REPLAY_HEADER))

    @override
    async def work(self, items: Sequence[Told]) -> None:
        before = await self._process.call(lambda: dict(self._world.projections))
        now = dict(before)
        for told in items:
            subject = told.envelope.subject
            blank: Document = {"sequence": 0, "gaps": 0, "state": {}}
            now[subject] = fold_in(now.get(subject, blank), told, fold)
        await self._process.call(lambda: self._write(before, now))

    def _write(self, before: Mapping[str, Document], now: Mapping[str, Document]) -> None:
        kept = self._world.projections
        if any(kept.get(subject) is not before.get(subject) for subject in now):
            raise ConnectionError("a write conflict: the transaction is tried again")
        kept.update(now)
