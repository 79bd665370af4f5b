"""The list of the staff by county office, unit, role and committee, and its files."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Response
from starlette.responses import PlainTextResponse

from services.directory import access
from services.directory.api.contacts import LookBody, ReachedView
from services.directory.domain.staff_list import Line
from services.directory.usecases import staff as staff_cases
from services.directory.usecases.staff import Taken
from services.directory.usecases.use import Use
from shared.access.guard import allowed
from shared.access.who import Who
from shared.events.directory import Name, Role
from shared.web.parts import V1, Pages, PageView, View, example, uses
from shared.web.staff import Asked, GroupBody, GroupView, group_view

router = APIRouter(prefix=V1, tags=["staff"])
UseIt = Annotated[Use, Depends(uses)]
Lister = Annotated[Who, Depends(allowed(access.LIST_STAFF))]
Taker = Annotated[Who, Depends(allowed(access.LOOK_AT_CONTACTS))]


class Csv(PlainTextResponse):
    """A table that spreadsheets open."""

    media_type = "text/csv"


class StaffLineView(ReachedView):
    """Somebody of the staff by the post that they hold; `missing` where no mobile is known."""

    person_id: str
    post_id: str
    title: Name
    role: Role
    unit_id: str | None
    office: str | None
    missing: bool


class StaffView(PageView[StaffLineView]):
    """A page of the list, and of the whole group how many there are, with a mobile and without."""

    group: GroupView
    staff: int
    with_mobile: int
    without_mobile: int


class TakeBody(GroupBody, LookBody):
    """Why the real numbers are needed, and whose."""

    model_config = example(reason="دعوت کارکنان به جلسهٔ هماهنگی بحران", unit="water.pr")


class TakenView(View):
    """To whom real numbers were given: by which post, when, how many, whose and why; null after two years."""

    id: str
    post_id: str
    taken_at: datetime
    numbers: int
    group: GroupView
    reason: str | None


@router.get("/agencies/{id_}/staff-contacts")
async def staff(id_: str, who: Lister, use: UseIt, pages: Pages, asked: Asked) -> StaffView:
    """Who holds the posts of the agency, by post, with their numbers masked; who has none is told."""
    page = await staff_cases.staff(use, who, id_, asked, after=pages.after, limit=pages.limit)
    return StaffView(
        items=[_line_view(one) for one in page.lines],
        next=page.next,
        group=group_view(page.group),
        staff=page.staff,
        with_mobile=page.with_mobile,
        without_mobile=page.staff - page.with_mobile,
    )


@router.get("/agencies/{id_}/staff-contacts/file", response_class=Csv)
async def masked_file(id_: str, who: Lister, use: UseIt, asked: Asked, response: Response) -> str:
    """The whole list as CSV, its numbers masked."""
    return _named(response, await staff_cases.masked_file(use, who, id_, asked))


@router.post("/agencies/{id_}/staff-contacts/look", response_class=Csv)
async def take_numbers(id_: str, body: TakeBody, who: Taker, use: UseIt, response: Response) -> str:
    """The whole list as CSV with its real numbers. Who takes how many of whom, and why, is noted first."""
    return _named(response, await staff_cases.take_numbers(use, who, id_, body.group(), body.reason))


@router.get("/agencies/{id_}/staff-contacts/looks")
async def numbers_taken(id_: str, who: Taker, use: UseIt, pages: Pages) -> PageView[TakenView]:
    """Who was given real numbers of the staff, newest first."""
    taken, page = await staff_cases.numbers_taken(use, who, id_, after=pages.after, limit=pages.limit)
    return PageView(items=[_taken_view(one) for one in taken], next=page.next)


def _named(response: Response, content: str) -> str:
    response.headers["content-disposition"] = 'attachment; filename="staff.csv"'
    response.headers["cache-control"] = "no-store"
    return content


def _line_view(line: Line) -> StaffLineView:
    post, reached = line.employee.post, line.reached
    return StaffLineView(
        mobile=reached.mobile,
        office_phone=reached.office_phone,
        work_email=reached.work_email,
        person_id=line.employee.person_id,
        post_id=post.id,
        title=post.title,
        role=post.role,
        unit_id=post.unit_id,
        office=line.employee.office,
        missing=reached.mobile is None,
    )


def _taken_view(one: Taken) -> TakenView:
    taken = one.taken
    return TakenView(
        id=taken.id,
        post_id=taken.post_id,
        taken_at=taken.taken_at,
        numbers=taken.numbers,
        group=group_view(taken.group),
        reason=one.reason,
    )
