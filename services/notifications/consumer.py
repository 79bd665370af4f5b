"""Events in."""

from collections.abc import Sequence
from typing import get_args

from pymongo.asynchronous.database import AsyncDatabase

from services.notifications.domain.inbox import Owed
from services.notifications.domain.members import MeetingNews
from services.notifications.domain.templates import GIVEN
from services.notifications.storage.cases import Cases
from services.notifications.storage.contacts import Contacts
from services.notifications.usecases import (
    contact_lists,
    delivering,
    inbound,
    informing,
    knowing,
    telling,
    telling_members,
)
from services.notifications.usecases.use import Use
from shared.bus.effects import Document, Mirror, Reaction
from shared.bus.subscribe import Subscription
from shared.directory.replica import directory_replica
from shared.events.catalogue import public_events
from shared.events.complaints_requests import RequestDone, RequestRefused
from shared.events.contacts import KEYS_TOPIC, TOPIC, SealedContact, WrappedKey
from shared.events.event import Event, events_topic
from shared.events.meetings import (
    DecisionsOverdue,
    DecisionsSent,
    MeetingLapsed,
    MeetingMoved,
    MeetingNotOfficial,
    MinutesSent,
)
from shared.events.notifications_inbound import InboundMessageReceived

SERVICE = "notifications"


def subscriptions(
    use: Use, database: AsyncDatabase[Document], contacts: Contacts, cases: Cases
) -> list[Subscription]:
    """The directory, the sealed contacts and their keys, what citizens and what posts are told of, and what
    is answered to who asks.
    """

    async def release(contact_ids: Sequence[str]) -> None:
        await knowing.learn(use, contact_ids)
        await telling.release(use, contact_ids)

    async def forget(contact_ids: Sequence[str]) -> None:
        await knowing.forget(use, contact_ids)
        await contact_lists.forget(use, contact_ids)

    to_others = [
        Subscription(
            service=SERVICE,
            name=f"webhooks-{publisher}",
            topics=[events_topic(publisher)],
            effect=Reaction(kinds, lambda envelope: delivering.take(use, envelope), name="queue for others"),
        )
        for publisher, kinds in _published().items()
    ]
    return [
        *to_others,
        directory_replica(SERVICE, database),
        Subscription(
            service=SERVICE,
            name="contacts",
            topics=[TOPIC],
            effect=Mirror(contacts.sealed, SealedContact, then=release, ended=forget, private=True),
        ),
        Subscription(
            service=SERVICE,
            name="keys",
            topics=[KEYS_TOPIC],
            effect=Mirror(contacts.keys, WrappedKey, then=release, ended=forget, private=True),
        ),
        Subscription(
            service=SERVICE,
            name="complaints",
            topics=[events_topic("complaints")],
            effect=Reaction([*GIVEN], lambda envelope: telling.tell(use, envelope), name="tell the citizen"),
        ),
        Subscription(
            service=SERVICE,
            name="complaint-posts",
            topics=[events_topic("complaints")],
            effect=Reaction(
                [*get_args(Owed)], lambda envelope: informing.inform(use, envelope), name="inform the post"
            ),
        ),
        Subscription(service=SERVICE, name="cases", topics=[events_topic("complaints")], effect=cases.effect),
        Subscription(
            service=SERVICE,
            name="inbound",
            topics=[events_topic(SERVICE)],
            effect=Reaction(
                [InboundMessageReceived],
                lambda envelope: inbound.answer(use, envelope),
                name="answer the sender",
            ),
        ),
        Subscription(
            service=SERVICE,
            name="requests",
            topics=[events_topic("complaints")],
            effect=Reaction(
                [RequestDone, RequestRefused],
                lambda envelope: inbound.settle(use, envelope),
                name="settle the request",
            ),
        ),
        Subscription(
            service=SERVICE,
            name="meetings",
            topics=[events_topic("meetings")],
            effect=Reaction(
                [
                    DecisionsSent,
                    MinutesSent,
                    DecisionsOverdue,
                    MeetingNotOfficial,
                    MeetingLapsed,
                    MeetingMoved,
                ],
                lambda envelope: informing.inform(use, envelope),
                name="inform the posts",
            ),
        ),
        Subscription(
            service=SERVICE,
            name="meeting-members",
            topics=[events_topic("meetings")],
            effect=Reaction(
                [*get_args(MeetingNews)],
                lambda envelope: telling_members.tell_members(use, envelope),
                name="tell the members",
            ),
        ),
    ]


def _published() -> dict[str, list[type[Event]]]:
    """All public events by who publishes them."""
    found: dict[str, list[type[Event]]] = {}
    for kind in public_events().values():
        found.setdefault(kind.publisher, []).append(kind)
    return dict(sorted(found.items()))
