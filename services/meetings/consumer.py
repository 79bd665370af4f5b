"""Events in."""

from functools import partial

from pymongo.asynchronous.database import AsyncDatabase

from services.meetings.usecases import committees
from services.meetings.usecases.use import Use
from shared.bus.effects import Document, Reaction
from shared.bus.subscribe import Subscription
from shared.directory.replica import directory_replica
from shared.events.directory import AgencyJoined, ChartChanged
from shared.events.event import events_topic


def subscriptions(use: Use, database: AsyncDatabase[Document]) -> list[Subscription]:
    """The copy of the directory, and the committees that agencies tell of."""
    return [
        directory_replica("meetings", database),
        Subscription(
            service="meetings",
            name="committees",
            topics=[events_topic("directory")],
            effect=Reaction(
                [AgencyJoined, ChartChanged], partial(committees.constitute, use), name="meetings.committees"
            ),
        ),
    ]
