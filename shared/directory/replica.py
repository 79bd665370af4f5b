"""Folds the directory's events into the copy that a service keeps."""

from typing import Any

from pymongo.asynchronous.database import AsyncDatabase

from shared.bus.effects import Document, Projection
from shared.bus.subscribe import Subscription
from shared.cloudevents import Envelope
from shared.events.directory import (
    AgencyJoined,
    CalendarSet,
    FigureSet,
    PostFilled,
    PostVacated,
    ServiceListed,
    ServiceWithdrawn,
)
from shared.events.event import events_topic

COLLECTION = "directory"


def directory_replica(service: str, database: AsyncDatabase[Document]) -> Subscription:
    """The subscription that keeps a service's copy of the directory."""
    return Subscription(
        service=service,
        name="directory",
        topics=[events_topic("directory")],
        effect=Projection(database[COLLECTION], fold),
    )


def fold(state: Document, envelope: Envelope) -> Document:
    """An agency (with its figures), a service or a calendar, after one more event."""
    match envelope.known_event():
        case AgencyJoined() as event:
            return {**state, "kind": "agency", "agency_id": event.agency_id, **_chart(event)}
        case PostFilled() as event:
            holding = event.model_dump(include={"post_id", "person_id", "from_at", "until_at", "stand_in"})
            return {**state, "holdings": [*state.get("holdings", []), holding]}
        case PostVacated() as event:
            return {**state, "holdings": [_ended(one, event) for one in state.get("holdings", [])]}
        case FigureSet() as event:
            figure = event.model_dump(mode="json", include={"figure", "value", "from_day"})
            return {**state, "figures": [*state.get("figures", []), figure]}
        case ServiceListed() as event:
            return {"kind": "service", "agency_id": event.agency_id, **event.model_dump(mode="json")}
        case ServiceWithdrawn():
            return {**state, "withdrawn": True}
        case CalendarSet() as event:
            return {"kind": "calendar", "agency_id": event.agency_id, "calendar": event.calendar}
        case _:
            return state


def _chart(event: AgencyJoined) -> dict[str, Any]:
    return event.model_dump(mode="json", include={"name", "units", "posts"})


def _ended(holding: Document, event: PostVacated) -> Document:
    """A lasting holding of the post ends; a stand-in's own end stays."""
    lasts = holding["post_id"] == event.post_id and holding["until_at"] is None
    return {**holding, "until_at": event.at} if lasts else holding
