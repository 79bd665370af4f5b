"""Which other systems are told of events, of which, and what became of each delivery."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Response
from pydantic import Field

from services.notifications.api.event_systems import ItsKeeper
from services.notifications.api.parts import UseIt
from services.notifications.domain.delivery import Delivery, Status
from services.notifications.domain.event_system import SUBSCRIPTIONS_MAX
from services.notifications.domain.subscription import (
    AGENCYS_MAX,
    Condition,
    Standing,
    Subscription,
    Why,
    Wish,
)
from services.notifications.storage.subscriptions import living
from services.notifications.usecases import subscriptions
from shared.language import Text
from shared.outward import URL_MAX
from shared.store.repository import Saved
from shared.web.fields import JalaliInstant, OfNobody
from shared.web.parts import V1, Body, IfMatch, Pages, PageView, View, example
from shared.web.problems import Problem

router = APIRouter(prefix=V1, tags=["subscriptions"])
NAME_MAX, ID_MAX, VALUE_MAX, TYPES_MAX, CONDITIONS_MAX = 100, 100, 200, 200, 10
TOO_MANY = Problem(
    409,
    "too-many-subscriptions",
    Text(
        fa=f"هر دستگاه تا {AGENCYS_MAX} و هر سامانه تا {SUBSCRIPTIONS_MAX} اشتراک دارد؛ یکی را حذف کنید.",
        en=f"An agency has {AGENCYS_MAX} subscriptions at most, a system {SUBSCRIPTIONS_MAX}; delete one.",
    ),
)


class ConditionBody(Body):
    """A public field of the event that must have this value: numbers and yes-or-no as JSON writes them."""

    field: Annotated[str, Field(min_length=1, max_length=ID_MAX)]
    equals: Annotated[str, Field(max_length=VALUE_MAX), OfNobody]


class WishBody(Body):
    """What a system is told of, and where. `agency` None is one's own, for the governorate all agencies'.

    `in_order`: an event waits until the one before it of the same thing was taken.
    """

    model_config = example(
        name="سامانهٔ داشبورد",
        types=["ir.paygir.complaints.ComplaintFiled.v1", "ir.paygir.complaints.ComplaintClosed.v1"],
        url="https://hooks.example.ir/paygir",
        where=[{"field": "agency_id", "equals": "water"}],
    )

    name: Annotated[str, Field(min_length=1, max_length=NAME_MAX), OfNobody]
    types: Annotated[
        list[Annotated[str, Field(min_length=1, max_length=VALUE_MAX)]],
        Field(min_length=1, max_length=TYPES_MAX),
    ]
    url: Annotated[str, Field(min_length=1, max_length=URL_MAX)]
    agency: Annotated[str | None, Field(min_length=1, max_length=ID_MAX)] = None
    where: Annotated[list[ConditionBody], Field(max_length=CONDITIONS_MAX)] = []
    in_order: Annotated[bool, Field(strict=True)] = False

    def wish(self) -> Wish:
        """As the domain has it."""
        return Wish(
            name=self.name,
            types=tuple(dict.fromkeys(self.types)),
            about=self.agency,
            where=tuple(Condition(field=one.field, equals=one.equals) for one in self.where),
            url=self.url,
            in_order=self.in_order,
        )


class ReplayBody(Body):
    """From when on events are sent again, by the time at which they happened."""

    model_config = example(since="1405/08/30 08:15")

    since: JalaliInstant


class ConditionView(View):
    """A condition."""

    field: str
    equals: str


class SubscriptionView(View):
    """A subscription as it stands; `replay_since` while a replay is being laid out; `system` is the id of the
    system that registered it by itself.
    """

    id: str
    name: str
    types: list[str]
    agency: str | None
    where: list[ConditionView]
    url: str
    in_order: bool
    status: Standing
    status_at: datetime
    reason: Why | None
    registered_at: datetime
    replay_since: datetime | None
    system: str | None


class SecretView(SubscriptionView):
    """The same with its new `secret`: nobody can read that again."""

    secret: str


class AnswerView(View):
    """What a receiver answered: an HTTP status, or a word where none came."""

    code: str
    taken: bool
    took_ms: int


class TryView(View):
    """One try."""

    at: datetime
    code: str
    took_ms: int


class DeliveryView(View):
    """An event on its way; its `id` is the webhook-id. `next_at` is when it is tried next."""

    id: str
    type: str
    subject: str
    sequence: int
    at: datetime
    status: Status
    next_at: datetime | None
    tries: list[TryView]


@router.post("/subscriptions", status_code=201)
async def register(body: WishBody, who: ItsKeeper, use: UseIt, response: Response) -> SecretView:
    """Have a system told of events: of an agency's own, for the governorate of all."""
    try:
        saved, secret = await subscriptions.register(use, who, body.wish())
    except subscriptions.TooMany:
        raise TOO_MANY from None
    return SecretView(**_tagged(response, saved).model_dump(), secret=secret)


