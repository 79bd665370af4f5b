"""Lists that an agency keeps of people outside its staff: who stands on them, why they may be written to."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Self

from shared.events.contacts import ContactKind
from shared.identity import derived_id


class ListKind(StrEnum):
    """Who is on a list."""

    MEDIA = "media"
    GUESTS = "guests"
    CITIZENS = "citizens"
    """Who agreed to be written to: each with the day on which they did."""


class Removal(StrEnum):
    """Why somebody stands on a list no more."""

    BY_STAFF = "by-staff"
    ERASED = "erased"
    LIST_CLOSED = "list-closed"


class Closed(Exception):
    """The list is closed: nobody is put on it any more, and nothing begins to be sent to it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactList:
    """`unit_id` is the unit whose list it is; None for the whole agency's.

    Closed since `closed_at`, it shows why its people were written to until `empty_at`: then they leave it.
    """

    id: str
    agency_id: str
    kind: ListKind
    name: str
    unit_id: str | None
    post_id: str
    made_at: datetime
    closed_at: datetime | None = None
    empty_at: datetime | None = None

    def close(self, now: datetime, *, kept: timedelta) -> Self:
        """Nobody is put on it from now on. A second time changes nothing."""
        return self if self.is_closed else replace(self, closed_at=now, empty_at=now + kept)

    def reopen(self) -> Self:
        """It is used again, with whoever is on it still."""
        return replace(self, closed_at=None, empty_at=None)

    def emptied(self, now: datetime) -> Self:
        """Nobody is on it any more. One that was opened again meanwhile stays as it is."""
        return replace(self, empty_at=None) if self.is_over(now) else self

    def is_over(self, now: datetime) -> bool:
        """Whether its people are to leave it."""
        return self.empty_at is not None and now >= self.empty_at

    @property
    def is_closed(self) -> bool:
        """Whether it may neither be filled nor written to."""
        return self.closed_at is not None

    def must_be_open(self) -> None:
        """Closed for one that is."""
        if self.is_closed:
            raise Closed


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What is said of somebody who is put on a list. It lives no longer than it takes to seal it.

    `basis` says how they agreed, or why else they may be written to; `source` where the number is from.
    """

    name: str
    number: str
    """Or the address, where `kind` says so."""
    kind: ContactKind
    basis: str
    source: str
    consent_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """Somebody on a list, once. `words` are name, basis and source, sealed under the person's key."""

    id: str
    agency_id: str
    list_id: str
    contact_id: str
    kind: ContactKind
    words: str | None
    consent_at: datetime | None
    post_id: str
    import_id: str | None
    added_at: datetime
    removed_at: datetime | None = None
    removed_why: Removal | None = None

    @property
    def is_on(self) -> bool:
        """Whether they stand on the list now."""
        return self.removed_at is None

    def again(self, put: Self) -> Self:
        """Put on the list once more: who stands on it stays as they are."""
        return self if self.is_on else put

    def remove(self, why: Removal, now: datetime) -> Self:
        """They stand on the list no more, and what was said of them goes. A second time changes nothing."""
        if not self.is_on:
            return self
        return replace(self, removed_at=now, removed_why=why, words=None, consent_at=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class OnList:
    """Of somebody on a list no more than it takes to write to them."""

    member_id: str
    contact_id: str
    kind: ContactKind


def member_id(list_id: str, contact_id: str) -> str:
    """The same for the same person on the same list: nobody stands on it twice."""
    return derived_id("list-member", list_id, contact_id)
