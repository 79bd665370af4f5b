"""Changes of a thing whose id is known before anybody made it."""

from collections.abc import Callable
from typing import TypeVar

from shared.store.history import Act
from shared.store.repository import Aggregate, NotFound, Repository, Saved, Stale

A = TypeVar("A", bound=Aggregate)


async def changed(
    things: Repository[A],
    agency_id: str,
    id_: str,
    act: Act,
    decide: Callable[[A], A],
    if_match: int | None,
) -> Saved[A]:
    """Of what isn't there yet the caller saw version 0: with another one it is Stale, else NotFound."""
    try:
        return await things.change(agency_id, id_, act, lambda one: (decide(one), []), if_match=if_match)
    except NotFound:
        if if_match:
            raise Stale(id_) from None
        raise
