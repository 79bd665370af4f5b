"""What was found out a moment ago, instead of asking for it again."""

import asyncio
import time
from collections.abc import Callable, Coroutine, Hashable
from functools import partial
from typing import Any, Generic, TypeVar

K = TypeVar("K", bound=Hashable)
T = TypeVar("T")
MOST = 10_000


class Remembered(Generic[K]):
    """Answers by key, each for `for_s` seconds. All is forgotten when it gets too much."""

    def __init__(self, for_s: float) -> None:
        self._for_s = for_s
        self._known: dict[K, tuple[float, asyncio.Task[Any]]] = {}

    async def of(self, key: K, ask: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """What is remembered, else what `ask` finds. A key's answers are all of one type."""
        now = time.monotonic()
        known = self._known.get(key)
        if known is None or now >= known[0]:
            if len(self._known) >= MOST:
                self._known.clear()
            # Asked once for all who want it now, in a task of its own: who asked first may go away.
            asked = asyncio.create_task(ask())
            asked.add_done_callback(partial(self._drop_fault, key))
            known = self._known[key] = (now + self._for_s, asked)
        answer: asyncio.Task[T] = known[1]
        return answer.result() if answer.done() else await asyncio.shield(answer)

    def forget(self, key: K) -> None:
        """It was just changed."""
        self._known.pop(key, None)

    def clear(self) -> None:
        """Something was just changed that many of them hang on."""
        self._known.clear()

    def _drop_fault(self, key: K, asked: asyncio.Task[Any]) -> None:
        """What found no answer isn't remembered."""
        at_fault = asked.cancelled() or asked.exception() is not None
        if at_fault and key in self._known and self._known[key][1] is asked:
            del self._known[key]
