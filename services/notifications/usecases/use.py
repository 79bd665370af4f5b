"""What the use cases work with."""

import asyncio
from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from services.notifications.domain.inbox import Notice
from services.notifications.domain.message import Message
from services.notifications.domain.reach import Reach
from services.notifications.gateways.port import Gateway
from services.notifications.usecases.webhooks import Webhooks
from shared.clock import Clock
from shared.directory.lookup import Directory
from shared.keys.wrapping import KeyWrapper
from shared.store.repository import Repository

SENDER, CLOCK = "sender", "clock"


class Queue(Protocol):
    """The questions asked of all messages together."""

    def ready(self, now: datetime) -> AsyncIterator[Sequence[Message]]: ...
    async def held_for(self, contact_ids: Collection[str]) -> Sequence[str]: ...
    async def waiting_of_act(self, subject: str, at: datetime, before: int) -> Sequence[str]: ...
    async def told(self, subject: str, template: str, before: int) -> bool: ...


class Contacts(Protocol):
    """How persons are reached: None for one who was forgotten, left out one whose contact never came."""

    async def of(self, ids: Collection[str]) -> Mapping[str, Reach | None]: ...
    async def of_staff(self, agency_id: str, person_ids: Collection[str]) -> Mapping[str, Reach]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """What the use cases work with.

    `real_now` is for claims: a demo's fast clock must not outrun a sender.
    """

    messages: Repository[Message]
    queue: Queue
    contacts: Contacts
    inbox: Repository[Notice]
    gateway: Gateway
    directory: Directory
    clock: Clock
    real_now: Callable[[], datetime]
    wrapper: KeyWrapper
    claim_lasts: timedelta
    webhooks: Webhooks
    wake: asyncio.Event = field(default_factory=asyncio.Event)
