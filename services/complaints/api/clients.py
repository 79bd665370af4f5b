"""Which systems may file over Open311: made with a key that is told once, withdrawn."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Response
from pydantic import Field

from services.complaints import access
from services.complaints.domain.client import Client
from services.complaints.usecases import clients
from services.complaints.usecases.use import Use
from shared.access.guard import allowed
from shared.access.who import Who
from shared.store.repository import Saved
from shared.web.fields import OfNobody
from shared.web.parts import V1, Body, IfMatch, Pages, PageView, View, example, uses

router = APIRouter(prefix=V1, tags=["open311"])
UseIt = Annotated[Use, Depends(uses)]
Keeper = Annotated[Who, Depends(allowed(access.CLIENTS))]
NAME_MAX = 100


class ClientBody(Body):
    """What the system is called: the public reads it nowhere, staff at each of its complaints."""

    model_config = example(name="FixMyStreet")

    name: Annotated[str, Field(min_length=1, max_length=NAME_MAX), OfNobody]


class ClientView(View):
    """A system that may file, or no longer."""

    id: str
    name: str
    made_at: datetime
    withdrawn_at: datetime | None


class MadeView(ClientView):
    """The same with its `api_key`: nobody can read that again."""

    api_key: str


@router.post("/open311-clients", status_code=201)
async def make(body: ClientBody, who: Keeper, use: UseIt, response: Response) -> MadeView:
    """Let a system file: of the agency for itself, of the governorate for all agencies."""
    saved, key = await clients.make(use, who, body.name)
    return MadeView(**_tagged(response, saved).model_dump(), api_key=key)


@router.get("/open311-clients")
async def known(who: Keeper, use: UseIt, pages: Pages) -> PageView[ClientView]:
    """The agency's systems, those withdrawn too."""
    page = await use.clients.page(who.agency_id, after=pages.after, limit=pages.limit)
    return PageView(items=[_view(saved.state) for saved in page.items], next=page.next)


@router.post("/open311-clients/{id_}/withdraw")
async def withdraw(id_: str, who: Keeper, use: UseIt, response: Response, if_match: IfMatch) -> ClientView:
    """Its key files nothing any more; what it filed stays."""
    return _tagged(response, await clients.withdraw(use, who, id_, if_match))


def _tagged(response: Response, saved: Saved[Client]) -> ClientView:
    response.headers["etag"] = saved.etag
    return _view(saved.state)


def _view(client: Client) -> ClientView:
    return ClientView(
        id=client.id, name=client.name, made_at=client.made_at, withdrawn_at=client.withdrawn_at
    )
