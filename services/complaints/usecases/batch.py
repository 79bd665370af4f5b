"""Complaints out of a file: all of it is looked at first, then each row is filed once."""

import asyncio
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from services.complaints import access, rules
from services.complaints.domain.batch import CaseForm, changed, disagreements
from services.complaints.domain.complaint import Complaint
from services.complaints.domain.door import Door, Entry
from services.complaints.usecases import filing
from services.complaints.usecases.filing import Filing
from services.complaints.usecases.use import Use, measure_of
from shared.access.who import Who
from shared.store.history import Act
from shared.store.repository import PAGE_MAX
from shared.store.store import DuplicateId
from shared.tables import RowProblem, Table, read_forms

AT_ONCE_MAX = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """What was filed, or would be. With problems nothing was; `known` were filed before."""

    filed: int = 0
    known: int = 0
    problems: tuple[RowProblem, ...] = ()


async def file_batch(use: Use, who: Who, table: Table, *, dry_run: bool) -> Batch:
    """File each row once; none at all while any row is wrong. Cut off, the same file again does the rest."""
    agency_id, now = who.agency_id, use.clock.now()
    forms = await asyncio.to_thread(read_forms, table, CaseForm)
    rows, measure = forms.rows, await measure_of(use, agency_id)
    services = await _services(use, agency_id, {row.service_code for row in rows.values()})
    problems = [*forms.problems, *disagreements(rows, services=services, now=now, measure=measure)]
    known = await _known(use, agency_id, [row.id_at(agency_id) for row in rows.values()])
    problems += changed(rows, known, agency_id)
    if problems:
        return Batch(problems=tuple(sorted(problems, key=lambda one: one.line)))
    fresh = [row for row in rows.values() if row.id_at(agency_id) not in known]
    filed = len(fresh) if dry_run else await _file_all(use, who, fresh)
    return Batch(filed=filed, known=len(rows) - filed)


async def _services(use: Use, agency_id: str, codes: Collection[str]) -> frozenset[str]:
    """Those of the codes that are services the agency gives."""
    found = [await use.directory.service(code) for code in codes]
    return frozenset(
        one.code for one in found if one is not None and one.agency_id == agency_id and not one.withdrawn
    )


async def _known(use: Use, agency_id: str, ids: Collection[str]) -> Mapping[str, Complaint]:
    found: dict[str, Complaint] = {}
    waiting = sorted(ids)
    for start in range(0, len(waiting), PAGE_MAX):
        page = await use.cases.those(agency_id, waiting[start : start + PAGE_MAX])
        found |= {one.id: one for one in page}
    return found


async def _file_all(use: Use, who: Who, rows: Collection[CaseForm]) -> int:
    """How many were filed: one that another sender of the same file was first with is no fault."""
    places, post, now = asyncio.Semaphore(AT_ONCE_MAX), who.acting(access.BATCH), use.clock.now()

    async def file_one(row: CaseForm) -> int:
        said = Filing(
            id=row.id_at(who.agency_id),
            agency_id=who.agency_id,
            service_code=row.service_code,
            ground=row.ground,
            text=row.text,
            mobile=row.mobile,
            door=Door.CSV,
            entry=Entry(at=now, post_id=post.id, reference=row.reference),
            act=Act(name="file", by=who.named(post), at=now, clause=rules.RECEIVED.clause),
            received_at=row.received_at,
        )
        async with places:
            try:
                await filing.file(use, said, None)
            except DuplicateId:
                return 0
            return 1

    try:
        async with asyncio.TaskGroup() as tasks:
            made = [tasks.create_task(file_one(row)) for row in rows]
    except ExceptionGroup as failed:
        raise failed.exceptions[0] from None
    return sum(one.result() for one in made)
