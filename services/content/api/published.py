"""What the public reads."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query

from services.content import access, usecases
from services.content.domain.item import Item, Online
from services.content.storage import ONLINE, Order, in_order
from services.content.usecases import Use
from shared.access.guard import open_to_all
from shared.web.parts import V1, Pages, PageView, View, uses

router = APIRouter(prefix=V1, tags=["content"])
UseIt = Annotated[Use, Depends(uses)]


class PublishedRow(View):
    """What is on the site."""

    id: str
    agency_id: str
    domain: str
    topic: str
    title: str
    rank: int | None
    published_at: datetime


class PublishedView(PublishedRow):
    """What is on the site, with its text."""

    revision: int
    text: str


@router.get("/published")
@open_to_all(access.READ_PUBLISHED)
async def published(
    use: UseIt,
    pages: Pages,
    agency_id: Annotated[str | None, Query(max_length=64)] = None,
    order: Order = Order.NEWEST,
) -> PageView[PublishedRow]:
    """What is on the site: of one agency or of all, newest first or by the group's ranking."""
    page = await use.items.page(
        agency_id, where=ONLINE, after=pages.after, limit=pages.limit, **in_order(order)
    )
    rows = [
        PublishedRow(**_published(saved.state, saved.state.online))
        for saved in page.items
        if saved.state.online is not None
    ]
    return PageView(items=rows, next=page.next)


@router.get("/published/{id_}")
@open_to_all(access.READ_PUBLISHED)
async def one_published(id_: str, use: UseIt) -> PublishedView:
    """One item of the site: the approved wording, never one that is still on its way."""
    item, online = await usecases.read_published(use, id_)
    text = item.revisions[online.revision - 1].text
    return PublishedView(**_published(item, online), revision=online.revision, text=text)


def _published(item: Item, online: Online) -> dict[str, Any]:
    return {
        "id": item.id,
        "agency_id": item.agency_id,
        "domain": item.domain,
        "topic": item.topic,
        "title": item.revisions[online.revision - 1].title,
        "rank": online.rank,
        "published_at": online.at,
    }
