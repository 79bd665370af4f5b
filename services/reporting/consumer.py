"""Events in: facts from those of every source, an agency's turn from its joining."""

from pymongo.asynchronous.database import AsyncDatabase

from services.reporting import usecases
from services.reporting.domain.facts import Source
from services.reporting.storage import projection_of
from services.reporting.usecases import Use
from shared.bus.effects import Document, Reaction
from shared.bus.subscribe import Subscription
from shared.cloudevents import Envelope
from shared.directory.replica import directory_replica
from shared.events.directory import AgencyJoined
from shared.events.event import events_topic

SERVICE = "reporting"


def subscriptions(database: AsyncDatabase[Document], use: Use) -> list[Subscription]:
    """The directory, and whoever's work is on the card."""
    facts = [
        Subscription(
            service=SERVICE,
            name=f"facts-{source.value}",
            topics=[events_topic(source.value)],
            effect=projection_of(database, source),
        )
        for source in Source
    ]
    return [directory_replica(SERVICE, database), turns(use), *facts]


def turns(use: Use) -> Subscription:
    """Gives an agency that joins its turn."""

    async def begin(envelope: Envelope) -> None:
        await usecases.begin(use, envelope.agency, envelope.time)

    return Subscription(
        service=SERVICE,
        name="turns",
        topics=[events_topic("directory")],
        effect=Reaction([AgencyJoined], begin, name="turns"),
    )
