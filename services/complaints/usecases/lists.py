"""The lists that staff live in, and how much stands in each."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

from services.complaints import rules
from services.complaints.domain import lists
from services.complaints.domain.complaint import Complaint, Status
from services.complaints.domain.lists import ANY, Asked, Facet, Filed, Owed, WorkList
from services.complaints.usecases.use import Use, chart_of, measure_of
from shared.access.who import Who
from shared.calendar.jalali import local_day
from shared.store.repository import Page

COUNTED_MAX = 99


@dataclass(frozen=True, slots=True, kw_only=True)
class Narrowed:
    """What a list is narrowed to: a facet's value, or a county of the agency's; nothing for all."""

    facet: Facet | None = None
    value: str = ""
    county: str | None = None


async def filed(
    use: Use, who: Who, status: Status | None, to: Narrowed, *, after: str | None, limit: int
) -> Page[Complaint]:
    """All that was filed, or what stands somewhere, newest first."""
    wanted = lists.filed(await _under(use, who, to), status)
    return await _page(use, who, wanted, after, limit)


async def work(
    use: Use, who: Who, which: WorkList, to: Narrowed, *, after: str | None, limit: int
) -> Page[Complaint]:
    """A list of work, for the posts that somebody acts for at this moment."""
    wanted = lists.work(which, await _under(use, who, to), await _asked(use, who))
    return await _page(use, who, wanted, after, limit)


async def counts(use: Use, who: Who, to: Narrowed) -> Mapping[WorkList, int]:
    """How much stands in each list of work, counted to one more than a tab shows."""
    under, asked = await _under(use, who, to), await _asked(use, who)
    found = await asyncio.gather(
        *(
            use.cases.count(who.agency_id, lists.work(which, under, asked), most=COUNTED_MAX + 1)
            for which in WorkList
        )
    )
    return dict(zip(WorkList, found, strict=True))


async def _page(use: Use, who: Who, wanted: Filed | Owed, after: str | None, limit: int) -> Page[Complaint]:
    lists.check_size(wanted)
    return await use.cases.listed(who.agency_id, wanted, after=after, limit=limit)


async def _under(use: Use, who: Who, to: Narrowed) -> list[str]:
    """The keys of it; a county is that of the chart of this moment, so its units may move."""
    if to.county is not None:
        chart = await chart_of(use, who.agency_id)
        return [Facet.UNIT.key(id_) for id_ in sorted(chart.units) if chart.county_of(id_) == to.county]
    return [ANY if to.facet is None else to.facet.key(to.value)]


async def _asked(use: Use, who: Who) -> Asked:
    now, measure = use.clock.now(), await measure_of(use, who.agency_id)
    near = measure.figures.of(rules.NEAR, local_day(now))
    return Asked(
        posts=frozenset(post.id for post in who.posts), now=now, at_risk_until=measure.calendar.add(now, near)
    )
