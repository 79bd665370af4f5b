"""Joins what concurrent callers want written into one bulk write; each is told its own result."""

from collections.abc import Mapping, Sequence
from typing import Any

from pymongo import InsertOne, UpdateOne
from pymongo.asynchronous.collection import AsyncCollection
from pymongo.errors import AutoReconnect, BulkWriteError, PyMongoError

from shared.store.faults import is_passing
from shared.store.gathering import Gathering

Document = dict[str, Any]
Operation = InsertOne[Document] | UpdateOne
Result = Document | None


class GroupCommitter:
    """One unordered bulk write for all who wait."""

    def __init__(
        self,
        collection: AsyncCollection[Document],
        *,
        operations_max: int = 64,
        in_flight_max: int = 2,
    ) -> None:
        self._collection = collection
        self._gathering = Gathering[Operation, Result](
            self._write, size_max=operations_max, in_flight_max=in_flight_max
        )

    async def run(self, operation: Operation) -> Result:
        """None when made; the server's error when refused; raises when nobody knows."""
        return await self._gathering.outcome(operation)

    async def _write(self, operations: Sequence[Operation]) -> Sequence[Result | Exception]:
        many = len(operations)
        try:
            result = await self._collection.bulk_write(operations, ordered=False)
        except BulkWriteError as error:
            # A failed write concern says nothing about any one operation: all are unknown.
            failure = error if is_passing(error) else _unless_all_sent(error.details, many)
            refused = {item["index"]: item for item in error.details["writeErrors"]}
            return [failure or refused.get(index) for index in range(many)]
        except Exception as error:
            may_pass = isinstance(error, PyMongoError) and is_passing(error)
            if may_pass or many == 1:
                raise
            # One operation that can't be encoded fails the call for all: halve until it is alone.
            halves = operations[: many // 2], operations[many // 2 :]
            return [one for half in halves for one in await self._each(half)]
        return [_unless_all_sent(result.bulk_api_result, many)] * many

    async def _each(self, operations: Sequence[Operation]) -> Sequence[Result | Exception]:
        try:
            return await self._write(operations)
        except Exception as error:  # noqa: BLE001 - the other half has its own outcome
            return [error] * len(operations)


def _unless_all_sent(told: Mapping[str, Any], operations: int) -> AutoReconnect | None:
    """PyMongo 4.20 sends inserts and updates as two commands, and forgets the second, without a word, when
    its first try found no connection: all are unknown unless the server answered for each.
    """
    answered = told["nInserted"] + told["nMatched"] + told["nUpserted"] + len(told["writeErrors"])
    return None if answered == operations else AutoReconnect(f"{answered} of {operations} were sent")
