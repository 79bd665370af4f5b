"""What the use cases work with, and what they all ask first."""

from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from services.complaints import access
from services.complaints.domain.attachment import CaseFiles
from services.complaints.domain.client import Client
from services.complaints.domain.clock import Measure
from services.complaints.domain.complaint import Complaint, Facts
from services.complaints.domain.contact import Whose
from services.complaints.domain.line import Filled, Lines, escalation_line
from services.complaints.domain.lists import Filed, Owed
from services.complaints.domain.misconduct import Looker, Misconduct, Wanted
from services.complaints.domain.press import PressCase
from services.complaints.domain.problem import Problem
from services.complaints.domain.register_look import RegisterLook
from services.complaints.domain.reports import Reported
from services.complaints.domain.request import Request
from services.complaints.domain.template import Template
from shared.access.who import May, Who
from shared.clock import Clock
from shared.directory.chart import Chart
from shared.directory.lookup import Directory
from shared.events.directory import PROVINCE, Post
from shared.events.requests import SealedRequest
from shared.files.scanner import Scanner
from shared.files.store import FileStore
from shared.keys.keeper import Keeper
from shared.keys.wrapping import KeyWrapper
from shared.sealing import MasterKey
from shared.store.history import Act, Document
from shared.store.repository import NotFound, Page, Repository, Saved

CITIZEN, CLOCK = "citizen", "clock"


class Cases(Protocol):
    """The questions asked of several complaints together."""

    async def has_open(self, agency_id: str, contact_id: str) -> bool: ...
    async def those(self, agency_id: str, ids: Collection[str]) -> Sequence[Complaint]: ...
    async def reports(self, wanted: Reported) -> Sequence[Complaint]: ...
    async def moved(
        self, agency_id: str, since: datetime, until: datetime, *, limit: int
    ) -> Sequence[tuple[str, Sequence[Document]]]: ...
    async def last_closed_at(self, agency_id: str, contact_id: str) -> datetime | None: ...
    async def at_posts(
        self, agency_id: str | None, posts: Sequence[str], *, after: str | None, limit: int
    ) -> Page[Complaint]: ...
    def measured_otherwise(self, calendars: Mapping[str, str]) -> AsyncIterator[str]: ...
    async def listed(
        self, agency_id: str, wanted: Filed | Owed, *, after: str | None, limit: int
    ) -> Page[Complaint]: ...
    async def count(self, agency_id: str, wanted: Filed | Owed, *, most: int) -> int: ...
    async def is_only(self, agency_id: str, contact_id: str, id_: str) -> bool: ...
    async def of_matter(
        self, complaint: Complaint, within: timedelta, *, most: int
    ) -> Sequence[Complaint]: ...
    async def whose(self, code: str) -> Whose | None: ...
    async def held(self, code: str) -> Saved[Complaint] | None: ...
    async def coded(self, agency_id: str, code: str) -> Page[Complaint]: ...
    async def of_persons(
        self, agency_id: str, contact_ids: Collection[str], *, after: str | None, limit: int
    ) -> Page[Complaint]: ...
    async def with_words(
        self, agency_id: str, words: Sequence[str], *, after: str | None, limit: int
    ) -> Page[Complaint]: ...


class Clocked(Protocol):
    """The question asked of all things of a kind that have a clock."""

    def measured_otherwise(self, calendars: Mapping[str, str]) -> AsyncIterator[str]: ...


class Records(Protocol):
    """The questions asked of several records of misconduct together."""

    async def found_of(self, agency_id: str, person_id: str) -> Sequence[Misconduct]: ...
    async def seen_by(
        self, looker: Looker, wanted: Wanted, *, after: str | None, limit: int
    ) -> Page[Misconduct]: ...


class Looks(Protocol):
    """The question who saw a record of misconduct."""

    async def at(
        self, agency_id: str, record_id: str, *, after: str | None, limit: int
    ) -> Page[RegisterLook]: ...


class SealedRequests(Protocol):
    """What citizens want by SMS, as it came; None once it ended."""

    async def get(self, request_id: str) -> SealedRequest | None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """What the use cases work with."""

    complaints: Repository[Complaint]
    cases: Cases
    press: Repository[PressCase]
    press_clocks: Clocked
    problems: Repository[Problem]
    problem_clocks: Clocked
    register: Repository[Misconduct]
    records: Records
    register_looks: Repository[RegisterLook]
    looks: Looks
    directory: Directory
    clients: Repository[Client]
    clock: Clock
    master_key: MasterKey
    keeper: Keeper
    wrapper: KeyWrapper
    requests: Repository[Request]
    sealed_requests: SealedRequests
    templates: Repository[Template]
    files: Repository[CaseFiles]
    store: FileStore
    scanner: Scanner | None


async def measure_of(use: Use, agency_id: str) -> Measure:
    """The calendar and the figures that an agency's clocks are set by."""
    known = await use.directory.set_calendar(agency_id)
    return Measure(
        calendar=known.calendar, figures=await use.directory.figures(agency_id), set_at=known.set_at
    )


async def chart_of(use: Use, agency_id: str) -> Chart:
    """The agency's chart; NotFound for an agency that never joined."""
    chart = await use.directory.chart(agency_id)
    if chart is None:
        raise NotFound(agency_id)
    return chart


async def lines_of(use: Use, agency_id: str, now: datetime) -> Lines:
    """Whom complaints of the agency's units go up to, of those who hold a post now."""
    chart, province = await chart_of(use, agency_id), await use.directory.chart(PROVINCE)
    return lambda unit_id: escalation_line(chart, province, unit_id, now)


async def filled_of(use: Use, agency_id: str, now: datetime) -> Filled:
    """Which posts of the agency, and of the province above it, somebody fills now."""
    chart, province = await chart_of(use, agency_id), await use.directory.chart(PROVINCE)
    charts = [one for one in (chart, province) if one is not None]
    return lambda post_id: any(one.holder(post_id, now) is not None for one in charts)


async def seen(use: Use, who: Who, id_: str) -> Saved[Complaint]:
    """A case of their agency; for a post of the governorate also one that reached it. Else NotFound."""
    home = await home_of(use, who, id_)
    return await use.complaints.get(home, id_)


async def home_of(use: Use, who: Who, id_: str) -> str:
    """Whose case it is: the caller's agency's, unless it reached the caller's post at the governorate."""
    if who.agency_id == PROVINCE:
        found = (await use.complaints.load(id_)).state
        if found.agency_id != PROVINCE and any(found.reached(post) for post in who.posts):
            return found.agency_id
    return who.agency_id


async def by_post(
    use: Use,
    who: Who,
    id_: str,
    may: May,
    act: Callable[[str], Act],
    decide: Callable[[Complaint, Post], tuple[Complaint, Facts]],
    if_match: int | None = None,
) -> Saved[Complaint]:
    """What somebody does for the post by which they may, asked of the complaint as it then is."""

    def post(complaint: Complaint) -> Post:
        is_own = complaint.agency_id == who.agency_id
        return who.acting(may, complaint.may_be_worked_by if is_own else complaint.reached)

    return await use.complaints.change(
        await home_of(use, who, id_) if may in access.ABOVE else who.agency_id,
        id_,
        lambda complaint: act(who.named(post(complaint))),
        lambda complaint: decide(complaint, post(complaint)),
        if_match=if_match,
    )
