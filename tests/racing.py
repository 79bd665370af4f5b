"""Something else happens between a caller's look at a thing and their change of it."""

from collections.abc import Awaitable, Callable
from typing import Any

from shared.store.repository import Repository, Saved


def after_the_first_look(repository: Repository[Any], meanwhile: Callable[[], Awaitable[object]]) -> None:
    """Let it happen when the thing has been looked at once, before the looker goes on."""
    look = repository.get

    async def get(agency_id: str, id_: str) -> Saved[Any]:
        repository.get = look
        found = await look(agency_id, id_)
        await meanwhile()
        return found

    repository.get = get
