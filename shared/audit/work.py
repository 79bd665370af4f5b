"""Each hour a signed digest of every agency, and each digest to every place until it was taken."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

from pymongo.asynchronous.collection import AsyncCollection
from pymongo.asynchronous.database import AsyncDatabase

from shared.audit.digest import hour_of
from shared.audit.keys import AuditKey
from shared.audit.ledger import Ledger
from shared.audit.outside import DigestRefused, Folder, Outside, PlaceAway, Webhook
from shared.clock import Clock, wall_now
from shared.observe import metrics
from shared.observe.faults import fault_of
from shared.observe.logs import log
from shared.outbox.lease import Lease
from shared.settings import ServiceSettings
from shared.sweep import Sweep, sweep_once

_LOG = log(__name__)
RENEW_EVERY_S = 2.0
BACKOFF_S_MAX = 300.0


class DigestWork:
    """Works at the stroke of the hour and while something waits, in one process at a time.

    The lease saves effort only: that a digest is made once is the database's unique index.
    """

    def __init__(
        self,
        ledger: Ledger,
        key: AuditKey,
        places: Mapping[str, Outside],
        clock: Clock,
        lease: Lease,
        *,
        every_s: float,
    ) -> None:
        self._ledger, self._key, self._clock, self._lease = ledger, key, clock, lease
        self._posts = [_Post(name, place) for name, place in places.items()]
        self._every_s = every_s
        self._done: datetime | None = None

    async def run(self) -> None:
        """Until cancelled."""
        prepared = False
        while True:
            try:
                if not prepared:
                    await self._ledger.make_indexes()
                    prepared = True
                await self.round()
            except Exception as error:  # noqa: BLE001 - a clock outlives every fault
                metrics.SWEEP_FAULTS.labels("digests").inc()
                _LOG.warning("digests wait", error=fault_of(error))
            await asyncio.sleep(self._every_s)

    async def round(self) -> None:
        """Make what is due, send what waits, show how old the last one is that was taken."""
        hour = hour_of(self._clock.now())
        ready = [post for post in self._posts if post.is_ready()]
        if hour != self._done or await self._ledger.waits([post.name for post in ready]):
            async with _kept(self._lease) as ours:
                if ours:
                    await self._make(hour)
                    for post in ready:
                        await post.send(self._ledger)
        await self._show()

    async def _make(self, hour: datetime) -> None:
        if hour == self._done:
            return
        places = [post.name for post in self._posts]
        due = [agency async for agency in self._ledger.due(hour)]

        alone = asyncio.Lock()  # many at once would only keep each other, and everybody else, waiting

        async def make(agency_id: str, _: datetime) -> None:
            async with alone:
                await self._ledger.make(agency_id, hour, now=wall_now(), key=self._key, places=places)

        async def each(_: datetime) -> AsyncGenerator[str]:
            for agency_id in due:
                yield agency_id

        if await sweep_once(Sweep(name="digests", due=each, handle=make), hour) == len(due):
            self._done = hour

    async def _show(self) -> None:
        now, sent_at = wall_now(), await self._ledger.sent_at()
        for post in self._posts:
            if post.name in sent_at:
                age_s = max(0.0, (now - sent_at[post.name]).total_seconds())
                metrics.DIGEST_SENT_AGE_S.labels(post.name).set(age_s)


class _Post:
    """One place, and when it is tried again."""

    def __init__(self, name: str, place: Outside) -> None:
        self.name, self._place = name, place
        self._faults, self._not_before = 0, 0.0

    def is_ready(self) -> bool:
        return _real_s() >= self._not_before

    async def send(self, ledger: Ledger) -> None:
        """All that waits for it, an agency's in order."""
        stuck: set[str] = set()
        async for one in ledger.waiting(self.name):
            if one.agency_id in stuck:
                continue
            try:
                await self._place.put(one)
            except (PlaceAway, DigestRefused) as error:
                metrics.DIGEST_FAULTS.labels(self.name).inc()
                _LOG.warning("digest not taken", place=self.name, digest=one.id, error=str(error))
                stuck.add(one.agency_id)
                if isinstance(error, PlaceAway):
                    break
            else:
                await ledger.taken(one, self.name, wall_now())
        self._faults = self._faults + 1 if stuck else 0
        pause_s = min(BACKOFF_S_MAX, 2.0**self._faults) if stuck else 0
        self._not_before = _real_s() + pause_s


def _real_s() -> float:
    return asyncio.get_running_loop().time()


@asynccontextmanager
async def _kept(lease: Lease) -> AsyncGenerator[bool]:
    """Whether the lease is ours; renewed meanwhile, given back at the end."""
    if not await lease.take():
        yield False
        return

    async def renew() -> None:
        while True:
            await asyncio.sleep(RENEW_EVERY_S)
            with contextlib.suppress(Exception):
                await lease.take()

    renewal = asyncio.create_task(renew())
    try:
        yield True
    finally:
        renewal.cancel()
        await asyncio.gather(renewal, return_exceptions=True)
        with contextlib.suppress(Exception):
            await asyncio.wait_for(lease.release(), 2)


def digest_work(
    service: str,
    settings: ServiceSettings,
    database: AsyncDatabase[dict[str, Any]],
    documents: Sequence[AsyncCollection[dict[str, Any]]],
    clock: Clock,
    lease: Lease,
) -> DigestWork | None:
    """What the settings ask for; None, said once, where they name no key or no place. Raises NoAuditKey."""
    key = AuditKey.from_settings(file=settings.audit_key_file, text=settings.audit_key)
    places: dict[str, Outside] = {}
    if settings.digests_folder is not None:
        places["file"] = Folder(settings.digests_folder)
    if settings.digests_webhook:
        places["webhook"] = Webhook(settings.digests_webhook)
    if key is None or not places:
        _LOG.warning("no digests are signed", key=key is not None, places=len(places))
        return None
    ledger = Ledger(database, service, documents)
    return DigestWork(ledger, key, places, clock, lease, every_s=settings.sweep_every_s)
