"""Events in."""

from pymongo.asynchronous.database import AsyncDatabase

from services.notifications import usecases
from services.notifications.domain.templates import GIVEN
from services.notifications.storage import Contacts
from services.notifications.usecases import Use
from shared.bus.effects import Document, Mirror, Reaction
from shared.bus.subscribe import Subscription
from shared.directory.replica import directory_replica
from shared.events.contacts import TOPIC
from shared.events.event import events_topic

SERVICE = "notifications"


def subscriptions(use: Use, database: AsyncDatabase[Document], contacts: Contacts) -> list[Subscription]:
    """The directory, the sealed contacts, and the changes that citizens are told of."""
    return [
        directory_replica(SERVICE, database),
        Subscription(
            service=SERVICE,
            name="contacts",
            topics=[TOPIC],
            effect=Mirror(contacts.collection, then=lambda ids: usecases.release(use, ids)),
        ),
        Subscription(
            service=SERVICE,
            name="complaints",
            topics=[events_topic("complaints")],
            effect=Reaction([*GIVEN], lambda envelope: usecases.tell(use, envelope), name="tell the citizen"),
        ),
    ]
