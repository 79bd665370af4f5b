"""Who listens to what, as the services themselves are assembled: nothing connects, nothing runs."""

import importlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from pymongo import AsyncMongoClient

from deploy.embedded.stack import services
from shared.bus.records import Received
from shared.bus.subscribe import Subscription
from shared.clock import clock_from
from shared.cloudevents import Envelope, Unreadable
from shared.directory.lookup import Directory
from shared.events.event import Event
from shared.keys.wrapping import local_wrapper
from shared.sealing import MasterKey
from shared.service import Base
from shared.settings import ServiceSettings

KEY_BYTES = 32


@dataclass(frozen=True, slots=True)
class Listener:
    """A subscription of a service, with the types that it takes from each of its topics."""

    service: str
    name: str
    takes: Mapping[str, tuple[str, ...]]


def listeners(events: Mapping[str, type[Event]]) -> list[Listener]:
    """Every subscription there is, by service and name."""
    found = [one for service in services() for one in subscriptions_of(service)]
    found.sort(key=lambda one: (one.service, one.name))
    return [
        Listener(one.service, one.name, {topic: _taken(one, topic, events) for topic in one.topics})
        for one in found
    ]


def subscriptions_of(service: str) -> list[Subscription]:
    """What the service would subscribe to, were it started."""
    settings_type: type[ServiceSettings] = importlib.import_module(f"services.{service}.settings").Settings
    # What is shown must not hang on the environment; the sandbox is a gateway that needs no address.
    given = {"sandbox": True} if "sandbox" in settings_type.model_fields else {}
    settings = settings_type.model_validate(given)
    database = AsyncMongoClient[dict[str, Any]](connect=False)[service]
    master_key = MasterKey(bytes(KEY_BYTES))
    base = Base(
        name=service,
        settings=settings,
        database=database,
        clock=clock_from(None),
        directory=Directory(database),
        master_key=master_key,
        wrapper=local_wrapper(master_key, None),
    )
    return list(importlib.import_module(f"services.{service}.app").assemble(base).subscriptions)


def _taken(subscription: Subscription, topic: str, events: Mapping[str, type[Event]]) -> tuple[str, ...]:
    """Hands it a record of each type: what it has no use for it lets go by."""
    return tuple(
        name for name, kind in events.items() if kind.topic() == topic and _wants(subscription, topic, name)
    )


def _wants(subscription: Subscription, topic: str, type_name: str) -> bool:
    empty = Envelope(
        id="x",
        type=type_name,
        source="x",
        subject="x",
        sequence=1,
        time=datetime(2020, 1, 1, tzinfo=UTC),
        agency="x",
        data=b"{}",
    ).record(topic)
    headers = tuple((name, value.encode()) for name, value in empty.headers.items())
    record = Received(topic=topic, partition=0, offset=0, key=b"x", value=empty.value, headers=headers)
    try:
        return subscription.effect.read(record) is not None
    except Unreadable:  # it looked inside
        return True
