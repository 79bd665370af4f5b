"""Agencies and their charts."""

from collections.abc import Iterable
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from services.directory import access
from services.directory.domain.agency import Agency
from services.directory.domain.appointment import ADVISER
from services.directory.domain.forms import AgencyForm, CommitteeForm
from services.directory.domain.portal import Duty
from services.directory.rules import STAFF_CIRCULAR
from services.directory.usecases import agencies as agency_cases
from services.directory.usecases.use import Use
from shared.access.guard import allowed, open_to_all
from shared.access.who import Who
from shared.events.directory import Name, Post, Unit
from shared.store.repository import Saved
from shared.web.bodies import up_to
from shared.web.parts import V1, IdempotencyKey, IfMatch, Pages, PageView, View, once, uses
from shared.web.problems import language_of

router = APIRouter(prefix=V1, tags=["directory"])
UseIt = Annotated[Use, Depends(uses)]
CHART_BYTES_MAX = 4 * 1024 * 1024
"""Thousands of posts, and who holds them."""


class AgencyLine(View):
    """An agency in a list."""

    id: str
    name: Name


class DutyView(View):
    """Who carries out one clause about the portal: an agency, posts, a committee or a unit, by id."""

    clause: str
    says: str
    by: list[str]


class CircularView(View):
    """The circular on the structure of the staff; its day is of the Jalali calendar.

    `staff` is the committee that stands under it, and `lacks` what that has not of what it lays down.
    """

    clause: str
    number: str
    day: str
    staff: str | None
    lacks: list[str]


class RightsView(View):
    """Who answers for the citizens'-rights programmes, and under which circular their staff stands."""

    follow_up: list[DutyView]
    structure: CircularView


class AdviserView(View):
    """A post whose holder has another title too: adviser to the agency's head (PR-2)."""

    post_id: str
    title: Name
    advises: str


class AgencyView(AgencyLine):
    """An agency's chart, without its people."""

    units: list[Unit]
    posts: list[Post]
    committees: list[CommitteeForm]
    portal: list[DutyView]
    advisers: list[AdviserView]


@router.get("/agencies")
@open_to_all(access.READ)
async def agencies(use: UseIt, pages: Pages) -> PageView[AgencyLine]:
    """The agencies that have joined, the governorate among them."""
    page = await use.agencies.page(None, after=pages.after, limit=pages.limit)
    lines = [AgencyLine(id=saved.state.id, name=saved.state.structure.name) for saved in page.items]
    return PageView(items=lines, next=page.next)


@router.post("/agencies", status_code=201, openapi_extra=up_to(CHART_BYTES_MAX))
async def join(
    body: AgencyForm,
    who: Annotated[Who, Depends(allowed(access.JOIN))],
    use: UseIt,
    response: Response,
    key: IdempotencyKey = None,
) -> AgencyView:
    """An agency joins, whole, by this one call: all services know it as soon as the event reaches them."""
    saved = await agency_cases.join(use, who, body, once(key, who.agency_id, body, use.master_key))
    return _agency_view(response, saved)


@router.get("/agencies/{id_}")
@open_to_all(access.READ)
async def agency(id_: str, use: UseIt, response: Response) -> AgencyView:
    """An agency's chart, and who answers for its portal."""
    return _agency_view(response, await use.agencies.get(id_, id_))


@router.put("/agencies/{id_}", openapi_extra=up_to(CHART_BYTES_MAX))
async def arrange(
    id_: str,
    body: AgencyForm,
    who: Annotated[Who, Depends(allowed(access.ARRANGE))],
    use: UseIt,
    response: Response,
    if_match: IfMatch,
) -> AgencyView:
    """Say anew, whole: chart, who holds its posts, who stands in. What is the same is not told again."""
    return _agency_view(response, await agency_cases.arrange(use, who, id_, body, if_match))


@router.get("/agencies/{id_}/holders")
async def holders(
    id_: str, who: Annotated[Who, Depends(allowed(access.SEE_HOLDERS))], use: UseIt
) -> dict[str, str]:
    """Who acts for each filled post now, stand-ins before holders."""
    return await agency_cases.holders(use, who, id_)


@router.get("/agencies/{id_}/rights")
@open_to_all(access.READ)
async def rights(id_: str, use: UseIt, request: Request) -> RightsView:
    """Who follows the citizens'-rights programmes up, and the agency's staff for them (RIGHTS-P6-5)."""
    (number, day), staff = STAFF_CIRCULAR.preset, await agency_cases.rights_staff_of(use, id_)
    return RightsView(
        follow_up=_duty_views(await agency_cases.rights_duties_of(use, id_)),
        structure=CircularView(
            clause=STAFF_CIRCULAR.clause,
            number=number,
            day=day,
            staff=staff.id,
            lacks=[one.in_(language_of(request)) for one in staff.lacks],
        ),
    )


def _duty_views(duties: Iterable[Duty]) -> list[DutyView]:
    return [DutyView(clause=duty.rule.clause, says=duty.rule.says, by=list(duty.by)) for duty in duties]


def _agency_view(response: Response, saved: Saved[Agency]) -> AgencyView:
    response.headers["etag"] = saved.etag
    structure = saved.state.structure
    return AgencyView(
        id=saved.state.id,
        name=structure.name,
        units=list(structure.units),
        posts=list(structure.posts),
        committees=list(structure.committees),
        portal=_duty_views(saved.state.portal()),
        advisers=[
            AdviserView(post_id=post_id, title=ADVISER, advises=head)
            for post_id, head in saved.state.advisers().items()
        ],
    )
