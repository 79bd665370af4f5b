"""Does together what concurrent callers want done; each is told its own outcome."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

Q = TypeVar("Q")
A = TypeVar("A")


class Gathering(Generic[Q, A]):
    """A batch is what queued while the last was in flight: no timer, and nobody waits who could go now.

    `work` tells for each thing asked, in their order, its answer or the error that its caller is to get.
    What it raises, all of the batch get.
    """

    def __init__(
        self,
        work: Callable[[Sequence[Q]], Awaitable[Sequence[A | Exception]]],
        *,
        size_max: int,
        in_flight_max: int,
    ) -> None:
        self._work = work
        self._size_max = size_max
        self._free = in_flight_max
        self._queue: deque[tuple[Q, asyncio.Future[A]]] = deque()
        self._tasks: set[asyncio.Task[None]] = set()

    async def outcome(self, asked: Q) -> A:
        """Join the next batch; what became of this one thing."""
        future: asyncio.Future[A] = asyncio.get_running_loop().create_future()
        self._queue.append((asked, future))
        if self._free:
            self._free -= 1
            task = asyncio.create_task(self._drain())
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        return await future

    async def _drain(self) -> None:
        try:
            await asyncio.sleep(0)  # let callers that are ready now join the first batch
            while self._queue:
                size = min(self._size_max, len(self._queue))
                batch = [self._queue.popleft() for _ in range(size)]
                await self._do([one for one in batch if not one[1].done()])
        finally:
            self._free += 1

    async def _do(self, batch: list[tuple[Q, asyncio.Future[A]]]) -> None:
        if not batch:
            return
        try:
            outcomes = await self._work([asked for asked, _ in batch])
        except Exception as error:  # noqa: BLE001 - every caller must be woken, whatever happened
            outcomes = [error] * len(batch)
        except asyncio.CancelledError:
            for _, future in batch:
                future.cancel()
            raise
        for (_, future), outcome in zip(batch, outcomes, strict=True):
            if future.done():  # its caller was cancelled meanwhile
                continue
            if isinstance(outcome, Exception):
                future.set_exception(outcome)
            else:
                future.set_result(outcome)
