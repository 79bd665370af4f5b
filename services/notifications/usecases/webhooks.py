"""What subscriptions and their deliveries work with."""

import asyncio
from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from services.notifications.domain.delivery import Answer, Delivery
from services.notifications.domain.event_system import EventSystem
from services.notifications.domain.subscription import Subscription
from shared.store.repository import Repository


class Subscriptions(Protocol):
    """The questions asked of all subscriptions together."""

    async def listening(self, type_: str) -> Sequence[Subscription]: ...
    async def living(self) -> Sequence[Subscription]: ...
    async def count(self, agency_id: str, system_id: str | None = None) -> int: ...


class Deliveries(Protocol):
    """Events on their way."""

    async def add(self, delivery: Delivery) -> None: ...
    async def change(self, id_: str, decide: Callable[[Delivery], Delivery]) -> Delivery: ...
    async def due(self, subscription_id: str, real_now: datetime, limit: int) -> Sequence[Delivery]: ...
    async def first_open(self, subscription_id: str, subjects: Collection[str]) -> Mapping[str, Delivery]: ...
    async def put_off(self, later: Mapping[str, datetime], real_now: datetime) -> None: ...
    async def hasten(
        self, subscription_id: str, real_now: datetime, *, subject: str | None = None
    ) -> None: ...
    async def lay_out(self, subscription_id: str, since: datetime, asked_at: datetime) -> int: ...
    async def oldest(self, subscription_id: str) -> datetime | None: ...
    async def log(
        self, subscription_id: str, *, after: str | None, limit: int
    ) -> tuple[list[Delivery], str | None]: ...
    def over(self, now: datetime) -> AsyncIterator[str]: ...
    async def remove(self, id_: str, now: datetime) -> None: ...


class Receiver(Protocol):
    """Whoever has an address."""

    async def look_at(self, url: str) -> None: ...
    async def post(
        self, url: str, *, id_: str, body: str, secrets: Sequence[bytes], real_now: datetime
    ) -> Answer: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhooks:
    """`at_once` is how many requests a subscription may have under way; `kept` how long deliveries are."""

    systems: Repository[EventSystem]
    subscriptions: Repository[Subscription]
    listed: Subscriptions
    deliveries: Deliveries
    receiver: Receiver
    kept: timedelta
    claim_lasts: timedelta
    at_once: int
    wake: asyncio.Event = field(default_factory=asyncio.Event)
