"""Looks into the register of misconduct: each is noted, and masked but for who says why."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response
from pydantic import Field

from services.complaints import access
from services.complaints.api.misconduct_views import (
    BoardFileView,
    DoneView,
    RecordView,
    RegisterLookView,
    WholeRecordView,
    record_view,
    whole_view,
)
from services.complaints.domain.misconduct import Cause, Standing, Step, Wanted
from services.complaints.usecases import register
from services.complaints.usecases.use import Use
from shared.access.guard import allowed
from shared.access.who import Who
from shared.web.fields import OfNobody
from shared.web.history import HistoryView, history_views
from shared.web.parts import V1, Body, Pages, PageView, example, uses

router = APIRouter(prefix=V1, tags=["misconduct"])
UseIt = Annotated[Use, Depends(uses)]
Looker = Annotated[Who, Depends(allowed(access.REGISTER))]
WHY_MIN, WHY_MAX, CODE_MAX = 10, 500, 64


class WhyBody(Body):
    """Why somebody wants to know whom a record names: it is noted."""

    model_config = example(reason="آماده‌کردن پرونده برای هیئت")

    reason: Annotated[str, Field(min_length=WHY_MIN, max_length=WHY_MAX), OfNobody]


@router.get("/misconduct")
async def records(
    who: Looker,
    use: UseIt,
    pages: Pages,
    standing: Annotated[Standing | None, Query()] = None,
    unit_id: Annotated[str | None, Query(max_length=CODE_MAX)] = None,
    service_code: Annotated[str | None, Query(max_length=CODE_MAX)] = None,
    step: Annotated[Step | None, Query()] = None,
    cause: Annotated[Cause | None, Query()] = None,
) -> PageView[RecordView]:
    """The register, newest first, without what names whoever asks or somebody of their unit."""
    wanted = Wanted(standing=standing, unit_id=unit_id, service_code=service_code, step=step, cause=cause)
    page = await register.records(use, who, wanted, after=pages.after, limit=pages.limit)
    return PageView(items=[record_view(saved.state) for saved in page.items], next=page.next)


@router.get("/misconduct/{id_}")
async def record(id_: str, who: Looker, use: UseIt, response: Response) -> RecordView:
    """One record, masked."""
    saved = await register.record(use, who, id_)
    response.headers["etag"] = saved.etag
    return record_view(saved.state)


@router.post("/misconduct/{id_}/look")
async def name(id_: str, body: WhyBody, who: Looker, use: UseIt, response: Response) -> WholeRecordView:
    """The whole record, with whom it names."""
    saved = await register.name(use, who, id_, body.reason)
    response.headers["etag"] = saved.etag
    return whole_view(saved.state)


@router.get("/misconduct/{id_}/history")
async def history(id_: str, who: Looker, use: UseIt) -> list[HistoryView]:
    """What was done with it, oldest first."""
    return history_views(await register.history(use, who, id_))


@router.get("/misconduct/{id_}/looks")
async def looks(id_: str, who: Looker, use: UseIt, pages: Pages) -> PageView[RegisterLookView]:
    """Who saw it, the latest first."""
    page = await register.looks(use, who, id_, after=pages.after, limit=pages.limit)
    items = [
        RegisterLookView(
            what=look.what, post_id=look.post_id, person_id=look.person_id, reason=look.reason, at=look.at
        )
        for look in (saved.state for saved in page.items)
    ]
    return PageView(items=items, next=page.next)


@router.post("/misconduct/{id_}/file")
async def board_file(id_: str, body: WhyBody, who: Looker, use: UseIt) -> BoardFileView:
    """The file for the board, as data and as a text to be printed, bound to its history by a hash."""
    made = await register.board_file(use, who, id_, body.reason)
    return BoardFileView(
        record=whole_view(made.record),
        earlier=[whole_view(one) for one in made.earlier],
        done=[DoneView(**{name: entry[name] for name in DoneView.model_fields}) for entry in made.done],
        history_hash=made.history_hash,
        made_at=made.made_at,
        text=made.text,
    )
