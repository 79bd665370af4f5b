"""What the head of a group watches over."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Request

from services.meetings import access
from services.meetings.api.meetings import UseIt
from services.meetings.domain.oversight import Breach
from services.meetings.usecases import oversight as overseeing
from shared.access.guard import allowed
from shared.access.who import Who
from shared.web.parts import V1, Pages, PageView, View
from shared.web.problems import language_of

router = APIRouter(prefix=V1, tags=["meetings"])


class BreachView(View):
    """What was not carried out, by which clause, since when and by whom; `mended_at` once it was."""

    clause: str | None
    says: str
    committee_id: str
    meeting_id: str | None
    month: str | None
    duty_of: list[str]
    since: datetime
    mended_at: datetime | None


@router.get("/oversight")
async def oversight(
    who: Annotated[Who, Depends(allowed(access.OVERSEE))], use: UseIt, pages: Pages, request: Request
) -> PageView[BreachView]:
    """What was not carried out in the groups that one heads, in all for the agency's head (PORTAL-10-16).

    What their charts lack comes first, on the first page; then the meetings, the latest first.
    """
    found, following = await overseeing.oversee(use, who, after=pages.after, limit=pages.limit)
    return PageView(items=[_view(one, language_of(request)) for one in found], next=following)


def _view(breach: Breach, language: str) -> BreachView:
    return BreachView(
        clause=breach.clause,
        says=breach.says.in_(language),
        committee_id=breach.committee_id,
        meeting_id=breach.meeting_id,
        month=breach.month,
        duty_of=list(breach.duty_of),
        since=breach.since,
        mended_at=breach.mended_at,
    )
