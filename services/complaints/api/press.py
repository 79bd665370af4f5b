"""What people ask in the media: entered, sent to an office, followed up until it is answered in public."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response
from pydantic import Field

from services.complaints import access
from services.complaints.api.press_views import PressRow, PressView, rows, tagged
from services.complaints.domain.press import Clipping, PressStatus
from services.complaints.storage.owed import DUE_AT, owed_at, those
from services.complaints.usecases import press
from services.complaints.usecases.press import Complainant, Sighting
from services.complaints.usecases.use import Use
from shared.access.guard import allowed
from shared.access.who import Who
from shared.events.complaints_press import MediumKind, PressKind
from shared.web.fields import JalaliDay, Mobile, OfNobody
from shared.web.history import HistoryView, history_views
from shared.web.parts import V1, Body, IdempotencyKey, IfMatch, Pages, PageView, example, once, uses

router = APIRouter(prefix=V1, tags=["press"])
ID_MAX, NAME_MAX, HEADLINE_MAX, TEXT_MAX, LINK_MAX = 64, 100, 300, 4000, 500
UseIt = Annotated[Use, Depends(uses)]
Reader = Annotated[Who, Depends(allowed(access.PRESS_READ))]
Finder = Annotated[Who, Depends(allowed(access.PRESS_SEE))]
Sender = Annotated[Who, Depends(allowed(access.PRESS_SEND))]
UnitId = Annotated[str, Field(max_length=ID_MAX)]
Link = Annotated[
    str, Field(max_length=LINK_MAX, pattern=r"^https?://\S+$", examples=["https://news.example/1"]), OfNobody
]


class SightingBody(Body):
    """What was seen in a medium, and on which day. Nobody's number belongs in it."""

    model_config = example(
        kind="complaint",
        medium="newspaper",
        medium_name="روزنامهٔ صبح استان",
        seen_on="1405/08/29",
        headline="سه روز بی‌آبی در محلهٔ سرچشمه",
        text="اهالی می‌گویند کسی پاسخگو نیست.",
    )

    kind: PressKind
    medium: MediumKind
    medium_name: Annotated[str, Field(min_length=1, max_length=NAME_MAX), OfNobody]
    seen_on: JalaliDay
    headline: Annotated[str, Field(min_length=1, max_length=HEADLINE_MAX), OfNobody]
    text: Annotated[str, Field(min_length=1, max_length=TEXT_MAX), OfNobody]
    link: Link | None = None
    unit_id: UnitId | None = None

    def said(self) -> Sighting:
        """As it is entered."""
        clipping = Clipping(
            medium=self.medium,
            medium_name=self.medium_name,
            seen_on=self.seen_on,
            headline=self.headline,
            text=self.text,
            link=self.link,
        )
        return Sighting(kind=self.kind, clipping=clipping, unit_id=self.unit_id)


class SendingBody(Body):
    """To which office or unit."""

    unit_id: UnitId


class ComplainantBody(Body):
    """The citizen behind a clipping, who is known and wants it; what they complain of is the clipping."""

    model_config = example(service_code="10011001100", ground="put-off-without-reason", mobile="09121234567")

    service_code: str = Field(max_length=32)
    ground: str = Field(max_length=ID_MAX)
    mobile: Mobile


@router.post("/press-cases", status_code=201)
async def see(
    body: SightingBody, who: Finder, use: UseIt, response: Response, key: IdempotencyKey = None
) -> PressView:
    """Enter what was seen. What an office finds of itself is before its head at once (COUNTY-D1)."""
    first = once(key, who.agency_id, body, use.master_key)
    return tagged(response, await press.see(use, who, body.said(), first))


@router.get("/press-cases")
async def press_cases(
    who: Reader,
    use: UseIt,
    pages: Pages,
    status: Annotated[PressStatus | None, Query()] = None,
    unit_id: Annotated[str | None, Query(max_length=ID_MAX)] = None,
) -> PageView[PressRow]:
    """The agency's press cases, the last entered first."""
    page = await use.press.page(
        who.agency_id,
        where=those(status, unit_id),
        by="state.entered_at",
        newest_first=True,
        after=pages.after,
        limit=pages.limit,
    )
    return rows(page)


@router.get("/press-cases/owed")
async def owed(
    who: Reader,
    use: UseIt,
    pages: Pages,
    status: Annotated[PressStatus | None, Query()] = None,
    unit_id: Annotated[str | None, Query(max_length=ID_MAX)] = None,
) -> PageView[PressRow]:
    """What is to be answered or published still, the most urgent first; what an office has, by `unit_id`."""
    return await _owed(use, who, pages, {**those(status, unit_id), **owed_at(None)})


@router.get("/press-cases/late")
async def late(
    who: Reader,
    use: UseIt,
    pages: Pages,
    unit_id: Annotated[str | None, Query(max_length=ID_MAX)] = None,
) -> PageView[PressRow]:
    """What is overdue, the longest first; what an office has, by `unit_id`."""
    return await _owed(use, who, pages, {**those(None, unit_id), **owed_at(use.clock.now())})


@router.get("/press-cases/{id_}")
async def press_case(id_: str, who: Reader, use: UseIt, response: Response) -> PressView:
    """One press case of the agency."""
    return tagged(response, await use.press.get(who.agency_id, id_))


@router.get("/press-cases/{id_}/history")
async def history(id_: str, who: Reader, use: UseIt) -> list[HistoryView]:
    """Who did what and when, oldest first."""
    return history_views(await use.press.history(who.agency_id, id_))


@router.post("/press-cases/{id_}/send")
async def send(
    id_: str, body: SendingBody, who: Sender, use: UseIt, response: Response, if_match: IfMatch
) -> PressView:
    """Send it to an office or unit, before its head; headquarters sees it until it is answered."""
    return tagged(response, await press.send(use, who, id_, body.unit_id, if_match))


@router.post("/press-cases/{id_}/urge")
async def urge(id_: str, who: Sender, use: UseIt, response: Response, if_match: IfMatch) -> PressView:
    """Follow it up with the head of the office that has it (COUNTY-D4)."""
    return tagged(response, await press.urge(use, who, id_, if_match))


@router.post("/press-cases/{id_}/complaint")
async def make_complaint(
    id_: str, body: ComplainantBody, who: Sender, use: UseIt, response: Response
) -> PressView:
    """Make it the complaint of its citizen, who then follows it by code and mobile as any other."""
    citizen = Complainant(**body.model_dump())
    return tagged(response, await press.make_complaint(use, who, id_, citizen))


async def _owed(use: Use, who: Who, pages: Pages, where: dict[str, object]) -> PageView[PressRow]:
    page = await use.press.page(who.agency_id, where=where, by=DUE_AT, after=pages.after, limit=pages.limit)
    return rows(page)
