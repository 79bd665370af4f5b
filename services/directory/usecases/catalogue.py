"""The catalogue of services: taken over from a file, and taken back one by one."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from services.directory import access, rules
from services.directory.domain import catalogue
from services.directory.domain.catalogue import CatalogueService
from services.directory.domain.forms import ServiceForm
from services.directory.domain.rows import Owners, disagreements, read_rows
from services.directory.usecases.use import Use, everything, named
from shared.access.who import Who
from shared.calendar.jalali import local_day
from shared.events.directory import PROVINCE
from shared.store.history import Act
from shared.store.repository import NotFound, Saved
from shared.store.store import DuplicateId, NotUnique
from shared.tables import RowProblem, Table

AT_ONCE_MAX = 64
"""As many as one group commit takes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What an import did, or would do. With problems it did nothing. `renamed` are some of the changed."""

    listed: int = 0
    changed: int = 0
    renamed: int = 0
    unchanged: int = 0
    problems: tuple[RowProblem, ...] = ()


async def import_services(use: Use, who: Who, table: Table, *, dry_run: bool) -> Imported:
    """Take a catalogue over: the governorate for all agencies, a head for their own."""
    by = named(who, access.LIST, who.agency_id)
    of_agency = None if who.agency_id == PROVINCE else who.agency_id
    return await import_catalogue(use, by, table, of_agency=of_agency, dry_run=dry_run)


async def import_catalogue(
    use: Use, by: str, table: Table, *, of_agency: str | None = None, dry_run: bool = False
) -> Imported:
    """List every row that is new or changed; none at all while any row is wrong.

    What isn't in the file stays as it is. Cut off in the middle, the same file again does the rest.
    """
    today, owners = local_day(use.clock.now()), await _owners(use, of_agency)
    rows = await asyncio.to_thread(read_rows, table, owners)
    known = [saved.state for saved in await everything(use.services)]
    problems = rows.problems or list(disagreements(rows.services, known))
    if problems:
        return Imported(problems=tuple(problems))
    now = {service.form.code: service for service in known}
    fresh = [form for form in rows.services.values() if form.code not in now]
    there = [form for form in rows.services.values() if form.code in now]
    changed = [form for form in there if now[form.code].relist(form, today)[1]]
    renamed = sum(now[form.code].is_renamed_by(form) for form in changed)
    if not dry_run:
        await _list_all(use, by, [*fresh, *changed])
    unchanged = len(rows.services) - len(fresh) - len(changed)
    return Imported(listed=len(fresh), changed=len(changed), renamed=renamed, unchanged=unchanged)


async def withdraw(use: Use, who: Who, code: str, if_match: int | None) -> Saved[CatalogueService]:
    """A service is no longer given."""
    id_ = catalogue.id_of(code)
    owner = (await use.services.load(id_)).state.agency_id
    now = use.clock.now()
    act = Act(name="withdraw", by=named(who, access.LIST, owner), at=now, clause=rules.CATALOGUE.clause)
    return await use.services.change(
        owner, id_, act, lambda service: service.withdraw(local_day(now)), if_match=if_match
    )


async def _owners(use: Use, of_agency: str | None) -> Owners:
    """Who may own services: all agencies, by their units, and those listed; or the one."""
    owners: dict[str, frozenset[str]] = {}
    try:
        province = (await use.provinces.load(PROVINCE)).state
        owners |= {listed.id: frozenset[str]() for listed in province.listed}
    except NotFound:
        pass  # nobody is listed yet
    for saved in await everything(use.agencies):
        owners[saved.state.id] = frozenset(saved.state.chart().units)
    return {id_: units for id_, units in owners.items() if of_agency in (None, id_)}


async def _list_all(use: Use, by: str, forms: Sequence[ServiceForm]) -> None:
    act = Act(name="list", by=by, at=use.clock.now(), clause=rules.CATALOGUE.clause)
    places = asyncio.Semaphore(AT_ONCE_MAX)

    async def list_one(form: ServiceForm) -> None:
        async with places:
            decision = CatalogueService.list_(form, local_day(act.at))
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
        await use.services.change(
            form.agency_id, id_, act, lambda known: known.relist(form, local_day(act.at))
        )
    except NotFound:
        raise NotUnique("code") from None
