"""Events in."""

from functools import partial

from pymongo.asynchronous.database import AsyncDatabase

from services.complaints.usecases import press_answers
from services.complaints.usecases.use import Use
from shared.bus.effects import Document, Reaction
from shared.bus.subscribe import Subscription
from shared.directory.replica import directory_replica
from shared.events.content import ContentPublished, ContentWithdrawn
from shared.events.event import events_topic


def subscriptions(use: Use, database: AsyncDatabase[Document]) -> list[Subscription]:
    """The directory, and whether the site shows the answers to press cases."""
    return [
        directory_replica("complaints", database),
        Subscription(
            service="complaints",
            name="press-answers",
            topics=[events_topic("content")],
            effect=Reaction(
                [ContentPublished, ContentWithdrawn],
                partial(press_answers.hear_of_site, use),
                name="complaints.press-answers",
            ),
        ),
    ]
