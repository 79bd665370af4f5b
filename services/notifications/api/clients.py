"""Which systems send SMS by keys of their own: made with a key that is told once, changed, revoked."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Response
from pydantic import Field

from services.notifications import access
from services.notifications.api.parts import UseIt
from services.notifications.domain.client import AGENCYS_MAX, Client, Standing, Terms
from services.notifications.storage.clients import LIVING
from services.notifications.usecases import clients
from shared.access.guard import allowed
from shared.access.who import Who
from shared.language import Text
from shared.store.repository import Saved
from shared.web.fields import OfNobody
from shared.web.parts import V1, Body, IfMatch, Pages, PageView, View, example
from shared.web.problems import Problem

router = APIRouter(prefix=V1, tags=["clients"])
Keeper = Annotated[Who, Depends(allowed(access.CLIENTS))]
NAME_MAX, LINE_MAX, LINES_MAX, DAILY_PARTS_MAX = 100, 40, 20, 1_000_000
Line = Annotated[str, Field(min_length=1, max_length=LINE_MAX)]
TOO_MANY = Problem(
    409,
    "too-many-clients",
    Text(
        fa=f"هر دستگاه تا {AGENCYS_MAX} سامانهٔ فرستنده دارد؛ یکی را لغو کنید.",
        en=f"An agency has {AGENCYS_MAX} sending systems at most; revoke one.",
    ),
)


class TermsBody(Body):
    """What a system may do: the lines it may name as sender, those whose SMS are kept for it alone.

    `codes`: it sends codes that are used once; they wait for nothing else. `daily_parts` null is the
    agency's figure.
    """

    model_config = example(name="سامانهٔ نوبت‌دهی", lines=["30001234"], daily_parts=5000)

    name: Annotated[str, Field(min_length=1, max_length=NAME_MAX), OfNobody]
    lines: Annotated[list[Line], Field(max_length=LINES_MAX)] = []
    inbound_lines: Annotated[list[Line], Field(max_length=LINES_MAX)] = []
    codes: Annotated[bool, Field(strict=True)] = False
    daily_parts: Annotated[int | None, Field(strict=True, ge=1, le=DAILY_PARTS_MAX)] = None

    def terms(self) -> Terms:
        """As the domain has them."""
        return Terms(
            name=self.name,
            lines=tuple(self.lines),
            inbound_lines=tuple(self.inbound_lines),
            codes=self.codes,
            daily_parts=self.daily_parts,
        )


class ClientView(View):
    """A system that sends, as it stands."""

    id: str
    name: str
    lines: list[str]
    inbound_lines: list[str]
    codes: bool
    daily_parts: int | None
    status: Standing
    status_at: datetime
    made_at: datetime


class KeyView(ClientView):
    """The same with its `key`: nobody can read that again."""

    key: str


@router.post("/sms-clients", status_code=201)
async def make(body: TermsBody, who: Keeper, use: UseIt, response: Response) -> KeyView:
    """Let a system of the agency send SMS, as it did through Kavenegar, by a key of its own."""
    try:
        saved, key = await clients.make(use, who, body.terms())
    except clients.TooMany:
        raise TOO_MANY from None
    return KeyView(**_tagged(response, saved).model_dump(), key=key)


@router.get("/sms-clients")
async def known(who: Keeper, use: UseIt, pages: Pages) -> PageView[ClientView]:
    """The agency's systems, without those that were revoked."""
    page = await use.systems.clients.page(who.agency_id, where=LIVING, after=pages.after, limit=pages.limit)
    return PageView(items=[_view(saved.state) for saved in page.items], next=page.next)


@router.get("/sms-clients/{id_}")
async def one(id_: str, who: Keeper, use: UseIt, response: Response) -> ClientView:
    """One of them."""
    return _tagged(response, await clients.own(use, who, id_))


@router.put("/sms-clients/{id_}")
async def change(
    id_: str, body: TermsBody, who: Keeper, use: UseIt, response: Response, if_match: IfMatch
) -> ClientView:
    """Let it do something else from now on."""
    return _tagged(response, await clients.change(use, who, id_, body.terms(), if_match))


@router.post("/sms-clients/{id_}/pause")
async def pause(id_: str, who: Keeper, use: UseIt, response: Response, if_match: IfMatch) -> ClientView:
    """Let it send nothing until it is resumed; what it asked for before goes on."""
    return _tagged(response, await clients.pause(use, who, id_, if_match))


@router.post("/sms-clients/{id_}/resume")
async def resume(id_: str, who: Keeper, use: UseIt, response: Response, if_match: IfMatch) -> ClientView:
    """Let it go on."""
    return _tagged(response, await clients.resume(use, who, id_, if_match))


@router.post("/sms-clients/{id_}/rotate-key")
async def rotate(id_: str, who: Keeper, use: UseIt, response: Response, if_match: IfMatch) -> KeyView:
    """Give it a new key; the one before opens nothing from now on."""
    saved, key = await clients.rotate(use, who, id_, if_match)
    return KeyView(**_tagged(response, saved).model_dump(), key=key)


@router.delete("/sms-clients/{id_}")
async def revoke(id_: str, who: Keeper, use: UseIt, response: Response, if_match: IfMatch) -> ClientView:
    """Let it send nothing any more; what it asked for before goes on."""
    return _tagged(response, await clients.revoke(use, who, id_, if_match))


def _tagged(response: Response, saved: Saved[Client]) -> ClientView:
    response.headers["etag"] = saved.etag
    return _view(saved.state)


def _view(client: Client) -> ClientView:
    terms = client.terms
    return ClientView(
        id=client.id,
        name=terms.name,
        lines=list(terms.lines),
        inbound_lines=list(terms.inbound_lines),
        codes=terms.codes,
        daily_parts=terms.daily_parts,
        status=client.status,
        status_at=client.status_at,
        made_at=client.made_at,
    )
