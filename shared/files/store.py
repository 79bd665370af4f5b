"""Where files lie: a port. What is put there is sealed already, under a random name."""

from collections.abc import AsyncIterator, Iterable
from typing import Protocol


class MissingFile(Exception):
    """Nothing lies under this name."""


class StoreAway(Exception):
    """The store doesn't answer, or answers what it shouldn't: the caller may try again."""


class FileStore(Protocol):
    """Keeps bytes by name. Each call may be made again with the same effect."""

    async def put(self, id_: str, pieces: Iterable[bytes], *, bytes_count: int) -> None:
        """Keep them, in order, `bytes_count` in all; durable once it returns."""
        ...

    def get(self, id_: str) -> AsyncIterator[bytes]:
        """The bytes in pieces of any length; MissingFile before the first where there are none."""
        ...

    async def remove(self, id_: str) -> None:
        """Remove what lies there, whole or half; nothing where nothing does."""
        ...

    async def prepare(self) -> None:
        """Make what it needs, once the service starts."""
        ...
