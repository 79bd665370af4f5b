"""Events to other systems: queued once for each that wants them, sent until they are taken."""

import asyncio
import contextlib
import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

import orjson
from opentelemetry.trace import SpanKind

from services.notifications.domain.delivery import Answer, Delivery
from services.notifications.domain.subscription import Subscription, Why, notice_of
from services.notifications.usecases.subscriptions import secrets_of
from services.notifications.usecases.use import SENDER, Use
from shared.cloudevents import Envelope
from shared.events.notifications_subscriptions import SubscriptionDisabled
from shared.identity import derived_id, new_id
from shared.observe import metrics
from shared.observe.logs import log
from shared.observe.traces import span
from shared.sealing import Unopenable
from shared.store.history import Act
from shared.store.repository import NotFound
from shared.store.store import DuplicateId

_LOG = log(__name__)
PURPOSE = "webhook"
PAGES_OF_PLACES = 8
"""A page is so many times what may be under way: the subscription is looked at anew before each."""
CANNOT_SIGN = Answer(code="secret-cannot-be-opened", took_ms=0)


@dataclass(slots=True)
class Rounds:
    """Who is being sent to in this process; `rests` is until when (real time) a receiver asked for quiet;
    `shown` are those in the metrics.
    """

    running: dict[str, asyncio.Task[None]] = field(default_factory=dict[str, "asyncio.Task[None]"])
    rests: dict[str, datetime] = field(default_factory=dict[str, datetime])
    shown: set[str] = field(default_factory=set[str])


async def take(use: Use, envelope: Envelope) -> None:
    """Queue an event for each subscription that wants it, once; and tell the owner of a disabled one."""
    event = envelope.event()
    if isinstance(event, SubscriptionDisabled):
        notice = notice_of(
            event, id_=derived_id(envelope.id, "inbox", event.post_id), subscription_id=envelope.subject
        )
        act = Act(name="inform", by=f"event:{envelope.id}", at=use.clock.now())
        with contextlib.suppress(DuplicateId):
            await use.inbox.add(act, (notice, []))
    listening = await use.webhooks.listed.listening(envelope.type)
    if not listening:
        return
    data, real_now = orjson.loads(envelope.data), use.real_now()
    body, kept_until = envelope.structured().decode(), use.clock.now() + use.webhooks.kept
    for one in listening:
        if one.wants(envelope.type, envelope.agency, data, envelope.time):
            delivery = Delivery(
                id=derived_id(envelope.id, PURPOSE, one.id),
                agency_id=one.agency_id,
                subscription_id=one.id,
                type=envelope.type,
                subject=envelope.subject,
                sequence=envelope.sequence,
                at=envelope.time,
                body=body,
                kept_until=kept_until,
                send_at=real_now,
                opened_at=real_now,
            )
            await use.webhooks.deliveries.add(delivery)
            use.webhooks.wake.set()


async def begin_all(use: Use, rounds: Rounds) -> None:
    """Each subscription that is sent now gets a sender of its own: none waits for another's receiver."""
    real_now = use.real_now()
    living = await use.webhooks.listed.living()
    for gone in rounds.shown - {one.id for one in living}:
        metrics.WEBHOOK_OLDEST_S.remove(gone)
    rounds.shown = {one.id for one in living}
    for one in living:
        oldest = await use.webhooks.deliveries.oldest(one.id)
        age_s = 0.0 if oldest is None else (use.clock.now() - oldest).total_seconds()
        metrics.WEBHOOK_OLDEST_S.labels(one.id).set(max(age_s, 0.0))
        rests = one.id in rounds.running or real_now < rounds.rests.get(one.id, real_now)
        if oldest is None or rests or not one.is_sent:
            continue
        task = asyncio.create_task(_of_one(use, one.id, rounds))
        rounds.running[one.id] = task
        task.add_done_callback(partial(_ended, rounds, one.id))


async def send_due(use: Use) -> None:
    """All that may go now, until nothing is left that may."""
    rounds = Rounds()
    await begin_all(use, rounds)
    await asyncio.gather(*rounds.running.values())


async def end_all(rounds: Rounds) -> None:
    """Break off what is under way: its claims run out, and it is tried again."""
    while rounds.running:
        tasks = list(rounds.running.values())
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks, timeout=1.0)


def _ended(rounds: Rounds, id_: str, task: asyncio.Task[None]) -> None:
    rounds.running.pop(id_, None)
    if not task.cancelled() and (error := task.exception()) is not None:
        _LOG.warning("deliveries broke off", subscription=id_, error=type(error).__name__)