@router.get("/subscriptions")
async def known(who: ItsKeeper, use: UseIt, pages: Pages) -> PageView[SubscriptionView]:
    """The agency's subscriptions, to a system its own, without those that were deleted."""
    page = await use.webhooks.subscriptions.page(
        who.agency_id, where=living(who.system_id), after=pages.after, limit=pages.limit
    )
    return PageView(items=[_view(saved.state) for saved in page.items], next=page.next)


@router.get("/subscriptions/{id_}")
async def one(id_: str, who: ItsKeeper, use: UseIt, response: Response) -> SubscriptionView:
    """One of them."""
    return _tagged(response, await subscriptions.own(use, who, id_))


@router.put("/subscriptions/{id_}")
async def change(
    id_: str, body: WishBody, who: ItsKeeper, use: UseIt, response: Response, if_match: IfMatch
) -> SubscriptionView:
    """Tell it of something else, or elsewhere."""
    return _tagged(response, await subscriptions.change(use, who, id_, body.wish(), if_match))


@router.post("/subscriptions/{id_}/pause")
async def pause(
    id_: str, who: ItsKeeper, use: UseIt, response: Response, if_match: IfMatch
) -> SubscriptionView:
    """Send nothing; what happens meanwhile waits."""
    return _tagged(response, await subscriptions.pause(use, who, id_, if_match))


@router.post("/subscriptions/{id_}/resume")
async def resume(
    id_: str, who: ItsKeeper, use: UseIt, response: Response, if_match: IfMatch
) -> SubscriptionView:
    """Go on, after a pause or when it was disabled; what waits is sent at once."""
    return _tagged(response, await subscriptions.resume(use, who, id_, if_match))


@router.delete("/subscriptions/{id_}")
async def delete(
    id_: str, who: ItsKeeper, use: UseIt, response: Response, if_match: IfMatch
) -> SubscriptionView:
    """Send nothing any more."""
    return _tagged(response, await subscriptions.delete(use, who, id_, if_match))


@router.post("/subscriptions/{id_}/rotate-secret")
async def rotate(id_: str, who: ItsKeeper, use: UseIt, response: Response, if_match: IfMatch) -> SecretView:
    """Sign with a new secret, and for a day with the one before, too."""
    saved, secret = await subscriptions.rotate(use, who, id_, if_match)
    return SecretView(**_tagged(response, saved).model_dump(), secret=secret)


@router.post("/subscriptions/{id_}/replay")
async def replay(
    id_: str, body: ReplayBody, who: ItsKeeper, use: UseIt, response: Response, if_match: IfMatch
) -> SubscriptionView:
    """Send again what happened since then, under the same webhook-ids."""
    return _tagged(response, await subscriptions.replay(use, who, id_, body.since, if_match))


@router.post("/subscriptions/{id_}/ping")
async def ping(id_: str, who: ItsKeeper, use: UseIt) -> AnswerView:
    """Send a signed event of no consequence, and tell what was answered."""
    answer = await subscriptions.ping(use, who, id_)
    return AnswerView(code=answer.code, taken=answer.is_taken, took_ms=answer.took_ms)


@router.get("/subscriptions/{id_}/deliveries")
async def deliveries(id_: str, who: ItsKeeper, use: UseIt, pages: Pages) -> PageView[DeliveryView]:
    """What it was sent or is to be, newest event first, with every try of the last ones."""
    page, following = await subscriptions.log_of(use, who, id_, after=pages.after, limit=pages.limit)
    return PageView(items=[_delivery(delivery) for delivery in page], next=following)


def _tagged(response: Response, saved: Saved[Subscription]) -> SubscriptionView:
    response.headers["etag"] = saved.etag
    return _view(saved.state)


def _view(one: Subscription) -> SubscriptionView:
    wish = one.wish
    return SubscriptionView(
        id=one.id,
        name=wish.name,
        types=list(wish.types),
        agency=wish.about,
        where=[ConditionView(field=condition.field, equals=condition.equals) for condition in wish.where],
        url=wish.url,
        in_order=wish.in_order,
        status=one.status,
        status_at=one.status_at,
        reason=one.reason,
        registered_at=one.registered_at,
        replay_since=None if one.replay is None else one.replay.since,
        system=one.system_id,
    )


def _delivery(one: Delivery) -> DeliveryView:
    return DeliveryView(
        id=one.id,
        type=one.type,
        subject=one.subject,
        sequence=one.sequence,
        at=one.at,
        status=one.status,
        next_at=one.send_at,
        tries=[TryView(at=line.at, code=line.code, took_ms=line.took_ms) for line in one.tries],
    )
