"""The key of a person at one agency: made once, wrapped anew, erased for good."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Self

from shared.events.contacts import KEYS_TOPIC, TOPIC, ContactKind, Gone, Private, SealedContact, WrappedKey

NEAR = timedelta(days=1)
SAID_AGAIN_AFTER = timedelta(hours=2)
"""Kafka compacts a segment only when a later one was begun: the second word of an erasure, sent after the
topic's `max.compaction.lag.ms`, begins it, however quiet the topic is."""


class Why(StrEnum):
    """Why a person is erased: a code, for a text could hold what is to be forgotten."""

    ASKED = "asked-by-the-person"
    ORDERED = "ordered-by-law"
    WRONG_NUMBER = "number-is-anothers"
    OVER = "retention-is-over"
    WITHDRAWN = "withdrawn-by-the-agency"
    REPLACED = "another-number-in-its-place"


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonKey:
    """`id` is the contact's, random: nothing of the person is in it. `number_hash` finds it by the number,
    `ending_hash` by the end of a mobile's.

    `look_at` is when to see whether it is needed still, `say_again_at` when to repeat that it is gone.
    """

    id: str
    agency_id: str
    number_hash: str | None
    wrapped_key: str | None
    made_at: datetime
    look_at: datetime | None = None
    say_again_at: datetime | None = None
    erased_at: datetime | None = None
    erased_why: Why | None = None
    ending_hash: str | None = None

    @classmethod
    def make(
        cls,
        *,
        id_: str,
        agency_id: str,
        number_hash: str,
        ending_hash: str | None = None,
        wrapped_key: str,
        sealed: str | None = None,
        kind: ContactKind = ContactKind.MOBILE,
        now: datetime,
        kept: timedelta,
    ) -> tuple[Self, list[Private]]:
        """A new person's; `kept` is how long it lives at least.

        `sealed` is the number, or what else of this kind, for who sends messages, told here once: with the
        key, and before its end.
        """
        key = cls(
            id=id_,
            agency_id=agency_id,
            number_hash=number_hash,
            ending_hash=ending_hash,
            wrapped_key=wrapped_key,
            made_at=now,
            look_at=now + kept,
        )
        told: list[Private] = [key._told(wrapped_key)]
        if sealed is not None:
            told.append(SealedContact(contact_id=id_, agency_id=agency_id, sealed=sealed, kind=kind))
        return key, told

    def wrapped_anew(self, wrapped_key: str, *, instead_of: str) -> tuple[Self, list[Private]]:
        """The same key under another master key; nothing where it was erased or wrapped anew meanwhile."""
        if self.wrapped_key != instead_of:
            return self, []
        return replace(self, wrapped_key=wrapped_key), [self._told(wrapped_key)]

    def asked_for(self, now: datetime, *, kept: timedelta) -> tuple[Self, list[Private]]:
        """Its person is here again: what was about to be looked at is needed as long as a new one."""
        if self.look_at is None or now + NEAR < self.look_at:
            return self, []
        return replace(self, look_at=now + kept), []

    def needed_until(self, until: datetime | None, now: datetime) -> tuple[Self, list[Private]]:
        """Looked at when its time came: needed until then, or erased. Safe to ask at any time."""
        if self.look_at is None or now < self.look_at:
            return self, []
        if until is not None and until > now:
            return replace(self, look_at=until), []
        return self.erase(Why.OVER, now)

    def doubt(self, now: datetime) -> tuple[Self, list[Private]]:
        """Somebody wants it erased if nobody needs it: who does from now on says so (`asked_for`)."""
        return (self if self.wrapped_key is None else replace(self, look_at=now)), []

    def erase_in_doubt(self, why: Why, now: datetime) -> tuple[Self, list[Private]]:
        """Erased, unless somebody said since the doubt that they need it."""
        in_doubt = self.look_at is not None and self.look_at <= now
        return self.erase(why, now) if in_doubt else (self, [])

    def erase(self, why: Why, now: datetime) -> tuple[Self, list[Private]]:
        """Neither the key nor what number and end were found by is left. A second time changes nothing."""
        if self.wrapped_key is None:
            return self, []
        erased = replace(
            self,
            number_hash=None,
            ending_hash=None,
            wrapped_key=None,
            look_at=None,
            say_again_at=now + SAID_AGAIN_AFTER,
            erased_at=now,
            erased_why=why,
        )
        return erased, self._gone()

    def say_again(self, now: datetime) -> tuple[Self, list[Private]]:
        """Once more to the bus that it is gone."""
        if self.say_again_at is None or now < self.say_again_at:
            return self, []
        return replace(self, say_again_at=None), self._gone()

    def _told(self, wrapped_key: str) -> WrappedKey:
        return WrappedKey(contact_id=self.id, agency_id=self.agency_id, wrapped_key=wrapped_key)

    def _gone(self) -> list[Private]:
        return [Gone(topic=topic, contact_id=self.id) for topic in (KEYS_TOPIC, TOPIC)]
