"""What an agency explains, for everybody: as data for its own site, as a page, and as a brochure to print."""

from datetime import datetime
from typing import Final

from fastapi import APIRouter, Response
from fastapi.responses import HTMLResponse

from services.notifications import access
from services.notifications.api.brochure import brochure
from services.notifications.api.guide_page import guide_page
from services.notifications.api.parts import UseIt
from services.notifications.domain.explanation import Kind
from services.notifications.usecases import explaining
from shared.access.guard import open_to_all
from shared.store.repository import NotFound
from shared.web.downloads import A_FILE
from shared.web.pages import NOTHING_FROM_OUTSIDE
from shared.web.parts import V1, View

router = APIRouter(prefix=V1, tags=["explanations"])
KEPT_FOR_A_MINUTE: Final = {"cache-control": "public, max-age=60"}
READ_BY_ANY_SITE: Final = {"access-control-allow-origin": "*"}


class GuideRow(View):
    """One of what is told; `rule` is the number by which an SMS or a voice menu asks for it."""

    rule: int
    kind: Kind
    title: str
    words: str
    source: str
    since: datetime


class GuideView(View):
    """All that is told in an agency's name, its own and the province's; `since` then all of it holds."""

    agency: str
    since: datetime | None
    explanations: list[GuideRow]


@router.get("/guides/{agency_id}")
@open_to_all(access.EXPLAINED)
async def guide(agency_id: str, use: UseIt, response: Response) -> GuideView:
    """As data: an agency's own site asks for it from its readers' browsers (RIGHTS-P5-5, RIGHTS-P3-1)."""
    response.headers.update(KEPT_FOR_A_MINUTE | READ_BY_ANY_SITE)
    shown = await explaining.guide(use, agency_id)
    rows = [
        GuideRow(
            rule=each.number,
            kind=each.one.kind,
            title=each.one.title,
            words=each.one.text,
            source=each.one.source,
            since=each.since,
        )
        for each in shown.told
    ]
    return GuideView(agency=shown.agency, since=shown.since, explanations=rows)


@router.get("/guides/{agency_id}/page", response_class=HTMLResponse, response_model=str)
@open_to_all(access.EXPLAINED)
async def page(agency_id: str, use: UseIt) -> HTMLResponse:
    """As a page in Persian, to be linked to, or shown in a frame of the agency's own site."""
    shown = await explaining.guide(use, agency_id)
    return HTMLResponse(guide_page(shown), headers=KEPT_FOR_A_MINUTE | NOTHING_FROM_OUTSIDE)


@router.get("/guides/{agency_id}/brochure", response_class=Response, responses=A_FILE)
@open_to_all(access.EXPLAINED)
async def as_brochure(agency_id: str, use: UseIt) -> Response:
    """As a brochure to print and fold: A4, three columns a side. 404 while nothing is published."""
    shown = await explaining.guide(use, agency_id)
    if not shown.told:
        raise NotFound(agency_id)
    printed = await brochure(shown)
    named = {"content-disposition": 'inline; filename="brochure.pdf"'}
    return Response(printed, media_type="application/pdf", headers=KEPT_FOR_A_MINUTE | named)
