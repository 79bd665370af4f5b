"""Load, ask the domain, save: one function for each thing that can be done.

Those that take `who` are for callers and ask the access table first. Those that take `by` are for them and
for the operator who loads a province before anybody has a post.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from services.directory import access, rules
from services.directory.domain import calendar, catalogue
from services.directory.domain.agency import Agency, Around
from services.directory.domain.calendar import Calendar
from services.directory.domain.catalogue import CatalogueService, Owners, RowProblem, read_rows
from services.directory.domain.forms import AgencyForm, ProvinceForm, ServiceForm
from services.directory.domain.province import Province
from shared.access.who import May, Who
from shared.calendar.calendar_data import CalendarData
from shared.clock import Clock
from shared.events.directory import PROVINCE
from shared.language import Text
from shared.rule import Invalid
from shared.sealing import MasterKey
from shared.store.history import Act
from shared.store.repository import PAGE_MAX, A, NotFound, Once, Repository, Saved
from shared.store.store import DuplicateId, NotUnique

AT_ONCE_MAX = 64
"""As many as one group commit takes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """What the use cases work with."""

    provinces: Repository[Province]
    agencies: Repository[Agency]
    services: Repository[CatalogueService]
    calendars: Repository[Calendar]
    clock: Clock
    master_key: MasterKey


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What an import did, or would do. With problems it did nothing."""

    listed: int = 0
    changed: int = 0
    unchanged: int = 0
    problems: tuple[RowProblem, ...] = ()


async def found(use: Use, who: Who, form: ProvinceForm, if_match: int | None) -> Saved[Province]:
    """Say what the province is made of."""
    return await settle_province(use, _named(who, access.FOUND, PROVINCE), form, if_match)


async def settle_province(
    use: Use, by: str, form: ProvinceForm, if_match: int | None = None
) -> Saved[Province]:
    """The province as the form has it, however it was."""
    act = Act(name="found", by=by, at=use.clock.now(), clause=rules.JOINING.clause)
    if if_match is None:
        try:
            return await use.provinces.add(act, Province.found(form))
        except DuplicateId:
            pass  # it is there: restated below
    return await use.provinces.change(
        PROVINCE, PROVINCE, act, lambda province: province.restate(form), if_match=if_match
    )


async def join(use: Use, who: Who, form: AgencyForm, once: Once | None) -> Saved[Agency]:
    """An agency joins, by this one call."""
    return await join_agency(use, _named(who, access.JOIN, PROVINCE), form, once)


async def join_agency(use: Use, by: str, form: AgencyForm, once: Once | None = None) -> Saved[Agency]:
    """An agency joins; the governorate, whose inspection all chains end at, before all others."""
    now, around = use.clock.now(), await _around(use, form.id)
    act = Act(name="join", by=by, at=now, clause=rules.JOINING.clause)
    try:
        return await use.agencies.add(act, Agency.join(form, around, now), once=once)
    except DuplicateId:
        raise NotUnique("id") from None


async def arrange(use: Use, who: Who, id_: str, form: AgencyForm, if_match: int | None) -> Saved[Agency]:
    """Change an agency's chart, who holds its posts, who stands in."""
    return await arrange_agency(use, _named(who, access.ARRANGE, id_), id_, form, if_match)


async def arrange_agency(
    use: Use, by: str, id_: str, form: AgencyForm, if_match: int | None = None
) -> Saved[Agency]:
    """The agency as the form has it; changes nothing where it is so already."""
    now, around = use.clock.now(), await _around(use, id_)
    await _must_keep_what_others_report_to(use, id_, form)
    return await use.agencies.change(
        id_,
        id_,
        Act(name="arrange", by=by, at=now),
        lambda agency: agency.restate(form, around, now),
        if_match=if_match,
    )


async def settle_agency(use: Use, by: str, form: AgencyForm) -> Saved[Agency]:
    """The agency as the form has it, joined before or not."""
    try:
        await use.agencies.load(form.id)
    except NotFound:
        return await join_agency(use, by, form)
    return await arrange_agency(use, by, form.id, form)


async def holders(use: Use, who: Who, id_: str) -> dict[str, str]:
    """Who acts for each filled post of an agency now."""
    _named(who, access.SEE_HOLDERS, id_)
    chart, now = (await use.agencies.get(id_, id_)).state.chart(), use.clock.now()
    acting = {post_id: chart.holder(post_id, now) for post_id in chart.posts}
    return {post_id: person for post_id, person in acting.items() if person is not None}


async def holder_of(use: Use, post_id: str) -> str | None:
    """Who acts for a post now; NotFound for a post of no agency's chart."""
    agency_id = post_id.split(".", 1)[0]
    chart = (await use.agencies.get(agency_id, agency_id)).state.chart()
    if post_id not in chart.posts:
        raise NotFound(post_id)
    return chart.holder(post_id, use.clock.now())


async def import_services(use: Use, who: Who, text: str, *, dry_run: bool) -> Imported:
    """Take a catalogue over: the governorate for all agencies, a head for their own."""
    by = _named(who, access.LIST, who.agency_id)
    of_agency = None if who.agency_id == PROVINCE else who.agency_id
    return await import_catalogue(use, by, text, of_agency=of_agency, dry_run=dry_run)


async def import_catalogue(
    use: Use, by: str, text: str, *, of_agency: str | None = None, dry_run: bool = False
) -> Imported:
    """List every row that is new or changed; none at all while any row is wrong.

    What isn't in the file stays as it is. Cut off in the middle, the same file again does the rest.
    """
    rows = read_rows(text, await _owners(use, of_agency))
    known = [saved.state for saved in await _everything(use.services)]
    problems = rows.problems or list(catalogue.disagreements(rows.services, known))
    if problems:
        return Imported(problems=tuple(problems))
    now = {service.form.code: service for service in known}
    fresh = [form for form in rows.services.values() if form.code not in now]
    changed = [form for form in rows.services.values() if form.code in now and now[form.code].relist(form)[1]]
    if not dry_run:
        await _list_all(use, by, [*fresh, *changed])
    unchanged = len(rows.services) - len(fresh) - len(changed)
    return Imported(listed=len(fresh), changed=len(changed), unchanged=unchanged)


