"""The complaints service as it is commonly written: save, then publish, then answer. The measure for P4.

A crash between the two loses the event; nothing else is different.
"""

from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import replace

from pymongo.asynchronous.database import AsyncDatabase
from typing_extensions import override

from services.complaints.app import assemble
from services.complaints.domain.complaint import Complaint
from services.complaints.settings import PORT, Settings
from services.complaints.storage.complaints import Complaints
from services.complaints.usecases.use import Use
from shared.cloudevents import Record, envelope_of
from shared.events.event import Event
from shared.mongo import Document
from shared.observe.traces import current_traceparent
from shared.outbox.kafka import kafka_publisher
from shared.outbox.relay import Publisher
from shared.service import Base, Parts, run
from shared.store.history import Act
from shared.store.repository import Decision, Fact, Once, Saved, private_record


class SavedThenPublished(Complaints):
    """Publishes by itself, after the write."""

    def __init__(self, database: AsyncDatabase[Document], servers: Sequence[str]) -> None:
        super().__init__(database)
        self._servers, self._opened = servers, AsyncExitStack()
        self._publisher: Publisher | None = None

    @override
    async def add(
        self, act: Act, decision: Decision[Complaint], *, once: Once | None = None
    ) -> Saved[Complaint]:
        state, facts = decision
        saved = await super().add(act, (state, []), once=once)
        if self._publisher is None:
            self._publisher = await self._opened.enter_async_context(kafka_publisher(self._servers))
        for record in _records(state, facts, act):
            await self._publisher.send(record)
        return saved


def _records(state: Complaint, facts: Sequence[Fact], act: Act) -> list[Record]:
    traceparent, records = current_traceparent(), list[Record]()
    for fact in facts:
        if not isinstance(fact, Event):
            records.append(private_record(fact, traceparent))
        else:
            envelope = envelope_of(fact, subject=state.id, sequence=1, time=act.at, traceparent=traceparent)
            records.append(envelope.record(fact.topic()))
    return records


def unsafe(base: Base[Settings]) -> Parts:
    """The same parts around another way of saving."""
    parts = assemble(base)
    complaints = SavedThenPublished(base.database, base.settings.kafka_servers)
    use: Use = parts.use
    return replace(parts, use=replace(use, complaints=complaints), repositories=[complaints])


if __name__ == "__main__":
    run("complaints", Settings, unsafe, port=PORT)
