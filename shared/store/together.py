"""Joins what concurrent callers ask into one question; each is told its own answer."""

from collections.abc import Awaitable, Callable, Collection, Hashable, Mapping, Sequence
from typing import Generic, TypeVar

from shared.store.gathering import Gathering

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Together(Generic[K, V]):
    """One question for all who wait.

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
        self._gathering = Gathering[K, V | None](self._of, size_max=keys_max, in_flight_max=in_flight_max)

    async def of(self, key: K) -> V | None:
        """What was found for it; None for nothing. Raises what the question raised."""
        return await self._gathering.outcome(key)

    async def _of(self, keys: Sequence[K]) -> Sequence[V | None]:
        found = await self._ask(set(keys))
        return [found.get(key) for key in keys]
