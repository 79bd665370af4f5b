"""Events in."""

from pymongo.asynchronous.database import AsyncDatabase

from shared.bus.effects import Document
from shared.bus.subscribe import Subscription
from shared.directory.replica import directory_replica


def subscriptions(database: AsyncDatabase[Document]) -> list[Subscription]:
    """Content listens to the directory only."""
    return [directory_replica("content", database)]