async def _of_one(use: Use, id_: str, rounds: Rounds) -> None:
    """What may go now of one subscription, as long as there is any, so many at once."""
    places = asyncio.Semaphore(use.webhooks.at_once)

    async def one(subscription: Subscription, delivery: Delivery) -> None:
        async with places:
            if id_ not in rounds.rests:
                await _send(use, subscription, delivery, rounds)

    rounds.rests.pop(id_, None)
    while id_ not in rounds.rests:
        subscription, page = await _page(use, id_)
        if not page:
            return
        firsts = await _firsts(use, id_, page) if subscription.wish.in_order else page
        sent = [one(subscription, delivery) for delivery in firsts]
        said = await asyncio.gather(*sent, return_exceptions=True)
        for error in said:
            if error is not None:
                raise error


async def _page(use: Use, id_: str) -> tuple[Subscription, Sequence[Delivery]]:
    """What is due, and the subscription as it is now; nothing where it is sent nothing."""
    subscription = (await use.webhooks.subscriptions.load(id_)).state
    if not subscription.is_sent:
        return subscription, []
    most = use.webhooks.at_once * PAGES_OF_PLACES
    return subscription, await use.webhooks.deliveries.due(id_, use.real_now(), most)


async def _firsts(use: Use, id_: str, page: Sequence[Delivery]) -> Sequence[Delivery]:
    """Of each aggregate the first that is open; the others look again when that is tried again."""
    first = await use.webhooks.deliveries.first_open(id_, {one.subject for one in page})
    later: dict[str, datetime] = {}
    firsts: list[Delivery] = []
    for one in page:
        before = first.get(one.subject)
        if before is None or before.id == one.id:
            firsts.append(one)
        elif before.send_at is not None:
            later[one.id] = max(before.send_at, use.real_now() + use.webhooks.claim_lasts)
    if later:
        await use.webhooks.deliveries.put_off(later, use.real_now())
    return firsts


async def _send(use: Use, subscription: Subscription, delivery: Delivery, rounds: Rounds) -> None:
    """Claim, send, save what was answered. Killed in between, it is sent again under the same id."""
    claim, real_now = new_id(), use.real_now()
    until = real_now + use.webhooks.claim_lasts
    try:
        claimed = await use.webhooks.deliveries.change(
            delivery.id, lambda one: one.claimed(claim, until=until, real_now=real_now)
        )
        if claimed.claim == claim:
            with span(
                f"deliver {delivery.type.rsplit('.', 2)[1]}",
                traceparent=None,
                kind=SpanKind.CLIENT,
                delivery=delivery.id,
            ):
                answer = await _posted(use, subscription, claimed)
            await _settle(use, subscription, claimed, answer, rounds)
    except NotFound:
        return  # its time was over


async def _posted(use: Use, subscription: Subscription, delivery: Delivery) -> Answer:
    try:
        secrets = await secrets_of(use, subscription)
    except Unopenable:
        return CANNOT_SIGN
    return await use.webhooks.receiver.post(
        subscription.wish.url,
        id_=delivery.id,
        body=delivery.body,
        secrets=secrets,
        real_now=use.real_now(),
    )


async def _settle(
    use: Use, subscription: Subscription, delivery: Delivery, answer: Answer, rounds: Rounds
) -> None:
    real_now, jitter, claim = use.real_now(), random.random(), delivery.claim or ""  # noqa: S311 - jitter
    if delivery.gives_up(answer, real_now):
        # First the subscription: killed in between, the delivery is one of those that wait for its owner.
        why = Why.GONE if answer.is_gone else Why.FAILED
        now = use.clock.now()
        await use.webhooks.subscriptions.change(
            None,
            subscription.id,
            Act(name="disable", by=SENDER, at=now),
            lambda one: one.disable(why, now),
        )
        rounds.rests[subscription.id] = real_now
    settled = await use.webhooks.deliveries.change(
        delivery.id, lambda one: one.settled(answer, claim=claim, real_now=real_now, jitter=jitter)
    )
    if answer.is_taken and subscription.wish.in_order:
        await use.webhooks.deliveries.hasten(subscription.id, real_now, subject=delivery.subject)
    if not answer.is_taken:
        metrics.WEBHOOK_FAILURES.labels(subscription.id).inc()
        if answer.retry_after and settled.send_at is not None:
            rounds.rests[subscription.id] = min(settled.send_at, real_now + answer.retry_after)
