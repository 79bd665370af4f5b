"""Joins what concurrent callers ask into one question; each is told its own answer."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Collection, Hashable, Mapping
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Together(Generic[K, V]):
    """One question for all who wait: a batch is what queued while the last was in flight.

    Nobody is answered by a question that was sent before they asked: what they read is as new as if they had
    asked alone.
    """

    def __init__(
        self,
        ask: Callable[[Collection[K]], Awaitable[Mapping[K, V]]],
        *,
        keys_max: int = 64,
        in_flight_max: int = 2,
    ) -> None:
        self._ask = ask
        self._keys_max = keys_max
        self._free = in_flight_max
        self._queue: deque[tuple[K, asyncio.Future[V | None]]] = deque()
        self._tasks: set[asyncio.Task[None]] = set()

    async def of(self, key: K) -> V | None:
        """What was found for it; None for nothing. Raises what the question raised."""
        future: asyncio.Future[V | None] = asyncio.get_running_loop().create_future()
        self._queue.append((key, future))
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
                size = min(self._keys_max, len(self._queue))
                batch = [self._queue.popleft() for _ in range(size)]
                await self._answer([item for item in batch if not item[1].done()])
        finally:
            self._free += 1

    async def _answer(self, batch: list[tuple[K, asyncio.Future[V | None]]]) -> None:
        if not batch:
            return
        found: Mapping[K, V] = {}
        failure: Exception | None = None
        try:
            found = await self._ask({key for key, _ in batch})
        except Exception as error:  # noqa: BLE001 - every caller must be woken, whatever happened
            failure = error
        except asyncio.CancelledError:
            for _, future in batch:
                future.cancel()
            raise
        for key, future in batch:
            if future.done():  # its caller was cancelled meanwhile
                continue
            if failure is not None:
                future.set_exception(failure)
            else:
                future.set_result(found.get(key))
