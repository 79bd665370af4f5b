"""Publishes what waits: the database is the truth, the change stream only a wake-up."""

import asyncio
import contextlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Protocol

from shared.cloudevents import Record
from shared.observe import metrics
from shared.observe.faults import fault_of
from shared.observe.logs import log
from shared.outbox.lease import Lease
from shared.outbox.pending import Pending, Waiting
from shared.outbox.wake import EVERYWHERE, Wake

_LOG = log(__name__)
FEW = 8
"""Documents that a scan finds in a quiet time: they go on at once, each by itself if need be."""
GATHERING_S_EACH, GATHERING_S_MAX = 0.003, 0.05


class RecordRefused(Exception):
    """The bus will never take this record as it is, and took no notice of it: only its aggregate stops."""


class Publisher(Protocol):
    """Sends; returns when the bus has acknowledged."""

    async def send(self, record: Record) -> None: ...


MakePublisher = Callable[[], AbstractAsyncContextManager[Publisher]]


class Relay:
    """Works whenever the lease is its own. One for each service; a second one waits, ready."""

    def __init__(
        self,
        sources: Sequence[Pending],
        lease: Lease,
        make_publisher: MakePublisher,
        wake: Wake,
        *,
        scan_every_s: float = 2.0,
        renew_every_s: float = 1.0,
    ) -> None:
        self._sources, self._lease, self._make_publisher = sources, lease, make_publisher
        self._wake, self._scan_every_s, self._renew_every_s = wake, scan_every_s, renew_every_s

    async def run(self) -> None:
        """Until cancelled."""
        renewal = asyncio.create_task(self._renew())
        try:
            while True:
                try:
                    await self._work()
                except Exception as error:  # noqa: BLE001 - a relay outlives every fault
                    metrics.RELAY_FAULTS.inc()
                    _LOG.warning("relay starts over", error=fault_of(error))
                await asyncio.sleep(0.5)
        finally:
            renewal.cancel()
            with contextlib.suppress(Exception):
                await asyncio.wait_for(self._lease.release(), 2)

    async def _work(self) -> None:
        if not self._lease.held:
            return
        # A new publisher after every fault: its sequence numbers are clean.
        async with self._make_publisher() as publisher:
            loop, everywhere_at_s = asyncio.get_running_loop(), 0.0
            while self._lease.held:
                places = self._wake.take()  # before the scan: what comes during it wakes the next one
                # However much is told of one place, the others have their turn: a wake-up may be missed.
                everywhere = EVERYWHERE in places or loop.time() >= everywhere_at_s
                if everywhere:
                    everywhere_at_s = loop.time() + self._scan_every_s
                sources = [one for one in self._sources if everywhere or one.place in places]
                moved = await self._drain(publisher, sources)
                await asyncio.sleep(gathering_s(moved))
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._wake.wait(), self._scan_every_s)

    async def _renew(self) -> None:
        while True:
            with contextlib.suppress(Exception):
                await self._lease.take()
            await asyncio.sleep(self._renew_every_s)

    async def _drain(self, publisher: Publisher, sources: Iterable[Pending]) -> int:
        """Publish what waits there; of how many documents."""
        moved = 0
        for source in sources:
            async for page in source.pages():
                sent, failure = await publish_in_waves(publisher, page)
                if sent:
                    await source.clear(sent)
                    moved += len(sent)
                if failure is not None:
                    raise failure
                if any(waiting.more and waiting.document_id in sent for waiting in page):
                    self._wake.set(source.place)  # there may be more of a document that moves on: scan again
                if not self._lease.held:
                    return moved
        return moved


def gathering_s(moved: int) -> float:
    """How long to let more come before the next scan: a large page costs the bus and the database far less
    for each document than many small ones. Longer the more there were, and not at all in a quiet time.
    """
    return min(GATHERING_S_MAX, max(0, moved - FEW) * GATHERING_S_EACH)


async def publish_in_waves(
    publisher: Publisher, page: Iterable[Waiting]
) -> tuple[dict[str, list[str]], BaseException | None]:
    """Send all; a record only after the one before it in its document was acknowledged.

    Returns the acknowledged ids, by document, and the failure that ended it early. One failed send in a
    plain pipeline would let event 6 pass event 5, and consumers would then drop 5 for ever.
    """
    sent: dict[str, list[str]] = {}
    wave = [(waiting.document_id, iter(waiting.records)) for waiting in page]
    while wave:
        items = [
            (document_id, rest, item) for document_id, rest in wave if (item := next(rest, None)) is not None
        ]
        results = await asyncio.gather(
            *[publisher.send(record) for _, _, (_, record) in items], return_exceptions=True
        )
        wave = list[tuple[str, Iterator[tuple[str, Record]]]]()
        failure: BaseException | None = None
        for (document_id, rest, (id_, record)), result in zip(items, results, strict=True):
            if result is None:
                sent.setdefault(document_id, []).append(id_)
                wave.append((document_id, rest))
            elif isinstance(result, RecordRefused):
                metrics.RELAY_REFUSED.labels(record.topic).inc()
                _LOG.error("record refused, its aggregate waits", document=document_id, record=id_)
            else:
                failure = result
        if failure is not None:
            return sent, failure
    return sent, None
