"""What somebody does for the post by which they may, asked of the thing as it then is."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from shared.access.who import May, Who
from shared.events.directory import Post
from shared.store.history import Act
from shared.store.repository import Aggregate, Decision, Repository, Saved

A = TypeVar("A", bound=Aggregate)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step(Generic[A]):
    """One thing that is done: its name in the history, who may, and for which post of theirs."""

    name: str
    may: May
    fits: Callable[[A, Post], bool]
    at: datetime
    if_match: int | None = None
    note: str | None = None


async def take_step(
    repository: Repository[A],
    who: Who,
    id_: str,
    step: Step[A],
    decide: Callable[[A, Post], Decision[A]],
) -> Saved[A]:
    """Load, ask who may, decide, save. Forbidden for a post that doesn't fit the thing."""

    def post(thing: A) -> Post:
        return who.acting(step.may, lambda own: step.fits(thing, own))

    return await repository.change(
        who.agency_id,
        id_,
        lambda thing: Act(name=step.name, by=who.named(post(thing)), at=step.at, note=step.note),
        lambda thing: decide(thing, post(thing)),
        if_match=step.if_match,
    )
