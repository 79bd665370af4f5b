"""Events in."""

from pymongo.asynchronous.database import AsyncDatabase

from shared.bus.effects import Document
from shared.bus.subscribe import Subscription
from shared.directory.replica import directory_replica


def subscriptions(database: AsyncDatabase[Document]) -> list[Subscription]:
    """Its own events only: who may do what is looked up in a copy here as everywhere."""
    return [directory_replica("directory", database)]
