"""What a broadcast is about, and the first message of the same occasion (COUNTY-B7)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from services.notifications import rules
from shared.rule import Rule


class Kind(StrEnum):
    """What kind of thing is told."""

    CONGRATULATION = "congratulation"
    CONDOLENCE = "condolence"
    OCCASION = "occasion"
    CEREMONY = "ceremony"
    NOTICE = "notice"
    INVITATION = "invitation"
    CHARTER = "charter"
    RIGHTS = "rights"


CARRIED_OUT: Mapping[Kind, Rule[Any]] = {
    Kind.CONGRATULATION: rules.NO_DUPLICATES,
    Kind.CONDOLENCE: rules.NO_DUPLICATES,
    Kind.OCCASION: rules.NO_DUPLICATES,
    Kind.CEREMONY: rules.CEREMONIES,
    Kind.NOTICE: rules.STAFF_TOLD,
    Kind.INVITATION: rules.INVITATIONS,
    Kind.CHARTER: rules.CHARTER,
    Kind.RIGHTS: rules.RIGHTS,
}
"""Which clause each carries out: messages name it."""


class Channel(StrEnum):
    """By which way everybody is told."""

    SMS = "sms"
    EMAIL = "email"
    SMS_OR_EMAIL = "sms-or-email"
    """By SMS who has a number, by e-mail of whom an address alone is known."""
    IN_APP = "in-app"
    """In the inbox of a post: for staff alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class First:
    """The message that was there before: whose, by which way, about what, and to how many of the same."""

    broadcast_id: str
    post_id: str
    unit_id: str | None
    channel: Channel
    kind: Kind
    occasion: str
    at: datetime
    in_common: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Passed:
    """A broadcast that was let go, with what it is found by: hashes of its occasion and of its words."""

    broadcast_id: str
    keys: frozenset[str]
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Register:
    """What an agency let go lately. Whoever adds to it adds to the version that they have seen."""

    agency_id: str
    version: int
    passed: tuple[Passed, ...]

    def has(self, broadcast_id: str) -> bool:
        """Whether it was let go already."""
        return any(one.broadcast_id == broadcast_id for one in self.passed)

    def like(self, keys: frozenset[str], *, since: datetime, but: str) -> list[Passed]:
        """Those about the same, or in the same words, let go after this; the first one first."""
        found = [one for one in self.passed if one.keys & keys and one.at > since and one.broadcast_id != but]
        return sorted(found, key=lambda one: (one.at, one.broadcast_id))
