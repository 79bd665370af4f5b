"""HTTP in, HTTP out. Decides nothing."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import Field

from services.notifications import access
from services.notifications.domain.message import Message, Status
from services.notifications.domain.sms import parts_of
from services.notifications.gateways.sandbox import Sandbox
from services.notifications.storage import matching, of_posts
from services.notifications.usecases import Use
from shared.access.guard import allowed, open_to_all
from shared.access.who import Who
from shared.store.repository import PAGE_MAX, Saved
from shared.web.fields import Mobile
from shared.web.parts import V1, Pages, PageView, View, uses
from shared.web.problems import language_of

router = APIRouter(prefix=V1, tags=["messages"])
sandbox_router = APIRouter(prefix=V1, tags=["sandbox"])
UseIt = Annotated[Use, Depends(uses)]
Reader = Annotated[Who, Depends(allowed(access.READ))]


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
