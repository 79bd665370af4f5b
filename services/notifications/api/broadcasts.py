"""The same told to many: drafted, looked at, started, paused, stopped; and what holds it."""

from datetime import datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Response
from pydantic import Field

from services.notifications import access
from services.notifications.api.parts import UseIt
from services.notifications.domain.broadcast import Broadcast, Standing, Wish
from services.notifications.domain.occasion import CARRIED_OUT, Channel, First, Kind
from services.notifications.usecases import broadcast_people, broadcasts
from shared.access.guard import allowed
from shared.access.who import Who
from shared.store.repository import Saved
from shared.web.fields import OfNobody
from shared.web.parts import V1, Body, IdempotencyKey, IfMatch, Pages, PageView, View, example, once
from shared.web.staff import ID_MAX, GroupBody, GroupView, UnitId, group_view

router = APIRouter(prefix=V1, tags=["broadcasts"])
Sender = Annotated[Who, Depends(allowed(access.BROADCAST))]
Headquarters = Annotated[Who, Depends(allowed(access.AGREE))]
OCCASION_MAX, TEXT_MAX, REASON_MAX, CHOSEN_MAX = 150, 1000, 500, 20
HOURS_MAX = 30 * 24
Hour = Annotated[str, Field(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$", max_length=5, examples=["22:00"])]


class BroadcastBody(Body):
    """What is told to whom. `{agency}` and, to lists, `{name}` are places of the text.

    It is of no use any more after so many hours, or at the hour `not_after` (as 22:00) of the day it starts.
    """

    model_config = example(
        kind="congratulation",
        occasion="روز کارمند",
        text="روز کارمند بر همکاران {agency} خجسته باد.",
        channel="sms",
        groups=[{}],
        not_after="22:00",
    )

    kind: Kind
    occasion: Annotated[str, Field(min_length=1, max_length=OCCASION_MAX), OfNobody]
    text: Annotated[str, Field(min_length=1, max_length=TEXT_MAX), OfNobody]
    channel: Channel = Channel.SMS
    groups: Annotated[list[GroupBody], Field(max_length=CHOSEN_MAX)] = []
    lists: Annotated[
        list[Annotated[str, Field(min_length=1, max_length=ID_MAX)]], Field(max_length=CHOSEN_MAX)
    ] = []
    unit: UnitId = None
    useful_hours: Annotated[int | None, Field(ge=1, le=HOURS_MAX, strict=True)] = None
    not_after: Hour | None = None

    def wish(self) -> Wish:
        """As the domain has it."""
        return Wish(
            kind=self.kind,
            occasion=self.occasion,
            text=self.text,
            channel=self.channel,
            groups=tuple(one.group() for one in self.groups),
            lists=tuple(dict.fromkeys(self.lists)),
            useful_for=None if self.useful_hours is None else timedelta(hours=self.useful_hours),
            not_after=self.not_after,
        )


class ReasonBody(Body):
    """Why: it stands in the history."""

    model_config = example(reason="متن نخست نشانی نادرست داشت و باید اصلاح شود.")

    reason: Annotated[str, Field(min_length=1, max_length=REASON_MAX), OfNobody]


class FirstView(View):
    """Who told the same before: their post and unit, by which way, when, to how many of the same people."""

    broadcast_id: str
    post_id: str
    unit: str | None
    channel: Channel
    kind: Kind
    occasion: str
    at: datetime
    in_common: int


class BroadcastView(View):
    """A broadcast as it stands. `people` and what follows are null until it was started and they counted."""

    id: str
    clause: str
    status: Standing
    status_at: datetime
    post_id: str
    unit: str | None
    office: str | None
    kind: Kind
    occasion: str
    text: str
    channel: Channel
    groups: list[GroupView]
    lists: list[str]
    made_at: datetime
    started_at: datetime | None
    expires_at: datetime | None
    agreed_by: str | None
    sent_back: str | None
    first: FirstView | None
    insisted: str | None
    people: int | None
    unreachable: int | None
    dropped: int | None


class PreviewView(View):
    """What sending it would come to; `cost_parts` are parts of SMS, paid for one by one."""

    people: int
    reachable: int
    unreachable: int
    refused: int
    text: str
    parts: int
    cost_parts: int


@router.post("/broadcasts", status_code=201)
async def draft(
    body: BroadcastBody, who: Sender, use: UseIt, response: Response, key: IdempotencyKey = None
) -> BroadcastView:
    """Draft a message to many; nobody is told of it yet."""
    first = once(key, who.agency_id, body, use.master_key)
    return _tagged(response, await broadcasts.draft(use, who, body.wish(), body.unit, first))


@router.get("/broadcasts")
async def listed(who: Sender, use: UseIt, pages: Pages) -> PageView[BroadcastView]:
    """Those that the caller may handle, the newest first."""
    page = await broadcasts.listed(use, who, after=pages.after, limit=pages.limit)
    return PageView(items=[_view(saved.state) for saved in page.items], next=page.next)


@router.get("/broadcasts/{id_}")
async def one(id_: str, who: Sender, use: UseIt, response: Response) -> BroadcastView:
    """One of them."""
    return _tagged(response, await broadcasts.one(use, who, id_))


@router.put("/broadcasts/{id_}")
async def reword(
    id_: str, body: BroadcastBody, who: Sender, use: UseIt, response: Response, if_match: IfMatch
) -> BroadcastView:
    """Change a draft; the unit that it comes from stays."""
    return _tagged(response, await broadcasts.reword(use, who, id_, body.wish(), if_match))


@router.get("/broadcasts/{id_}/preview")
async def preview(id_: str, who: Sender, use: UseIt) -> PreviewView:
    """How many people it is for, how many can be reached or want no such messages, and what it costs."""
    seen = await broadcast_people.preview(use, who, id_)
    return PreviewView(
        people=seen.people,
        reachable=seen.reachable,
        unreachable=seen.people - seen.reachable,
        refused=seen.refused,
        text=seen.text,
        parts=seen.parts,
        cost_parts=seen.cost_parts,
    )


@router.post("/broadcasts/{id_}/start")
async def start(id_: str, who: Sender, use: UseIt, response: Response, if_match: IfMatch) -> BroadcastView:
    """Send it. It is held where people of it were told the same before; a county office's invitation waits
    for headquarters.
    """
    return _tagged(response, await broadcasts.start(use, who, id_, if_match))


@router.post("/broadcasts/{id_}/agree")
async def agree(
    id_: str, who: Headquarters, use: UseIt, response: Response, if_match: IfMatch
) -> BroadcastView:
    """As headquarters' public relations, let a county office's invitation go."""
    return _tagged(response, await broadcasts.agree(use, who, id_, if_match))


@router.post("/broadcasts/{id_}/send-back")
async def send_back(
    id_: str, body: ReasonBody, who: Headquarters, use: UseIt, response: Response, if_match: IfMatch
) -> BroadcastView:
    """As headquarters' public relations, have it drafted anew, and say why."""
    return _tagged(response, await broadcasts.send_back(use, who, id_, body.reason, if_match))


@router.post("/broadcasts/{id_}/drop-common")
async def drop_common(
    id_: str, who: Sender, use: UseIt, response: Response, if_match: IfMatch
) -> BroadcastView:
    """Of a held one: tell only those whom nobody told before."""
    return _tagged(response, await broadcasts.drop_common(use, who, id_, if_match))


@router.post("/broadcasts/{id_}/insist")
async def insist(
    id_: str, body: ReasonBody, who: Sender, use: UseIt, response: Response, if_match: IfMatch
) -> BroadcastView:
    """Of a held one: tell all of them all the same, and say why."""
    return _tagged(response, await broadcasts.insist(use, who, id_, body.reason, if_match))


@router.post("/broadcasts/{id_}/pause")
async def pause(id_: str, who: Sender, use: UseIt, response: Response, if_match: IfMatch) -> BroadcastView:
    """Send nothing more for now, of what is queued neither."""
    return _tagged(response, await broadcasts.pause(use, who, id_, if_match))


@router.post("/broadcasts/{id_}/resume")
async def resume(id_: str, who: Sender, use: UseIt, response: Response, if_match: IfMatch) -> BroadcastView:
    """Go on after a pause."""
    return _tagged(response, await broadcasts.resume(use, who, id_, if_match))


@router.post("/broadcasts/{id_}/stop")
async def stop(id_: str, who: Sender, use: UseIt, response: Response, if_match: IfMatch) -> BroadcastView:
    """Send nothing more of it, ever."""
    return _tagged(response, await broadcasts.stop(use, who, id_, if_match))


def _tagged(response: Response, saved: Saved[Broadcast]) -> BroadcastView:
    response.headers["etag"] = saved.etag
    return _view(saved.state)


def _view(one: Broadcast) -> BroadcastView:
    wish = one.wish
    return BroadcastView(
        id=one.id,
        clause=CARRIED_OUT[wish.kind].clause,
        status=one.status,
        status_at=one.status_at,
        post_id=one.post_id,
        unit=one.unit_id,
        office=one.office,
        kind=wish.kind,
        occasion=wish.occasion,
        text=wish.text,
        channel=wish.channel,
        groups=[group_view(group) for group in wish.groups],
        lists=list(wish.lists),
        made_at=one.made_at,
        started_at=one.started_at,
        expires_at=one.expires_at,
        agreed_by=one.agreed_by,
        sent_back=one.sent_back,
        first=None if one.first is None else _first(one.first),
        insisted=one.insisted,
        people=one.people,
        unreachable=one.unreachable,
        dropped=one.dropped,
    )


def _first(first: First) -> FirstView:
    return FirstView(
        broadcast_id=first.broadcast_id,
        post_id=first.post_id,
        unit=first.unit_id,
        channel=first.channel,
        kind=first.kind,
        occasion=first.occasion,
        at=first.at,
        in_common=first.in_common,
    )
