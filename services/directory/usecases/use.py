"""What the use cases work with, and what several of them ask."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Protocol

from services.directory.domain.agency import Agency
from services.directory.domain.calendar import Calendar
from services.directory.domain.catalogue import CatalogueService
from services.directory.domain.contacts import NumbersTaken, StaffContact
from services.directory.domain.programmes import Measure
from services.directory.domain.province import Province
from shared.access.who import May, Who
from shared.clock import Clock
from shared.events.directory import PROVINCE
from shared.keys.keeper import Keeper
from shared.sealing import MasterKey
from shared.store.repository import PAGE_MAX, A, NotFound, Repository, Saved


class People(Protocol):
    """The questions asked of the contacts of several persons together."""

    async def of_persons(self, agency_id: str, person_ids: Collection[str]) -> Mapping[str, StaffContact]: ...
    async def of_contact(self, agency_id: str, contact_id: str) -> StaffContact | None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """What the use cases work with."""

    provinces: Repository[Province]
    agencies: Repository[Agency]
    services: Repository[CatalogueService]
    calendars: Repository[Calendar]
    measures: Repository[Measure]
    contacts: Repository[StaffContact]
    people: People
    taken: Repository[NumbersTaken]
    clock: Clock
    master_key: MasterKey
    keeper: Keeper


def named(who: Who, may: May, agency_id: str) -> str:
    """Who acts, for the history. The governorate acts for all agencies, anybody else for their own."""
    if who.agency_id not in (agency_id, PROVINCE):
        raise NotFound(agency_id)
    return who.named(who.acting(may))


async def everything(repository: Repository[A]) -> list[Saved[A]]:
    items: list[Saved[A]] = []
    after: str | None = None
    while True:
        page = await repository.page(None, after=after, limit=PAGE_MAX)
        items += page.items
        if page.next is None:
            return items
        after = page.next


async def events_told(use: Use) -> int:
    """How many events all of it has told so far: what a complete copy has applied."""
    told = [saved.sequence for saved in await everything(use.agencies)]
    told += [saved.sequence for saved in await everything(use.services)]
    told += [saved.sequence for saved in await everything(use.calendars)]
    told += [saved.sequence for saved in await everything(use.measures)]
    return sum(told)
