"""Topics that can't be raised."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Response
from pydantic import Field

from services.content import access, usecases
from services.content.domain.bar import Bar
from services.content.usecases import Use
from shared.access.guard import allowed
from shared.access.who import Who
from shared.web.parts import V1, Body, IdempotencyKey, IfMatch, Pages, PageView, View, example, once, uses

router = APIRouter(prefix=V1, tags=["content"])
UseIt = Annotated[Use, Depends(uses)]
Reader = Annotated[Who, Depends(allowed(access.READ))]
Director = Annotated[Who, Depends(allowed(access.BAR))]
SUBJECT_MIN, SUBJECT_MAX, NOTICE_MAX = 3, 300, 1000


class BarBody(Body):
    """A subject that can't be raised, and what is told to who raises it."""

    model_config = example(subject="پروندهٔ در دست رسیدگی", notice="تا پایان رسیدگی طرح‌شدنی نیست.")

    subject: str = Field(min_length=SUBJECT_MIN, max_length=SUBJECT_MAX)
    notice: str = Field(min_length=1, max_length=NOTICE_MAX)


class BarView(View):
    """A barred topic."""

    id: str
    subject: str
    notice: str
    barred_at: datetime
    lifted_at: datetime | None


@router.get("/bars")
async def bars(who: Reader, use: UseIt, pages: Pages) -> PageView[BarView]:
    """The topics that the director barred, the latest first; lifted ones too."""
    page = await use.bars.page(who.agency_id, newest_first=True, after=pages.after, limit=pages.limit)
    return PageView(items=[_bar_view(saved.state) for saved in page.items], next=page.next)


@router.post("/bars", status_code=201)
async def bar(
    body: BarBody, who: Director, use: UseIt, response: Response, key: IdempotencyKey = None
) -> BarView:
    """Tell the group that a topic can't be raised."""
    first = once(key, who.agency_id, body, use.master_key)
    saved = await usecases.bar(use, who, subject=body.subject, notice=body.notice, once=first)
    response.headers["etag"] = saved.etag
    return _bar_view(saved.state)


@router.post("/bars/{id_}/lift")
async def lift_bar(id_: str, who: Director, use: UseIt, response: Response, if_match: IfMatch) -> BarView:
    """Allow the topic again."""
    saved = await usecases.lift_bar(use, who, id_, if_match)
    response.headers["etag"] = saved.etag
    return _bar_view(saved.state)


def _bar_view(bar: Bar) -> BarView:
    return BarView(
        id=bar.id,
        subject=bar.subject,
        notice=bar.notice,
        barred_at=bar.barred_at,
        lifted_at=bar.lifted_at,
    )
