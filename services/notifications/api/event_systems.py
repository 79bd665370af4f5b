"""Which systems look after their own subscriptions; and the door that lets them in beside the posts."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from pydantic import Field

from services.notifications import access
from services.notifications.api.parts import UseIt
from services.notifications.domain.event_system import EventSystem
from services.notifications.storage.event_systems import NAMED
from services.notifications.usecases import event_systems
from services.notifications.usecases.event_systems import Keeper
from shared.access.guard import Guard, allowed, letting_in
from shared.access.who import Who
from shared.web.fields import OfNobody
from shared.web.parts import V1, Body, Pages, PageView, View, example

router = APIRouter(prefix=V1, tags=["subscriptions"])
Namer = Annotated[Who, Depends(allowed(access.SUBSCRIPTIONS))]
NAME_MAX, SUBJECT_MAX = 100, 200


@letting_in(access.SUBSCRIPTIONS)
async def keeper(request: Request, use: UseIt) -> Keeper:
    """A post of this right, or a system that its agency named."""
    guard: Guard = request.app.state.guard
    return await event_systems.keeper(use, await guard.who(request))


ItsKeeper = Annotated[Keeper, Depends(keeper)]


class SystemBody(Body):
    """A system by who its tokens speak for (the claim that names persons), and what people call it."""

    model_config = example(subject="system-water", name="سامانهٔ داشبورد")

    subject: Annotated[str, Field(min_length=1, max_length=SUBJECT_MAX), OfNobody]
    name: Annotated[str, Field(min_length=1, max_length=NAME_MAX), OfNobody]


class SystemView(View):
    """A system that looks after its own subscriptions."""

    id: str
    subject: str
    name: str
    named_at: datetime


@router.post("/event-systems", status_code=201)
async def name(body: SystemBody, who: Namer, use: UseIt) -> SystemView:
    """Let a system of the agency register and look after its own subscriptions, by its own sign-in."""
    return _view((await event_systems.name(use, who, body.subject, body.name)).state)


@router.get("/event-systems")
async def known(who: Namer, use: UseIt, pages: Pages) -> PageView[SystemView]:
    """The agency's, without those that were removed."""
    page = await use.webhooks.systems.page(who.agency_id, where=NAMED, after=pages.after, limit=pages.limit)
    return PageView(items=[_view(saved.state) for saved in page.items], next=page.next)


@router.delete("/event-systems/{id_}")
async def remove(id_: str, who: Namer, use: UseIt) -> SystemView:
    """Let it look after nothing any more; what it registered goes on until the agency ends it."""
    return _view((await event_systems.remove(use, who, id_)).state)


def _view(one: EventSystem) -> SystemView:
    return SystemView(id=one.id, subject=one.subject, name=one.name, named_at=one.named_at)
