"""Events in."""

from functools import partial

from pymongo.asynchronous.database import AsyncDatabase

from services.directory.usecases import calendars
from services.directory.usecases.use import Use
from shared.bus.effects import Document, Reaction
from shared.bus.subscribe import Subscription
from shared.directory.replica import directory_replica
from shared.events.directory import CalendarSet
from shared.events.event import events_topic


def subscriptions(use: Use, database: AsyncDatabase[Document]) -> list[Subscription]:
    """Its own events only: who may do what is looked up in a copy here as everywhere."""
    return [
        directory_replica("directory", database),
        Subscription(
            service="directory",
            name="calendars",
            topics=[events_topic("directory")],
            effect=Reaction(
                [CalendarSet], partial(calendars.follow_province, use), name="directory.calendars"
            ),
        ),
    ]
