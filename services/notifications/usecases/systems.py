"""What the systems that send by keys of their own are worked with."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from services.notifications.domain.client import Client
from services.notifications.domain.message import Message
from services.notifications.domain.received import Received
from shared.store.repository import Repository


class Listed(Protocol):
    """The questions asked of all systems together."""

    async def count(self, agency_id: str) -> int: ...
    async def of_line(self, line: str) -> Client | None: ...


class Asked(Protocol):
    """What systems asked for and said just now."""

    async def of_localids(self, localids: Collection[str]) -> Sequence[Message]: ...
    async def with_ids(self, ids: Collection[str]) -> Sequence[Message]: ...
    async def needs(self, contact_id: str) -> datetime | None: ...
    async def say(
        self, texts: Mapping[str, str], *, until: datetime, now: datetime, real_now: datetime
    ) -> Mapping[str, str]: ...
    async def say_instead(
        self, text: str, *, before: str, id_: str, until: datetime, real_now: datetime
    ) -> str: ...


class Inboxes(Protocol):
    """What came to the lines of systems."""

    async def of_line(self, client_id: str, line: str, *, read: bool, most: int) -> Sequence[Received]: ...
    async def count(
        self, client_id: str, line: str, *, read: bool | None, since: datetime, until: datetime
    ) -> int: ...
    async def last_of(self, contact_id: str) -> datetime | None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Systems:
    """`asked` is what they asked for, `received` what came for them."""

    clients: Repository[Client]
    listed: Listed
    asked: Asked
    received: Repository[Received]
    inboxes: Inboxes

    async def last_needed(self, contact_id: str) -> datetime | None:
        """When somebody last wrote to a system, or one writes to them; None for never."""
        times = [await self.asked.needs(contact_id), await self.inboxes.last_of(contact_id)]
        return max((at for at in times if at is not None), default=None)
