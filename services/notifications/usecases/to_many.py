"""What lists and broadcasts work with."""

import asyncio
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from services.notifications.domain.broadcast import Broadcast
from services.notifications.domain.contact_list import ContactList, Member, OnList
from services.notifications.domain.list_import import ListImport
from services.notifications.domain.occasion import Passed, Register
from services.notifications.domain.recipient import Laid, Recipient
from services.notifications.domain.status import Status
from shared.remembered import Remembered
from shared.store.repository import PAGE_MAX, Repository

REMEMBERED_S = 1.0


class OnLists(Protocol):
    """The questions asked of all members together."""

    async def count(self, list_ids: Collection[str]) -> Mapping[str, int]: ...
    async def of_import(self, import_id: str) -> int: ...
    async def of_contacts(self, contact_ids: Collection[str]) -> Sequence[Member]: ...
    async def still_on(self, ids: Collection[str]) -> Mapping[str, Member]: ...
    async def reached(self, list_id: str, after: str, limit: int) -> Sequence[OnList]: ...
    async def of_list(
        self,
        agency_id: str,
        list_id: str,
        after: str | None,
        *,
        limit: int = PAGE_MAX,
        among: Collection[str] | None = None,
    ) -> tuple[list[Member], str | None]: ...


class Pieces(Protocol):
    """What files hold until it is taken in."""

    async def keep(self, import_id: str, first: int, sealed: Sequence[str], at: datetime) -> None: ...
    async def of(self, import_id: str, place: int) -> str | None: ...
    async def drop(self, import_id: str, places: int) -> None: ...


class Occasions(Protocol):
    """What agencies let go lately."""

    async def of(self, agency_id: str) -> Register: ...
    async def let_go(self, seen: Register, one: Passed, now: datetime) -> bool: ...


class Recipients(Protocol):
    """Whom broadcasts are for."""

    async def write(self, broadcast_id: str, people: Sequence[Recipient], until: datetime) -> None: ...
    async def are_safe(self, broadcast_id: str, known_by: Collection[str]) -> bool: ...
    async def waiting(self, broadcast_id: str, limit: int) -> Sequence[Recipient]: ...
    async def mark(self, ids: Collection[str], laid: Laid) -> None: ...
    async def mark_all(self, broadcast_id: str, laid: Laid) -> None: ...
    async def take_back(self, broadcast_id: str, contact_ids: Collection[str]) -> None: ...
    async def counts(self, broadcast_id: str) -> Mapping[Laid, int]: ...
    async def page(self, broadcast_id: str, after: str | None, limit: int) -> Sequence[Recipient]: ...
    def in_common(
        self, broadcast_id: str, others: Collection[str]
    ) -> AsyncIterator[Mapping[str, Collection[str]]]: ...
    async def forget(self, contact_ids: Collection[str]) -> None: ...


class Outgoing(Protocol):
    """The questions asked of a broadcast's messages together."""

    async def ahead(self, broadcast_id: str) -> int: ...
    async def is_any_open(self, broadcast_id: str) -> bool: ...
    async def unsent(self, broadcast_id: str, limit: int) -> Mapping[str, str | None]: ...
    async def counts(self, broadcast_id: str) -> Mapping[Status, int]: ...
    async def states(self, ids: Collection[str]) -> Mapping[str, Mapping[str, Any]]: ...


class Refusing(Protocol):
    """Who of these persons wants no messages of a kind."""

    async def __call__(
        self,
        use: Any,  # noqa: ANN401 - it is Use, which holds this
        agency_id: str,
        contact_ids: Collection[str],
        kind: str,
        /,
    ) -> Collection[str]: ...


async def nobody(use: Any, agency_id: str, contact_ids: Collection[str], kind: str, /) -> Collection[str]:  # noqa: ANN401, ARG001
    """Where nobody can refuse anything."""
    return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ToMany:
    """`refused` says who wants no such messages, `going` which broadcasts may send: each message asks."""

    lists: Repository[ContactList]
    members: Repository[Member]
    on_lists: OnLists
    imports: Repository[ListImport]
    pieces: Pieces
    broadcasts: Repository[Broadcast]
    recipients: Recipients
    occasions: Occasions
    outgoing: Outgoing
    refused: Refusing = nobody
    going: Remembered[str] = field(default_factory=lambda: Remembered(REMEMBERED_S))
    wake: asyncio.Event = field(default_factory=asyncio.Event)
    file_came: asyncio.Event = field(default_factory=asyncio.Event)
