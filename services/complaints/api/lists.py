"""The lists that staff live in, and the numbers on their tabs."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from fastapi.exceptions import RequestValidationError

from services.complaints import access
from services.complaints.api.cases import StaffView, staff_view
from services.complaints.domain.complaint import Complaint, Status
from services.complaints.domain.lists import Facet, WorkList
from services.complaints.usecases import lists, persons
from services.complaints.usecases.lists import COUNTED_MAX, Narrowed
from services.complaints.usecases.use import Use
from shared.access.guard import allowed
from shared.access.who import Who
from shared.language import Text
from shared.store.repository import Page
from shared.web.parts import V1, Pages, PageView, View, uses

router = APIRouter(prefix=V1, tags=["complaints"])
UseIt = Annotated[Use, Depends(uses)]
Reader = Annotated[Who, Depends(allowed(access.READ))]
ID_MAX = 64
One = Annotated[str | None, Query(max_length=ID_MAX)]


def _only_one(*given: tuple[str, str | None]) -> None:
    """No index serves two of them at once."""
    names = [name for name, value in given if value is not None]
    if len(names) > 1:
        why = ValueError(
            Text(
                fa="فهرست را تنها با یکی از واحد، شهرستان، زمینه، خدمت یا درگاه می‌توان محدود کرد.",
                en="A list is narrowed by one of unit, county, ground, service and door only.",
            )
        )
        raise RequestValidationError(
            [{"type": "value_error", "loc": ("query", name), "ctx": {"error": why}} for name in names[1:]]
        )


async def narrowed(
    unit: One = None, county: One = None, ground: One = None, service: One = None, door: One = None
) -> Narrowed:
    """What a list is narrowed to: one of a unit, a county, a ground, a service's code or a door."""
    facets = {Facet.UNIT: unit, Facet.GROUND: ground, Facet.SERVICE: service, Facet.DOOR: door}
    _only_one(("county", county), *((facet.value, value) for facet, value in facets.items()))
    for facet, value in facets.items():
        if value is not None:
            return Narrowed(facet=facet, value=value)
    return Narrowed(county=county)


To = Annotated[Narrowed, Depends(narrowed)]


class CountView(View):
    """How many stand in a list, counted up to 99; `more` says that there are more."""

    list: WorkList
    count: int
    more: bool


@router.get("/complaints")
async def complaints(
    who: Reader, use: UseIt, pages: Pages, to: To, status: Annotated[Status | None, Query()] = None
) -> PageView[StaffView]:
    """The agency's complaints, newest first."""
    page = await lists.filed(use, who, status, to, after=pages.after, limit=pages.limit)
    return await rows(use, who, page)


@router.get("/complaints/work")
async def work(
    who: Reader,
    use: UseIt,
    pages: Pages,
    to: To,
    which: Annotated[WorkList, Query(alias="list")] = WorkList.OWED,
) -> PageView[StaffView]:
    """A list of work: what waits for an answer with the most urgent first, what waits for a citizen newest
    first. `mine` and `escalated` are of the posts that one acts for now, stand-ins included.
    """
    page = await lists.work(use, who, which, to, after=pages.after, limit=pages.limit)
    return await rows(use, who, page)


@router.get("/complaints/counts")
async def counts(who: Reader, use: UseIt, to: To) -> list[CountView]:
    """How much stands in each list of work."""
    found = await lists.counts(use, who, to)
    return [
        CountView(list=which, count=min(count, COUNTED_MAX), more=count > COUNTED_MAX)
        for which, count in found.items()
    ]


async def rows(use: Use, who: Who, page: Page[Complaint]) -> PageView[StaffView]:
    """A page of cases as staff see them."""
    contacts = await persons.masked_contacts(use, who.agency_id, [saved.state for saved in page.items])
    return PageView(items=[staff_view(saved, contacts) for saved in page.items], next=page.next)
