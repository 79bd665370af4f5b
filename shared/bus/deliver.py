"""Work a batch, then let the offset move; what can't be worked is kept whole before it does."""

from collections.abc import Sequence
from typing import Any, Protocol, TypeVar

from shared.bus.effects import Effect
from shared.bus.records import Received, may_pass

ItemT = TypeVar("ItemT")


class DeadLetters(Protocol):
    """Where records go that can't be worked."""

    async def keep(self, record: Received, error: Exception) -> None: ...


async def deliver(records: Sequence[Received], effect: Effect[Any], dead_letters: DeadLetters) -> None:
    """Return when each record is worked or kept; raise when a fault may pass and nothing may be committed."""
    readable: list[tuple[Received, Any]] = []
    for record in records:
        try:
            readable.append((record, effect.read(record)))
        except Exception as error:  # noqa: BLE001 - whatever a record provokes, it must not block the rest
            await dead_letters.keep(record, error)
    if readable:
        await _work(readable, effect, dead_letters)


async def _work(
    batch: Sequence[tuple[Received, ItemT]], effect: Effect[ItemT], dead_letters: DeadLetters
) -> None:
    try:
        await effect.work([item for _, item in batch])
    except Exception as error:
        if may_pass(error):
            raise
        if len(batch) == 1:
            await dead_letters.keep(batch[0][0], error)
            return
        middle = len(batch) // 2
        await _work(batch[:middle], effect, dead_letters)
        await _work(batch[middle:], effect, dead_letters)
