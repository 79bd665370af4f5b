"""Events in."""

from collections.abc import Sequence
from typing import get_args

from pymongo.asynchronous.database import AsyncDatabase

from services.notifications.domain.inbox import Owed
from services.notifications.domain.templates import GIVEN
from services.notifications.storage.contacts import Contacts
from services.notifications.usecases import informing, telling
from services.notifications.usecases.use import Use
from shared.bus.effects import Document, Mirror, Reaction
from shared.bus.subscribe import Subscription
from shared.directory.replica import directory_replica
from shared.events.contacts import KEYS_TOPIC, TOPIC, SealedContact, WrappedKey
from shared.events.event import events_topic
from shared.events.meetings import (
    DecisionsOverdue,
    DecisionsSent,
    MeetingLapsed,
    MeetingMoved,
    MeetingNotOfficial,
)

SERVICE = "notifications"


def subscriptions(use: Use, database: AsyncDatabase[Document], contacts: Contacts) -> list[Subscription]:
    """The directory, the sealed contacts and their keys, what citizens and what posts are told of."""

    async def release(contact_ids: Sequence[str]) -> None:
        await telling.release(use, contact_ids)

    return [
        directory_replica(SERVICE, database),
        Subscription(
            service=SERVICE,
            name="contacts",
            topics=[TOPIC],
            effect=Mirror(contacts.sealed, SealedContact, then=release, private=True),
        ),
        Subscription(
            service=SERVICE,
            name="keys",
            topics=[KEYS_TOPIC],
            effect=Mirror(contacts.keys, WrappedKey, then=release, private=True),
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
        Subscription(
            service=SERVICE,
            name="meetings",
            topics=[events_topic("meetings")],
            effect=Reaction(
                [DecisionsSent, DecisionsOverdue, MeetingNotOfficial, MeetingLapsed, MeetingMoved],
                lambda envelope: informing.inform(use, envelope),
                name="inform the posts",
            ),
        ),
    ]
