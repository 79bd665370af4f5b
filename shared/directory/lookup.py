"""Reads a service's copy of the directory, and remembers what it read for two seconds."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from pymongo.asynchronous.database import AsyncDatabase

from shared.calendar.working_time import WorkingCalendar
from shared.directory.chart import Chart, Committee, Holding
from shared.directory.replica import COLLECTION
from shared.events.directory import PROVINCE, Name, Post, Unit
from shared.remembered import Remembered
from shared.rule import Figure, Figures

Document = dict[str, Any]
REMEMBERED_S = 2.0
SERVICES_MAX = 10_000


class NotKnownYet(Exception):
    """The copy doesn't have what nothing works without (a calendar): it is still being built."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogueService:
    """A service of the catalogue (FOAD-4)."""

    code: str
    agency_id: str
    title: Name
    unit_id: str | None = None
    withdrawn: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SetCalendar:
    """A working calendar as its owner set it, named by its owner: versions count for each owner alone."""

    calendar: WorkingCalendar
    set_at: datetime | None = None


class Directory:
    """Who is who, as this service knows it."""

    def __init__(self, database: AsyncDatabase[Document]) -> None:
        self._copy = database[COLLECTION]
        self._remembered = Remembered[Hashable](REMEMBERED_S)

    async def make_indexes(self) -> None:
        """For the two ways in which it is asked."""
        await self._copy.create_index([("state.kind", 1), ("state.agency_id", 1)])
        await self._copy.create_index("state.code", sparse=True)

    async def chart(self, agency_id: str) -> Chart | None:
        """The agency's chart; None for an unknown agency."""
        return await self._remembered.of(("chart", agency_id), lambda: self._chart(agency_id))

    async def service(self, code: str) -> CatalogueService | None:
        """A service by its code; None for an unknown one."""
        return await self._remembered.of(("service", code), lambda: self._service(code))

    async def services(self, agency_id: str) -> Sequence[CatalogueService]:
        """What an agency gives, by code, without what was withdrawn."""
        query = {"state.kind": "service", "state.agency_id": agency_id, "state.withdrawn": {"$ne": True}}
        found = self._copy.find(query, {"state": 1}).sort("state.code", 1).limit(SERVICES_MAX)
        return [_as_service(one["state"]) async for one in found]

    async def calendar(self, agency_id: str) -> WorkingCalendar:
        """The agency's own calendar, else the province's; NotKnownYet when neither has come."""
        return (await self.set_calendar(agency_id)).calendar

    async def set_calendar(self, agency_id: str) -> SetCalendar:
        """The same, and when it was set."""
        for owner in (agency_id, PROVINCE):
            found = await self._remembered.of(("calendar", owner), lambda owner=owner: self._calendar(owner))
            if found is not None:
                return found
        raise NotKnownYet("working calendar")

    async def calendars(self) -> Mapping[str, SetCalendar]:
        """Every calendar there is, by its owner."""
        return await self._remembered.of("calendars", self._calendars)

    async def figures(self, agency_id: str) -> Figures:
        """The agency's figures: its own over the province's over the presets."""
        return await self._remembered.of(("figures", agency_id), lambda: self._figures(agency_id))

    async def posts_of(self, agency_id: str, person_id: str, now: datetime) -> tuple[Post, ...]:
        """The posts for which a person acts at this instant."""
        chart = await self.chart(agency_id)
        return () if chart is None else chart.posts_of(person_id, now)

    async def agencies(self) -> list[str]:
        """The ids of all agencies that have joined."""
        found = self._copy.find({"state.kind": "agency"}, {"state.agency_id": 1})
        return sorted([one["state"]["agency_id"] async for one in found])

    async def events_known(self) -> int:
        """How many of the directory's events the copy has taken in; a complete one has all that were told."""
        summed = await self._copy.aggregate([{"$group": {"_id": None, "events": {"$sum": "$sequence"}}}])
        return sum([one["events"] async for one in summed])

    async def _agency(self, agency_id: str) -> Document | None:
        return await self._one(kind="agency", agency_id=agency_id)

    async def _chart(self, agency_id: str) -> Chart | None:
        state = await self._agency(agency_id)
        return None if state is None else _as_chart(state)

    async def _one(self, **fields: str) -> Document | None:
        query = {f"state.{name}": value for name, value in fields.items()}
        found = await self._copy.find_one(query, {"state": 1})
        return None if found is None else found["state"]

    async def _service(self, code: str) -> CatalogueService | None:
        state = await self._one(kind="service", code=code)
        return None if state is None else _as_service(state)

    async def _calendar(self, owner: str) -> SetCalendar | None:
        state = await self._one(kind="calendar", agency_id=owner)
        return None if state is None else _as_set(state)

    async def _calendars(self) -> Mapping[str, SetCalendar]:
        found = await self._copy.find({"state.kind": "calendar"}, {"state": 1}).to_list()
        return {one["state"]["agency_id"]: _as_set(one["state"]) for one in found}

    async def _figures(self, agency_id: str) -> Figures:
        province, own = await self._agency(PROVINCE), await self._agency(agency_id)
        theirs = [(one or {}).get("figures", []) for one in (province, own)]
        # Sorted by day alone and stably: on the same day the agency's own goes before the province's.
        figures = [
            Figure(name=one["figure"], value=one["value"], from_day=date.fromisoformat(one["from_day"]))
            for some in theirs
            for one in some
        ]
        return Figures.made_of(figures, version=len(figures))


def _as_service(state: Document) -> CatalogueService:
    return CatalogueService(
        code=state["code"],
        agency_id=state["agency_id"],
        title=Name.model_validate(state["title"]),
        unit_id=state.get("unit_id"),
        withdrawn=state.get("withdrawn", False),
    )


def _as_set(state: Document) -> SetCalendar:
    named = {**state["calendar"], "id": state["agency_id"]}
    return SetCalendar(calendar=WorkingCalendar.from_data(named), set_at=state.get("set_at"))


def _as_chart(state: Document) -> Chart:
    holdings: dict[str, tuple[Holding, ...]] = {}
    for one in state.get("holdings", []):
        holding = Holding(
            person_id=one["person_id"],
            from_at=one["from_at"],
            until_at=one["until_at"],
            stand_in=one["stand_in"],
        )
        holdings[one["post_id"]] = (*holdings.get(one["post_id"], ()), holding)
    return Chart(
        agency_id=state["agency_id"],
        name=Name.model_validate(state["name"]),
        units={one["id"]: Unit.model_validate(one) for one in state["units"]},
        posts={one["id"]: Post.model_validate(one) for one in state["posts"]},
        holdings=holdings,
        committees={one["id"]: _as_committee(one) for one in state.get("committees", [])},
    )


def _as_committee(told: Document) -> Committee:
    seats = [told["chair"], told["secretary"], *(member["post"] for member in told["members"])]
    return Committee(id=told["id"], title=Name.model_validate(told["title"]), posts=frozenset(seats))
