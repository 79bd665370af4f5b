"""What other systems are told of: registered, changed, paused, deleted by the agency or by themselves."""

import base64
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from services.notifications.domain.delivery import Answer, Delivery
from services.notifications.domain.event_system import SUBSCRIPTIONS_MAX
from services.notifications.domain.subscription import AGENCYS_MAX, SealedSecret, Subscription, Wish
from services.notifications.usecases.event_systems import Keeper
from services.notifications.usecases.use import CLOCK, Use
from shared.cloudevents import Envelope
from shared.events.catalogue import public_events
from shared.events.directory import PROVINCE
from shared.events.notifications_subscriptions import SubscriptionDisabled
from shared.identity import new_id
from shared.keys.wrapping import KeyWrapper
from shared.language import Text
from shared.outward import Barred
from shared.rule import Invalid
from shared.sealing import new_key
from shared.store.history import Act
from shared.store.repository import NotFound, Repository, Saved

SECRET_PREFIX = "whsec_"  # noqa: S105 - how Standard Webhooks writes one
PING = "ir.paygir.notifications.Ping.v1"
REWRAP = "rewrap"


class TooMany(Exception):
    """The agency has as many subscriptions as it may."""


async def register(use: Use, keeper: Keeper, wish: Wish) -> tuple[Saved[Subscription], str]:
    """A new one, and the secret that signs what it is sent: told now and never again."""
    now = use.clock.now()
    wish = await _checked(use, keeper, wish)
    if await use.webhooks.listed.count(keeper.agency_id) >= AGENCYS_MAX:
        raise TooMany
    own = keeper.system_id
    if own is not None and await use.webhooks.listed.count(keeper.agency_id, own) >= SUBSCRIPTIONS_MAX:
        raise TooMany
    id_, secret = new_id(), new_key()
    subscription = Subscription(
        id=id_,
        agency_id=keeper.agency_id,
        post_id=keeper.post_id,
        system_id=keeper.system_id,
        wish=wish,
        secrets=(SealedSecret(wrapped=await use.wrapper.wrap(secret, about=id_)),),
        registered_at=now,
        status_at=now,
    )
    act = Act(name="register", by=keeper.by, at=now)
    return await use.webhooks.subscriptions.add(act, (subscription, [])), shown(secret)


async def change(use: Use, keeper: Keeper, id_: str, wish: Wish, if_match: int | None) -> Saved[Subscription]:
    """It is told of something else, or elsewhere."""
    await own(use, keeper, id_)
    wish = await _checked(use, keeper, wish)
    return await _changed(use, keeper, id_, "change", lambda one: one.changed(wish), if_match)


async def pause(use: Use, keeper: Keeper, id_: str, if_match: int | None) -> Saved[Subscription]:
    """Nothing is sent until it is resumed."""
    now = use.clock.now()
    return await _changed(use, keeper, id_, "pause", lambda one: one.pause(now), if_match)


async def resume(use: Use, keeper: Keeper, id_: str, if_match: int | None) -> Saved[Subscription]:
    """What waits goes at once, with three days before it; asked for again, too."""
    now = use.clock.now()
    saved = await _changed(use, keeper, id_, "resume", lambda one: one.resume(now), if_match)
    await use.webhooks.deliveries.hasten(id_, use.real_now())
    use.webhooks.wake.set()
    return saved


async def delete(use: Use, keeper: Keeper, id_: str, if_match: int | None) -> Saved[Subscription]:
    """Nothing is sent any more, and its secrets are erased. A second time changes nothing."""
    now = use.clock.now()
    act = Act(name="delete", by=keeper.by, at=now)

    def deleted(one: Subscription) -> tuple[Subscription, list[SubscriptionDisabled]]:
        if not keeper.keeps(one):
            raise NotFound(id_)
        return one.delete(now), []

    return await use.webhooks.subscriptions.change(keeper.agency_id, id_, act, deleted, if_match=if_match)


async def rotate(use: Use, keeper: Keeper, id_: str, if_match: int | None) -> tuple[Saved[Subscription], str]:
    """Another secret, told now and never again; the one before signs beside it for a day."""
    await own(use, keeper, id_)
    secret, real_now = new_key(), use.real_now()
    wrapped = await use.wrapper.wrap(secret, about=id_)
    saved = await _changed(use, keeper, id_, "rotate", lambda one: one.rotate(wrapped, real_now), if_match)
    return saved, shown(secret)


async def replay(
    use: Use, keeper: Keeper, id_: str, since: datetime, if_match: int | None
) -> Saved[Subscription]:
    """All that was sent since then is sent again; Invalid for what is not kept so long, or is to come."""
    now, real_now = use.clock.now(), use.real_now()
    if not now - use.webhooks.kept <= since <= now:
        days = use.webhooks.kept.days
        said = Text(
            fa=f"رویدادها تا {days} روز نگه داشته می‌شوند؛ زمانی در این بازه لازم است.",
            en=f"Events are kept for {days} days; a time within them is wanted.",
        )
        raise Invalid("/since", said)
    return await _changed(use, keeper, id_, "replay", lambda one: one.ask_replay(since, real_now), if_match)


