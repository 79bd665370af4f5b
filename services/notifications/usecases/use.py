"""What the use cases work with."""

import asyncio
from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from services.notifications.domain.case import KnownCase
from services.notifications.domain.inbound import InboundMessage
from services.notifications.domain.inbox import Notice
from services.notifications.domain.message import Message
from services.notifications.domain.outcome import Outcome
from services.notifications.domain.reach import Reach
from services.notifications.gateways.sandbox import Sandbox
from services.notifications.gateways.several import Several
from services.notifications.settings import Doors
from services.notifications.usecases.systems import Systems
from services.notifications.usecases.webhooks import Webhooks
from shared.clock import Clock
from shared.directory.lookup import Directory
from shared.keys.keeper import Keeper
from shared.keys.wrapping import KeyWrapper
from shared.sealing import MasterKey
from shared.store.repository import Repository

SENDER, CLOCK, CITIZEN = "sender", "clock", "citizen"


class Queue(Protocol):
    """The questions asked of all messages together."""

    def ready(self, now: datetime) -> AsyncIterator[Sequence[Message]]: ...
    async def held_for(self, contact_ids: Collection[str]) -> Sequence[str]: ...
    async def waiting_of_act(self, subject: str, at: datetime, before: int) -> Sequence[str]: ...
    async def told(self, subject: str, template: str, before: int) -> bool: ...
    async def known_as(self, gateway: str, gateway_id: str) -> str | None: ...


class Contacts(Protocol):
    """How persons are reached: None for one who was forgotten, left out one whose contact never came."""

    async def of(self, ids: Collection[str]) -> Mapping[str, Reach | None]: ...
    async def of_staff(self, agency_id: str, person_ids: Collection[str]) -> Mapping[str, Reach]: ...


class Cases(Protocol):
    """What is known of complaints."""

    async def of_contacts(self, contact_ids: Collection[str]) -> Sequence[KnownCase]: ...
    async def with_id(self, id_: str) -> KnownCase | None: ...


class Numbers(Protocol):
    """Whose a number is, by its keyed hash: agency and hash by contact."""

    async def known(self, contact_ids: Collection[str]) -> Mapping[str, tuple[str, str]]: ...
    async def keep(self, hashes: Mapping[str, tuple[str, str]]) -> None: ...
    async def drop(self, contact_ids: Collection[str]) -> None: ...
    async def contacts_of(self, number_hash: str, agency_id: str | None = None) -> Mapping[str, str]: ...


class Sent(Protocol):
    """The question asked of one sender's messages together."""

    async def of_sender(self, contact_id: str, since: datetime) -> Sequence[InboundMessage]: ...


class Early(Protocol):
    """Receipts that came before it was known of which message."""

    async def keep(self, gateway: str, gateway_id: str, outcome: Outcome, at: datetime) -> None: ...
    async def of(self, gateway: str, gateway_id: str) -> Sequence[Outcome]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """What the use cases work with.

    `real_now` is for claims: a demo's fast clock must not outrun a sender.
    """

    messages: Repository[Message]
    queue: Queue
    contacts: Contacts
    inbox: Repository[Notice]
    inbound: Repository[InboundMessage]
    sent: Sent
    cases: Cases
    numbers: Numbers
    senders: Keeper
    doors: Doors
    master_key: MasterKey
    gateways: Several
    early: Early
    sandbox: Sandbox | None
    directory: Directory
    clock: Clock
    real_now: Callable[[], datetime]
    wrapper: KeyWrapper
    claim_lasts: timedelta
    webhooks: Webhooks
    systems: Systems
    public_url: str | None = None
    wake: asyncio.Event = field(default_factory=asyncio.Event)
