"""Messages: what became of each."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query, Response

from services.notifications.api.parts import Reader, UseIt
from services.notifications.domain.message import Message
from services.notifications.domain.sms import parts_of
from services.notifications.domain.status import Status, why
from services.notifications.domain.words import Source
from services.notifications.storage.messages import matching
from shared.store.repository import Saved
from shared.web.parts import V1, Pages, PageView, View

router = APIRouter(prefix=V1, tags=["messages"])


class MessageView(View):
    """What became of a message. To whom it went is not in it; `cause` is the thing it tells of.

    `template_version` counts for each `template_source`: the words of the release, the province, the agency.
    `cost` is in rials.
    """

    id: str
    cause: str
    cause_sequence: int
    kind: str
    template: str
    template_version: int
    template_source: Source
    status: Status
    status_at: datetime
    reason: str
    queued_at: datetime
    claims: int
    gateway: str | None
    passing: bool | None
    expires_at: datetime | None
    text: str | None
    parts: int | None
    cost: int | None


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


def _view(saved: Saved[Message]) -> MessageView:
    state = saved.state
    return MessageView(
        id=state.id,
        cause=state.cause.subject,
        cause_sequence=state.cause.sequence,
        kind=state.kind,
        template=state.template,
        template_version=state.template_version,
        template_source=state.template_source,
        status=state.status,
        status_at=state.status_at,
        reason=why(state.status, state.reason),
        queued_at=state.queued_at,
        claims=state.claims,
        gateway=state.gateway,
        passing=state.passing,
        expires_at=state.expires_at,
        text=state.text,
        parts=state.parts or (None if state.text is None else parts_of(state.text)),
        cost=state.cost,
    )