async def withdraw(use: Use, who: Who, code: str, if_match: int | None) -> Saved[CatalogueService]:
    """A service is no longer given."""
    id_ = catalogue.id_of(code)
    owner = (await use.services.load(id_)).state.agency_id
    act = Act(
        name="withdraw",
        by=_named(who, access.LIST, owner),
        at=use.clock.now(),
        clause=rules.CATALOGUE.clause,
    )
    return await use.services.change(owner, id_, act, lambda service: service.withdraw(), if_match=if_match)


async def set_calendar(
    use: Use, who: Who, agency_id: str, data: CalendarData, if_match: int | None
) -> Saved[Calendar]:
    """Set the working calendar of the province or of an agency."""
    return await settle_calendar(use, _named(who, access.SET_CALENDAR, PROVINCE), agency_id, data, if_match)


async def settle_calendar(
    use: Use, by: str, agency_id: str, data: CalendarData, if_match: int | None = None
) -> Saved[Calendar]:
    """The calendar as given, however it was."""
    await use.agencies.get(agency_id, agency_id)
    act = Act(name="set-calendar", by=by, at=use.clock.now())
    if if_match is None:
        try:
            return await use.calendars.add(act, Calendar.set(agency_id, data))
        except DuplicateId:
            pass  # it is there: set anew below
    id_ = calendar.id_of(agency_id)
    return await use.calendars.change(agency_id, id_, act, lambda one: one.reset(data), if_match=if_match)


async def events_told(use: Use) -> int:
    """How many events all of it has told so far: what a complete copy has applied."""
    told = [saved.sequence for saved in await _everything(use.agencies)]
    told += [saved.sequence for saved in await _everything(use.services)]
    told += [saved.sequence for saved in await _everything(use.calendars)]
    return sum(told)


def _named(who: Who, may: May, agency_id: str) -> str:
    """Who acts, for the history. The governorate acts for all agencies, anybody else for their own."""
    if who.agency_id not in (agency_id, PROVINCE):
        raise NotFound(agency_id)
    return who.named(who.acting(may))


async def _around(use: Use, agency_id: str) -> Around:
    try:
        counties = (await use.provinces.load(PROVINCE)).state.counties
    except NotFound:
        counties = frozenset[str]()
    if agency_id == PROVINCE:
        return Around(posts={}, counties=counties)
    try:
        governorate = (await use.agencies.load(PROVINCE)).state
    except NotFound:
        raise Invalid(
            "/id", Text(fa="نخست باید استانداری بپیوندد.", en="The governorate must join first.")
        ) from None
    return Around(posts=governorate.chart().posts, counties=counties)


async def _must_keep_what_others_report_to(use: Use, id_: str, form: AgencyForm) -> None:
    """The governorate's posts are the upper end of every agency's chain."""
    if id_ != PROVINCE:
        return
    kept = {post.id for post in form.posts}
    for saved in await _everything(use.agencies):
        reported_to = {post.reports_to for post in saved.state.structure.posts if saved.state.id != id_}
        gone = sorted(to for to in reported_to if to and to.startswith(f"{id_}.") and to not in kept)
        if gone:
            raise Invalid(
                "/posts",
                Text(
                    fa=f"پست‌های «{saved.state.id}» به «{gone[0]}» گزارش می‌دهند و باید بماند.",
                    en=f"Posts of {saved.state.id} report to {gone[0]}, so it must stay.",
                ),
            )


async def _owners(use: Use, of_agency: str | None) -> Owners:
    """Who may own services: all agencies, by their units, and those listed; or the one."""
    owners: dict[str, frozenset[str]] = {}
    try:
        province = (await use.provinces.load(PROVINCE)).state
        owners |= {listed.id: frozenset[str]() for listed in province.listed}
    except NotFound:
        pass  # nobody is listed yet
    for saved in await _everything(use.agencies):
        owners[saved.state.id] = frozenset(saved.state.chart().units)
    return {id_: units for id_, units in owners.items() if of_agency in (None, id_)}


async def _everything(repository: Repository[A]) -> list[Saved[A]]:
    items: list[Saved[A]] = []
    after: str | None = None
    while True:
        page = await repository.page(None, after=after, limit=PAGE_MAX)
        items += page.items
        if page.next is None:
            return items
        after = page.next


async def _list_all(use: Use, by: str, forms: Sequence[ServiceForm]) -> None:
    act = Act(name="list", by=by, at=use.clock.now(), clause=rules.CATALOGUE.clause)
    places = asyncio.Semaphore(AT_ONCE_MAX)

    async def list_one(form: ServiceForm) -> None:
        async with places:
            decision = CatalogueService.list_(form)
            try:
                await use.services.add(act, decision)
            except DuplicateId:
                await _relist(use, act, decision[0].id, form)

    try:
        async with asyncio.TaskGroup() as tasks:
            for form in forms:
                tasks.create_task(list_one(form))
    except ExceptionGroup as failed:
        raise failed.exceptions[0] from None


async def _relist(use: Use, act: Act, id_: str, form: ServiceForm) -> None:
    """Its own agency's alone: since the rows were looked at another may have listed the code."""
    try:
        await use.services.change(form.agency_id, id_, act, lambda known: known.relist(form))
    except NotFound:
        raise NotUnique("code") from None
