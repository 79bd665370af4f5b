"""Which systems look after their own subscriptions, and who asks about a subscription: a post or a system."""

from dataclasses import dataclass

from services.notifications import access
from services.notifications.domain.event_system import EventSystem
from services.notifications.domain.subscription import Subscription
from services.notifications.usecases.use import Use
from shared.access.who import Forbidden, Who
from shared.identity import derived_id
from shared.store.history import Act
from shared.store.repository import NotFound, Saved
from shared.store.store import DuplicateId


@dataclass(frozen=True, slots=True, kw_only=True)
class Keeper:
    """Who looks after subscriptions: a post after all of its agency's, a system after its own alone.

    `post_id` is told when one is sent nothing more; `by` is how the history names whoever asks.
    """

    agency_id: str
    post_id: str
    by: str
    system_id: str | None = None

    def keeps(self, subscription: Subscription) -> bool:
        """Whether it is theirs."""
        return self.system_id in (None, subscription.system_id)


async def keeper(use: Use, who: Who) -> Keeper:
    """By their post, or as a system that their agency named; Forbidden for anybody else."""
    try:
        post = who.acting(access.SUBSCRIPTIONS)
    except Forbidden:
        system = await _named(use, who)
        if system is None:
            raise
        return Keeper(
            agency_id=who.agency_id, post_id=system.post_id, by=f"system:{system.id}", system_id=system.id
        )
    return Keeper(agency_id=who.agency_id, post_id=post.id, by=who.named(post))


async def name(use: Use, who: Who, subject: str, said: str) -> Saved[EventSystem]:
    """Let a system look after its own subscriptions; named again it is the same."""
    now, post, id_ = use.clock.now(), who.acting(access.SUBSCRIPTIONS), _id(who.agency_id, subject)
    act = Act(name="name", by=who.named(post), at=now)
    system = EventSystem(
        id=id_, agency_id=who.agency_id, subject=subject, name=said, post_id=post.id, named_at=now
    )
    try:
        return await use.webhooks.systems.add(act, (system, []))
    except DuplicateId:
        return await use.webhooks.systems.change(
            who.agency_id, id_, act, lambda one: (one.named(said, post.id, now), [])
        )


async def remove(use: Use, who: Who, id_: str) -> Saved[EventSystem]:
    """It looks after nothing any more. A second time changes nothing."""
    now = use.clock.now()
    act = Act(name="remove", by=who.named(who.acting(access.SUBSCRIPTIONS)), at=now)
    return await use.webhooks.systems.change(who.agency_id, id_, act, lambda one: (one.remove(now), []))


async def _named(use: Use, who: Who) -> EventSystem | None:
    try:
        found = await use.webhooks.systems.get(who.agency_id, _id(who.agency_id, who.subject))
    except NotFound:
        return None
    return None if found.state.removed_at is not None else found.state


def _id(agency_id: str, subject: str) -> str:
    return derived_id("event system", agency_id, subject)