async def lay_out(use: Use, id_: str) -> None:
    """A replay that was asked for: queue what it wants. Broken off, it is gone on with."""
    asked = (await use.webhooks.subscriptions.load(id_)).state.replay
    if asked is None:
        return
    await use.webhooks.deliveries.lay_out(id_, asked.since, asked.asked_at)
    act = Act(name="lay-out", by=CLOCK, at=use.clock.now())
    await use.webhooks.subscriptions.change(None, id_, act, lambda one: (one.replayed(asked.asked_at), []))
    use.webhooks.wake.set()


async def ping(use: Use, keeper: Keeper, id_: str) -> Answer:
    """A signed event of no consequence, now, and what the receiver answers. It is not tried again."""
    found = (await own(use, keeper, id_)).state
    real_now, event_id = use.real_now(), new_id()
    envelope = Envelope(
        id=event_id,
        type=PING,
        source="/paygir/notifications",
        subject=id_,
        sequence=1,
        time=use.clock.now(),
        agency=keeper.agency_id,
        data=b"{}",
    )
    return await use.webhooks.receiver.post(
        found.wish.url,
        id_=event_id,
        body=envelope.structured().decode(),
        secrets=await secrets_of(use, found),
        real_now=real_now,
    )


async def log_of(
    use: Use, keeper: Keeper, id_: str, *, after: str | None, limit: int
) -> tuple[list[Delivery], str | None]:
    """A page of what it was sent or is to be, and the cursor of what follows."""
    await own(use, keeper, id_)
    return await use.webhooks.deliveries.log(id_, after=after, limit=limit)


async def secrets_of(use: Use, subscription: Subscription) -> list[bytes]:
    """Those that sign now, opened for as long as it takes."""
    now = use.real_now()
    return [await use.wrapper.unwrap(one.wrapped, about=subscription.id) for one in subscription.signing(now)]


async def rewrap(subscriptions: Repository[Subscription], wrapper: KeyWrapper, now: datetime) -> int:
    """Wrap all secrets under the newest master key; how many weren't yet."""
    label, done, after = await wrapper.label(), 0, None
    while True:
        page = await subscriptions.page(None, after=after)
        for one in (saved.state for saved in page.items):
            for secret in one.secrets:
                if not secret.wrapped.startswith(label):
                    await _rewrap(subscriptions, wrapper, one.id, secret.wrapped, now)
                    done += 1
        after = page.next
        if after is None:
            return done


async def _rewrap(
    subscriptions: Repository[Subscription], wrapper: KeyWrapper, id_: str, before: str, now: datetime
) -> None:
    after = await wrapper.wrap(await wrapper.unwrap(before, about=id_), about=id_)
    act = Act(name=REWRAP, by=CLOCK, at=now)
    await subscriptions.change(None, id_, act, lambda one: (one.rewrapped(before, after), []))


def shown(secret: bytes) -> str:
    """As Standard Webhooks writes it."""
    return SECRET_PREFIX + base64.b64encode(secret).decode()


async def own(use: Use, keeper: Keeper, id_: str) -> Saved[Subscription]:
    """The keeper's own, or NotFound; one that was deleted is not found either."""
    found = await use.webhooks.subscriptions.get(keeper.agency_id, id_)
    if found.state.is_deleted or not keeper.keeps(found.state):
        raise NotFound(id_)
    return found


async def _changed(
    use: Use,
    keeper: Keeper,
    id_: str,
    name: str,
    decide: Callable[[Subscription], Subscription],
    if_match: int | None,
) -> Saved[Subscription]:
    act = Act(name=name, by=keeper.by, at=use.clock.now())

    def decided(one: Subscription) -> tuple[Subscription, list[SubscriptionDisabled]]:
        if one.is_deleted or not keeper.keeps(one):
            raise NotFound(id_)
        return decide(one), []

    return await use.webhooks.subscriptions.change(keeper.agency_id, id_, act, decided, if_match=if_match)


async def _checked(use: Use, keeper: Keeper, wish: Wish) -> Wish:
    """The same with the agency whose events it may have; Invalid for what can't be had or reached."""
    if keeper.agency_id != PROVINCE:
        if wish.about not in (None, keeper.agency_id):
            raise NotFound(wish.about)
        wish = replace(wish, about=keeper.agency_id)
    elif wish.about is not None and await use.directory.chart(wish.about) is None:
        raise NotFound(wish.about)
    public = public_events()
    unknown = [place for place, one in enumerate(wish.types) if one not in public]
    if unknown:
        said = Text(fa="چنین رویدادی در فهرست عمومی نیست.", en="There is no such public event.")
        raise Invalid(f"/types/{unknown[0]}", said)
    for place, condition in enumerate(wish.where):
        if any(condition.field not in public[one].model_fields for one in wish.types):
            said = Text(
                fa="این فیلد در همهٔ این رویدادها نیست.", en="Not all of these events have this field."
            )
            raise Invalid(f"/where/{place}/field", said)
    try:
        await use.webhooks.receiver.look_at(wish.url)
    except Barred as error:
        raise Invalid("/url", error.says) from None
    return wish
