"""Events in."""

from pymongo.asynchronous.database import AsyncDatabase

from services.notifications import usecases
from services.notifications.domain.templates import GIVEN
from services.notifications.storage import Contacts
from services.notifications.usecases import Use
from shared.bus.effects import Document, Mirror, Reaction
from shared.bus.subscribe import Subscription
from shared.directory.replica import directory_replica
from shared.events.contacts import TOPIC, SealedContact
from shared.events.event import events_topic
from shared.events.meetings import DecisionsSent

SERVICE = "notifications"


def subscriptions(use: Use, database: AsyncDatabase[Document], contacts: Contacts) -> list[Subscription]:
    """The directory, the sealed contacts, what citizens are told of, and what posts are told of."""
    return [
        directory_replica(SERVICE, database),
        Subscription(
            service=SERVICE,
            name="contacts",
            topics=[TOPIC],
            effect=Mirror(contacts.collection, SealedContact, then=lambda ids: usecases.release(use, ids)),
        ),
        Subscription(
            service=SERVICE,
            name="complaints",
            topics=[events_topic("complaints")],
            effect=Reaction([*GIVEN], lambda envelope: usecases.tell(use, envelope), name="tell the citizen"),
        ),
        Subscription(
            service=SERVICE,
            name="meetings",
            topics=[events_topic("meetings")],
            effect=Reaction(
                [DecisionsSent], lambda envelope: usecases.inform(use, envelope), name="inform the posts"
            ),
        ),
    ]
