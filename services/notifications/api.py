"""HTTP in, HTTP out. Decides nothing."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import Field

from services.notifications import access, rules, usecases
from services.notifications.domain.message import Message, Status
from services.notifications.domain.sms import parts_of
from services.notifications.domain.staff_lists import StaffList
from services.notifications.gateways.sandbox import Sandbox
from services.notifications.storage import matching, of_posts
from services.notifications.usecases import Use
from shared.access.guard import allowed, open_to_all
from shared.access.who import Who
from shared.events.directory import Name
from shared.store.repository import PAGE_MAX, Saved
from shared.web.fields import Mobile
from shared.web.parts import V1, Pages, PageView, View, uses
from shared.web.problems import language_of
from shared.web.staff import Asked, GroupView

router = APIRouter(prefix=V1, tags=["messages"])
sandbox_router = APIRouter(prefix=V1, tags=["sandbox"])
UseIt = Annotated[Use, Depends(uses)]
Reader = Annotated[Who, Depends(allowed(access.READ))]
Sender = Annotated[Who, Depends(allowed(access.STAFF_LISTS))]


class MessageView(View):
    """What became of a message. To whom it went is not in it; `cause` is the thing it tells of."""

    id: str
    cause: str
    cause_sequence: int
    kind: str
    template: str
    template_version: int
    status: Status
    status_at: datetime
    reason: str | None
    queued_at: datetime
    claims: int
    text: str | None
    parts: int | None


class NoticeView(View):
    """What a post was told; `cause` is what it is about, to be read where it lives."""

    id: str
    post_id: str
    kind: str
    cause: str
    text: str
    at: datetime


class StaffListView(GroupView):
    """A list to send to: how many are in it, how many have a mobile and how many none."""

    name: Name | None
    staff: int
    reachable: int
    missing: int


class StaffListsView(View):
    """The lists that the caller may send to, and the clause that asks for them."""

    clause: str
    lists: list[StaffListView]


class MemberView(View):
    """Somebody of the staff by the post that they hold; `mobile` is null where none is known."""

    person_id: str
    post_id: str
    title: Name
    mobile: str | None = Field(examples=["0912***4567"])


class MembersView(PageView[MemberView]):
    """A page of a list."""

    of: StaffListView


class ArrivedView(View):
    """A message on the development phone."""

    id: str
    to: str = Field(examples=["0912***4567"])
    text: str
    parts: int
    at: datetime


@router.get("/messages")
async def messages(
    who: Reader,
    use: UseIt,
    pages: Pages,
    status: Annotated[Status | None, Query()] = None,
    cause: Annotated[str | None, Query(max_length=64)] = None,
) -> PageView[MessageView]:
    """The agency's messages, newest first; those of one state, or about one thing."""
    page = await use.messages.page(
        who.agency_id,
        where=matching(status, cause),
        by="state.queued_at",
        newest_first=True,
        after=pages.after,
        limit=pages.limit,
    )
    return PageView(items=[_view(saved) for saved in page.items], next=page.next)


@router.get("/messages/{id_}")
async def message(id_: str, who: Reader, use: UseIt, response: Response) -> MessageView:
    """One message of the agency."""
    saved = await use.messages.get(who.agency_id, id_)
    response.headers["etag"] = saved.etag
    return _view(saved)


@router.get("/inbox")
async def inbox(
    who: Annotated[Who, Depends(allowed(access.INBOX))], request: Request, use: UseIt, pages: Pages
) -> PageView[NoticeView]:
    """What the caller's posts were told, newest first."""
    page = await use.inbox.page(
        who.agency_id,
        where=of_posts([post.id for post in who.posts]),
        by="state.at",
        newest_first=True,
        after=pages.after,
        limit=pages.limit,
    )
    language = language_of(request)
    items = [
        NoticeView(
            id=state.id,
            post_id=state.post_id,
            kind=state.kind,
            cause=state.cause,
            text=state.says.in_(language),
            at=state.at,
        )
        for state in (saved.state for saved in page.items)
    ]
    return PageView(items=items, next=page.next)


@router.get("/staff-lists")
async def staff_lists(who: Sender, use: UseIt) -> StaffListsView:
    """The agency's staff as lists for SMS: all, by county office, by unit, by role."""
    lists = await usecases.staff_lists(use, who)
    return StaffListsView(clause=rules.STAFF_LIST.clause, lists=[_list_view(one) for one in lists])


@router.get("/staff-lists/members")
async def staff_list(who: Sender, use: UseIt, pages: Pages, asked: Asked) -> MembersView:
    """Who is in a list, by post, with their numbers masked; who has none is in it too."""
    page = await usecases.staff_list(use, who, asked, after=pages.after, limit=pages.limit)
    members = [
        MemberView(
            person_id=one.employee.person_id,
            post_id=one.employee.post.id,
            title=one.employee.post.title,
            mobile=one.mobile,
        )
        for one in page.members
    ]
    return MembersView(items=members, next=page.next, of=_list_view(page.list))


@sandbox_router.get("/sandbox/messages")
@open_to_all(access.SANDBOX)
async def arrived(
    request: Request,
    mobile: Annotated[Mobile | None, Query()] = None,
    limit: Annotated[int, Query(ge=1, le=PAGE_MAX)] = 50,
) -> list[ArrivedView]:
    """The development phone: every SMS that was sent, newest first, open to everybody.

    It is there only where `PAYGIR_SANDBOX` is set, which is never in production.
    """
    sandbox: Sandbox = request.app.state.use.gateway
    return [
        ArrivedView(id=one.id, to=one.to, text=one.text, parts=parts_of(one.text), at=one.at)
        for one in await sandbox.newest(mobile=mobile, limit=limit)
    ]


def _list_view(one: StaffList) -> StaffListView:
    return StaffListView(
        office=one.group.office,
        unit=one.group.unit,
        role=one.group.role,
        name=one.name,
        staff=one.staff,
        reachable=one.reachable,
        missing=one.staff - one.reachable,
    )


def _view(saved: Saved[Message]) -> MessageView:
    state = saved.state
    return MessageView(
        id=state.id,
        cause=state.cause.subject,
        cause_sequence=state.cause.sequence,
        kind=state.kind,
        template=state.template,
        template_version=state.template_version,
        status=state.status,
        status_at=state.status_at,
        reason=state.reason,
        queued_at=state.queued_at,
        claims=state.claims,
        text=state.text,
        parts=None if state.text is None else parts_of(state.text),
    )
