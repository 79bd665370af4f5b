"""Who got a broadcast."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Response
from fastapi.responses import StreamingResponse
from pydantic import Field

from services.notifications import access
from services.notifications.api.parts import UseIt
from services.notifications.domain.broadcast import Standing
from services.notifications.usecases import broadcast_report, broadcasts
from shared.access.guard import allowed
from shared.access.who import Who
from shared.web.downloads import A_FILE
from shared.web.parts import V1, Pages, PageView, View
from shared.web.tables import CSV

router = APIRouter(prefix=V1, tags=["broadcasts"])
Sender = Annotated[Who, Depends(allowed(access.BROADCAST))]
AS_A_FILE: Mapping[str, str] = {
    "content-disposition": 'attachment; filename="broadcast.csv"',
    "cache-control": "no-store",
}


class ProgressView(View):
    """How many of its people stand where: waiting for their turn, by what became of their message, and who
    has none, by why.
    """

    status: Standing
    people: int | None
    unreachable: int | None
    waiting: int
    by_status: dict[str, int]
    not_sent: dict[str, int]


class LineView(View):
    """One of its people: by their number, masked, or their post; null where they were erased."""

    number: Annotated[str | None, Field(examples=["0912***4567"])]
    post_id: str | None
    state: str
    reason: str | None
    at: datetime | None


@router.get("/broadcasts/{id_}/progress")
async def progress(id_: str, who: Sender, use: UseIt) -> ProgressView:
    """How far it is."""
    found = (await broadcasts.one(use, who, id_)).state
    now = await broadcast_report.progress(use, found)
    return ProgressView(
        status=found.status,
        people=found.people,
        unreachable=found.unreachable,
        waiting=now.waiting,
        by_status={status.value: count for status, count in now.by_status.items()},
        not_sent={laid.value: count for laid, count in now.not_sent.items()},
    )


@router.get("/broadcasts/{id_}/report")
async def report(id_: str, who: Sender, use: UseIt, pages: Pages) -> PageView[LineView]:
    """Who got it and who didn't, a page of them."""
    lines, following = await broadcast_report.report(use, who, id_, after=pages.after, limit=pages.limit)
    items = [
        LineView(number=one.number, post_id=one.post_id, state=one.state, reason=one.reason, at=one.at)
        for one in lines
    ]
    return PageView(items=items, next=following)


@router.get("/broadcasts/{id_}/report/file", response_class=Response, responses=A_FILE)
async def file(id_: str, who: Sender, use: UseIt) -> StreamingResponse:
    """All of it as CSV."""
    pieces = await broadcast_report.file(use, who, id_)
    return StreamingResponse(pieces, media_type=CSV, headers=AS_A_FILE)
