"""Events in."""

from functools import partial
from typing import get_args

from pymongo.asynchronous.database import AsyncDatabase

from services.meetings.usecases import committees, minutes
from services.meetings.usecases.use import Use
from shared.bus.effects import Document, Reaction
from shared.bus.subscribe import Subscription
from shared.directory.replica import directory_replica
from shared.events.directory import AgencyJoined, ChartChanged
from shared.events.event import events_topic


def subscriptions(use: Use, database: AsyncDatabase[Document]) -> list[Subscription]:
    """The copy of the directory, the committees that agencies tell of, what a meeting leaves to the next."""
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
        Subscription(
            service="meetings",
            name="agendas",
            topics=[events_topic("meetings")],
            effect=Reaction(
                [*get_args(minutes.Succession)], partial(minutes.carry_over, use), name="meetings.agendas"
            ),
        ),
    ]
