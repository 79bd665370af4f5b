"""A small aggregate of the tests' own, so that the backbone is proved without any service."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from pymongo.asynchronous.database import AsyncDatabase

from shared.events.directory import ServiceWithdrawn
from shared.events.event import Event
from shared.store.history import Act
from shared.store.repository import Repository, Saved

NOW = datetime(2026, 11, 22, 8, 30, tzinfo=UTC)
WATER, ROADS = "water", "roads"


@dataclass(frozen=True, slots=True, kw_only=True)
class Errand:
    """Something to be done, at some time or at none."""

    id: str
    agency_id: str = WATER
    what: str = ""
    steps: int = 0
    due_at: datetime | None = None
    rank: int | None = None

    def step(self) -> "tuple[Errand, list[Event]]":
        """One step on, with one event that says which."""
        taken = replace(self, steps=self.steps + 1)
        return taken, [told(taken.steps, agency_id=self.agency_id)]


def told(step: int, *, agency_id: str = WATER) -> ServiceWithdrawn:
    """Any declared event would do; `code` carries the step."""
    return ServiceWithdrawn(agency_id=agency_id, code=str(step))


def act(name: str = "step", *, at: datetime = NOW) -> Act:
    return Act(name=name, by="clock", at=at)


async def errands(database: AsyncDatabase[dict[str, Any]], *, patience_s: float = 4.0) -> Repository[Errand]:
    """The repository, with its indexes."""
    repository = Repository(database, "errands", Errand, patience_s=patience_s)
    await repository.make_indexes()
    return repository


async def add(repository: Repository[Errand], id_: str, **fields: Any) -> Saved[Errand]:
    """A new one, silent."""
    return await repository.add(act("add"), (Errand(id=id_, **fields), []))


async def step(repository: Repository[Errand], id_: str, times: int = 1) -> None:
    """Steps, one write and one event each."""
    for _ in range(times):
        await repository.change(None, id_, act(), Errand.step)


async def pending_of(repository: Repository[Errand], id_: str) -> Sequence[dict[str, Any]]:
    """What waits for the relay, as it lies there."""
    found = await repository.collection.find_one({"_id": id_})
    assert found is not None
    return found["pending"]
