"""Joins what concurrent callers want written into one bulk write; each is told its own result."""

import asyncio
from collections import deque
from collections.abc import Mapping
from typing import Any

from pymongo import InsertOne, UpdateOne
from pymongo.asynchronous.collection import AsyncCollection
from pymongo.errors import AutoReconnect, BulkWriteError, PyMongoError

from shared.store.faults import is_passing

Document = dict[str, Any]
Operation = InsertOne[Document] | UpdateOne
Waiting = tuple[Operation, asyncio.Future[Document | None]]


class GroupCommitter:
    """One unordered bulk write for all who wait: a batch is what queued while the last was in flight."""

    def __init__(
        self,
        collection: AsyncCollection[Document],
        *,
        operations_max: int = 64,
        in_flight_max: int = 2,
    ) -> None:
        self._collection = collection
        self._operations_max = operations_max
        self._free = in_flight_max
        self._queue: deque[Waiting] = deque()
        self._tasks: set[asyncio.Task[None]] = set()

    async def run(self, operation: Operation) -> Document | None:
        """None when made; the server's error when refused; raises when nobody knows."""
        future: asyncio.Future[Document | None] = asyncio.get_running_loop().create_future()
        self._queue.append((operation, future))
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
                size = min(self._operations_max, len(self._queue))
                batch = [self._queue.popleft() for _ in range(size)]
                await self._write([item for item in batch if not item[1].done()])
        finally:
            self._free += 1

    async def _write(self, batch: list[Waiting]) -> None:
        if not batch:
            return
        refused: dict[int, Document] = {}
        failure: Exception | None = None
        try:
            operations = [operation for operation, _ in batch]
            result = await self._collection.bulk_write(operations, ordered=False)
            failure = _unless_all_sent(result.bulk_api_result, len(batch))
        except BulkWriteError as error:
            refused = {item["index"]: item for item in error.details["writeErrors"]}
            # A failed write concern says nothing about any one operation: all are unknown.
            failure = error if is_passing(error) else _unless_all_sent(error.details, len(batch))
        except Exception as error:  # noqa: BLE001 - every caller must be woken, whatever happened
            may_pass = isinstance(error, PyMongoError) and is_passing(error)
            if not may_pass and len(batch) > 1:
                # One operation that can't be encoded fails the call for all: halve until it is alone.
                middle = len(batch) // 2
                await self._write(batch[:middle])
                await self._write(batch[middle:])
                return
            failure = error
        for index, (_, future) in enumerate(batch):
            if future.done():  # its caller was cancelled meanwhile
                continue
            if failure is not None:
                future.set_exception(failure)
            else:
                future.set_result(refused.get(index))


def _unless_all_sent(told: Mapping[str, Any], operations: int) -> AutoReconnect | None:
    """PyMongo 4.20 sends inserts and updates as two commands, and forgets the second, without a word, when
    its first try found no connection: all are unknown unless the server answered for each.
    """
    answered = told["nInserted"] + told["nMatched"] + told["nUpserted"] + len(told["writeErrors"])
    return None if answered == operations else AutoReconnect(f"{answered} of {operations} were sent")
