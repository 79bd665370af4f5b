"""What the caller's posts were told."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Request

from services.notifications import access
from services.notifications.api.parts import UseIt
from services.notifications.storage.inbox import of_posts
from shared.access.guard import allowed
from shared.access.who import Who
from shared.web.parts import V1, Pages, PageView, View
from shared.web.problems import language_of

router = APIRouter(prefix=V1, tags=["messages"])


class NoticeView(View):
    """What a post was told; `cause` is what it is about, to be read where it lives."""

    id: str
    post_id: str
    kind: str
    cause: str
    text: str
    at: datetime


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
