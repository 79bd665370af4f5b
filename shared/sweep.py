"""Clocks: find what is due, hand each to a use case. Late, twice or in many replicas: one effect."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from shared.clock import Clock
from shared.observe import metrics
from shared.observe.faults import fault_of
from shared.observe.logs import log

_LOG = log(__name__)
AT_ONCE_MAX = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Sweep:
    """`due` gives ids, oldest first, in pages until none is left; `handle` takes one of them.

    `handle` re-checks it under its version: between the finding and the handling anything may happen.
    """

    name: str
    due: Callable[[datetime], AsyncIterator[str]]
    handle: Callable[[str, datetime], Awaitable[object]]


async def run_sweeps(sweeps: Sequence[Sweep], clock: Clock, *, every_s: float) -> None:
    """All of them, again and again, until cancelled; one that fails keeps no other from its turn."""
    while True:
        for sweep in sweeps:
            try:
                await sweep_once(sweep, clock.now())
            except Exception as error:  # noqa: BLE001 - a clock outlives every fault
                metrics.SWEEP_FAULTS.labels(sweep.name).inc()
                _LOG.warning("sweep broke off", sweep=sweep.name, error=fault_of(error))
        await asyncio.sleep(every_s)


async def sweep_once(sweep: Sweep, now: datetime) -> int:
    """How many were handled. One that can't be is passed over: it comes again with the next sweep."""
    places = asyncio.Semaphore(AT_ONCE_MAX)
    handled = 0

    async def one(id_: str) -> None:
        nonlocal handled
        try:
            await sweep.handle(id_, now)
            handled += 1
            metrics.SWEPT.labels(sweep.name).inc()
        except Exception as error:  # noqa: BLE001 - the rest must have its turn
            metrics.SWEEP_FAULTS.labels(sweep.name).inc()
            _LOG.warning("due, not handled", sweep=sweep.name, id=id_, error=fault_of(error))
        finally:
            places.release()

    failure: Exception | None = None
    with metrics.SWEEP_SECONDS.labels(sweep.name).time():
        async with asyncio.TaskGroup() as tasks:
            try:
                async for id_ in sweep.due(now):
                    await places.acquire()
                    tasks.create_task(one(id_))
            except Exception as error:  # noqa: BLE001 - raised below
                # Not out of the group: Python 3.11's loses a cancellation that comes while it breaks off.
                failure = error
    if failure is not None:
        raise failure
    return handled
