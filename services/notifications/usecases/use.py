"""What the use cases work with."""

import asyncio
from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from services.notifications.domain.case import KnownCase
from services.notifications.domain.explanation import Explanation
from services.notifications.domain.health import Minute
from services.notifications.domain.inbound import InboundMessage
from services.notifications.domain.inbox import Notice
from services.notifications.domain.lane import Lane
from services.notifications.domain.merging import Told
from services.notifications.domain.message import Message
from services.notifications.domain.outcome import Outcome
from services.notifications.domain.reach import Reach
from services.notifications.domain.shared_gateway import Seen, SharedGateway
from services.notifications.domain.usage import Used
from services.notifications.domain.wishes import Preference
from services.notifications.domain.wordings import Wording
from services.notifications.gateways.sandbox import Sandbox
from services.notifications.gateways.several import Several
from services.notifications.settings import Doors
from services.notifications.usecases.precedence import Precedence
from services.notifications.usecases.systems import Systems
from services.notifications.usecases.to_many import ToMany
from services.notifications.usecases.webhooks import Webhooks
from shared.clock import Clock
from shared.directory.lookup import Directory
from shared.keys.keeper import Keeper
from shared.keys.wrapping import KeyWrapper
from shared.remembered import Remembered
from shared.sealing import MasterKey
from shared.store.repository import Repository, Saved

WORDED_S = 1.0
"""So long agencies' words are remembered: each message about a case asks for them."""
SENDER, CLOCK, CITIZEN = "sender", "clock", "citizen"


class Queue(Protocol):
    """The questions asked of all messages together."""

    def ready(self, now: datetime, lane: Lane) -> AsyncIterator[Sequence[Saved[Message]]]: ...
    async def held_for(self, contact_ids: Collection[str]) -> Sequence[str]: ...
    async def waiting_for_gateways(self, lane: Lane, since: datetime, limit: int) -> Sequence[str]: ...
    async def of_case(self, subject: str) -> Sequence[Told]: ...
    async def usage(self, agency_id: str, since: datetime, until: datetime) -> Sequence[Used]: ...
    async def known_as(self, gateway: str, gateway_id: str) -> str | None: ...


class Contacts(Protocol):
    """How persons are reached: None for one who was forgotten, left out one whose contact never came."""

    async def of(self, ids: Collection[str]) -> Mapping[str, Reach | None]: ...
    async def is_there(self, id_: str) -> bool: ...
    async def of_staff(self, agency_id: str, person_ids: Collection[str]) -> Mapping[str, Reach]: ...


class Cases(Protocol):
    """What is known of complaints."""

    async def of_contacts(self, contact_ids: Collection[str]) -> Sequence[KnownCase]: ...
    async def own(self, contact_ids: Collection[str], code: str) -> Sequence[KnownCase]: ...
    async def with_id(self, id_: str) -> KnownCase | None: ...


class Numbers(Protocol):
    """Whose a number is, by its keyed hash: agency and hash by contact."""

    async def known(self, contact_ids: Collection[str]) -> Mapping[str, tuple[str, str]]: ...
    async def keep(self, hashes: Mapping[str, tuple[str, str]]) -> None: ...
    async def drop(self, contact_ids: Collection[str]) -> None: ...
    async def contacts_of(self, number_hash: str, agency_id: str | None = None) -> Mapping[str, str]: ...


class Wishes(Protocol):
    """The question asked of the wishes of many numbers."""

    async def of_numbers(
        self, number_hashes: Collection[str], agency_ids: Collection[str]
    ) -> Sequence[Preference]: ...


class Sent(Protocol):
    """The question asked of one sender's messages together."""

    async def of_sender(self, contact_id: str, since: datetime) -> Sequence[InboundMessage]: ...


class Explained(Protocol):
    """The questions asked of explanations together."""

    async def of(self, agency_id: str) -> Sequence[Saved[Explanation]]: ...
    async def told(self, agency_id: str) -> Sequence[Explanation]: ...


class Early(Protocol):
    """Receipts that came before it was known of which message."""

    async def keep(self, gateway: str, gateway_id: str, outcome: Outcome, at: datetime) -> None: ...
    async def of(self, gateway: str, gateway_id: str) -> Sequence[Outcome]: ...


class Wake:
    """Tells the sender of each lane that there may be something to send."""

    def __init__(self) -> None:
        self._of = {lane: asyncio.Event() for lane in Lane}

    def set(self) -> None:
        """Every lane looks."""
        for event in self._of.values():
            event.set()

    def of(self, lane: Lane) -> asyncio.Event:
        """What this lane waits for, and clears."""
        return self._of[lane]


class Minutes(Protocol):
    """How gateways did, minute by minute."""

    def note(self, gateway: str, at: datetime, *what: str) -> None: ...
    async def since(self, at: datetime) -> Mapping[str, Sequence[Minute]]: ...


class Shared(Protocol):
    """What all workers know of gateways together."""

    async def of(self, names: Collection[str]) -> Mapping[str, Seen]: ...
    async def save(self, seen: Seen, state: SharedGateway) -> bool: ...


class Allowances(Protocol):
    """What may be used in an hour or a day."""

    async def take(self, key: str, amount: int, *, most: int, over_at: datetime) -> bool: ...
    async def take_once(self, key: str, id_: str, *, most: int, over_at: datetime) -> bool: ...
    async def take_half(self, key: str, amount: int, by: str, *, most: int, over_at: datetime) -> bool: ...
    async def give_back(self, key: str, amount: int, by: str | None = None) -> None: ...
    async def used(self, key: str) -> int: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """What the use cases work with.

    `real_now` is for claims: a demo's fast clock must not outrun a sender. `parts_a_day` is what the
    province pays for; None where nothing limits it.
    """

    messages: Repository[Message]
    queue: Queue
    contacts: Contacts
    inbox: Repository[Notice]
    wordings: Repository[Wording]
    explanations: Repository[Explanation]
    explained: Explained
    inbound: Repository[InboundMessage]
    sent: Sent
    cases: Cases
    numbers: Numbers
    preferences: Repository[Preference]
    wishes: Wishes
    senders: Keeper
    doors: Doors
    master_key: MasterKey
    gateways: Several
    minutes: Minutes
    shared: Shared
    allowances: Allowances
    parts_a_day: int | None
    early: Early
    sandbox: Sandbox | None
    directory: Directory
    clock: Clock
    real_now: Callable[[], datetime]
    wrapper: KeyWrapper
    claim_lasts: timedelta
    webhooks: Webhooks
    many: ToMany
    systems: Systems
    public_url: str | None = None
    wake: Wake = field(default_factory=Wake)
    precedence: Precedence = field(default_factory=Precedence)
    worded: Remembered[tuple[str, str]] = field(default_factory=lambda: Remembered(WORDED_S))
