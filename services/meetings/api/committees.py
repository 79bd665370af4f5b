"""Committees, and the calling of a meeting of one."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from pydantic import AfterValidator

from services.meetings import access
from services.meetings.api.meetings import MeetingView, Reading, UseIt, tagged
from services.meetings.domain.committee import Committee
from services.meetings.domain.refusals import NO_HOURS
from services.meetings.usecases import calling
from shared.access.guard import allowed
from shared.access.who import Who
from shared.calendar.calendar_data import Day, Window, minutes
from shared.events.directory import Name
from shared.store.repository import Saved
from shared.web.parts import V1, Body, IdempotencyKey, Pages, PageView, View, example
from shared.web.problems import language_of

router = APIRouter(prefix=V1, tags=["meetings"])


def _hours(written: str) -> str:
    try:
        minutes(written)
    except ValueError:
        raise ValueError(NO_HOURS) from None
    return written


Hours = Annotated[Window, AfterValidator(_hours)]


class CallBody(Body):
    """On which day a committee is to meet, and from when to when, by the clock on the wall."""

    model_config = example(day="2026-12-06", hours="09:00-11:00")

    day: Day
    hours: Hours


class SeatView(View):
    """A member of a committee, and for which unit it speaks."""

    post_id: str
    represents: str | None


class GapView(View):
    """What a clause asks of a committee's composition and its chart does not have."""

    clause: str
    says: str
    since: datetime


class CommitteeView(View):
    """A committee; `next_month` is the Jalali month whose meeting is convened next, at `convenes_at`.

    Without that it meets when it is called.
    """

    id: str
    clause: str | None
    title: Name
    chair: str
    secretary: str
    members: list[SeatView]
    next_month: str
    convenes_at: datetime | None
    dissolved_at: datetime | None
    gaps: list[GapView]


@router.get("/committees")
async def committees(who: Reading, use: UseIt, pages: Pages, request: Request) -> PageView[CommitteeView]:
    """The agency's committees."""
    page = await use.committees.page(who.agency_id, after=pages.after, limit=pages.limit)
    return PageView(items=[_committee_view(saved, request) for saved in page.items], next=page.next)


@router.get("/committees/{id_}")
async def committee(
    id_: str, who: Reading, use: UseIt, request: Request, response: Response
) -> CommitteeView:
    """One committee of the agency."""
    saved = await use.committees.get(who.agency_id, id_)
    response.headers["etag"] = saved.etag
    return _committee_view(saved, request)


@router.post("/committees/{id_}/meetings", status_code=201)
async def call(
    id_: str,
    body: CallBody,
    who: Annotated[Who, Depends(allowed(access.CALL))],
    use: UseIt,
    request: Request,
    response: Response,
    key: IdempotencyKey = None,
) -> MeetingView:
    """Call a meeting of a committee that does not meet by itself; with an `Idempotency-Key`, one."""
    saved = await calling.call(use, who, id_, body.day, body.hours, key)
    return tagged(request, response, saved)


def _committee_view(saved: Saved[Committee], request: Request) -> CommitteeView:
    state, language = saved.state, language_of(request)
    return CommitteeView(
        id=state.id,
        clause=state.clause,
        title=state.title,
        chair=state.chair,
        secretary=state.secretary,
        members=[SeatView(post_id=seat.post, represents=seat.represents) for seat in state.members],
        next_month=state.month,
        convenes_at=state.convenes_at,
        dissolved_at=state.dissolved_at,
        gaps=[GapView(clause=gap.clause, says=gap.says.in_(language), since=gap.since) for gap in state.gaps],
    )
