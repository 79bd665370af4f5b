"""What the use cases work with, and what several of them look up."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from services.meetings import rules
from services.meetings.domain.committee import Committee
from services.meetings.domain.meeting import Meeting
from services.meetings.domain.moving import Days
from shared.access.who import Who
from shared.calendar.jalali import local_day
from shared.clock import Clock
from shared.directory.lookup import Directory
from shared.store.repository import Page, Repository

CLOCK, DIRECTORY = "clock", "directory"


class Breaches(Protocol):
    """The questions asked of all meetings of some committees together."""

    async def not_carried_out(
        self, agency_id: str, committee_ids: Sequence[str], now: datetime, *, after: str | None, limit: int
    ) -> Page[Meeting]: ...
    async def official_since(
        self, agency_id: str, committee_ids: Sequence[str], since: datetime
    ) -> Mapping[str, Sequence[datetime]]: ...


class Clocked(Protocol):
    """The question asked of all meetings that are to come."""

    def measured_otherwise(self, calendars: Mapping[str, str]) -> AsyncIterator[str]: ...


class InOrder(Protocol):
    """The questions which meeting of a committee comes before or after another."""

    async def last_held(self, agency_id: str, committee_id: str) -> Meeting | None: ...
    async def next_convened(self, agency_id: str, committee_id: str, after: datetime) -> Meeting | None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """What the use cases work with."""

    committees: Repository[Committee]
    meetings: Repository[Meeting]
    breaches: Breaches
    meetings_by_calendar: Clocked
    meetings_in_order: InOrder
    directory: Directory
    clock: Clock


async def own_meeting(use: Use, who: Who, id_: str) -> tuple[Meeting, Committee]:
    """The agency's own meeting, seated as its committee stands now, and that committee."""
    meeting = (await use.meetings.get(who.agency_id, id_)).state
    committee = (await use.committees.get(who.agency_id, meeting.committee_id)).state
    return meeting.seated(committee), committee


async def days_of(use: Use, agency_id: str, now: datetime) -> Days:
    """The days that the agency works, as it is known now."""
    figures = await use.directory.figures(agency_id)
    known = await use.directory.set_calendar(agency_id)
    notice = figures.of(rules.NOTICE, local_day(now))
    return Days(calendar=known.calendar, set_at=known.set_at, notice=notice)
