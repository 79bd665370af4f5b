"""Folds the directory's events into the copy that a service keeps."""

from datetime import datetime
from typing import Any

from pymongo.asynchronous.database import AsyncDatabase

from shared.bus.effects import Document, Projection
from shared.bus.subscribe import Subscription
from shared.cloudevents import Envelope
from shared.events.directory import (
    AgencyJoined,
    CalendarSet,
    FigureSet,
    HoldingEnded,
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
        case PostFilled() | PostVacated() | HoldingEnded() as event:
            return {**state, "holdings": _holdings(state.get("holdings", []), event)}
        case FigureSet() as event:
            figure = event.model_dump(mode="json", include={"figure", "value", "from_day"})
            return {**state, "figures": [*state.get("figures", []), figure]}
        case ServiceListed() as event:
            return {"kind": "service", "agency_id": event.agency_id, **event.model_dump(mode="json")}
        case ServiceWithdrawn():
            return {**state, "withdrawn": True}
        case CalendarSet() as event:
            of_whom = {"kind": "calendar", "agency_id": event.agency_id}
            return {**of_whom, "calendar": event.calendar, "set_at": envelope.time}
        case _:
            return state


def _chart(event: AgencyJoined) -> dict[str, Any]:
    return event.model_dump(mode="json", include={"name", "units", "posts", "committees"})


def _holdings(known: list[Document], event: PostFilled | PostVacated | HoldingEnded) -> list[Document]:
    match event:
        case PostFilled():
            told = event.model_dump(include={"post_id", "person_id", "from_at", "until_at", "stand_in"})
            return [*known, told]
        case PostVacated():
            return [_vacated(one, event) for one in known]
        case HoldingEnded():
            return [_ended(one, event) for one in known]


def _vacated(holding: Document, event: PostVacated) -> Document:
    """Who holds the post by then goes; a stand-in's own end stays, and so does who is named for later."""
    holds = holding["post_id"] == event.post_id and not holding["stand_in"]
    return _cut(holding, event.at) if holds and holding["from_at"] <= event.at else holding


def _ended(holding: Document, event: HoldingEnded) -> Document:
    meant = event.model_dump(include={"post_id", "person_id", "from_at", "stand_in"})
    is_meant = all(holding[name] == value for name, value in meant.items())
    return _cut(holding, event.until_at) if is_meant else holding


def _cut(holding: Document, at: datetime) -> Document:
    is_over = holding["until_at"] is not None and holding["until_at"] <= at
    return holding if is_over else {**holding, "until_at": at}
