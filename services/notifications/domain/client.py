"""A system that sends SMS through Paygir by its own key, as it did through a provider.

active <-> paused, by its owner
active, paused --by its owner--> revoked: its key opens nothing any more, its lines are free
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Self

from services.notifications.domain.lane import Lane

AGENCYS_MAX = 50
"""Systems that an agency may have."""


class Standing(StrEnum):
    """Whether its key opens anything."""

    ACTIVE = "active"
    PAUSED = "paused"
    REVOKED = "revoked"


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What a system may do: `lines` are those it may name as sender, the first where it names none;
    what citizens send to `inbound_lines` is kept for it alone.

    `codes`: it sends codes that are used once: they wait for nobody, and the same text again is another one.
    `daily_parts` is how many parts it may send in a day; None for the agency's figure.
    """

    name: str
    lines: tuple[str, ...] = ()
    inbound_lines: tuple[str, ...] = ()
    codes: bool = False
    daily_parts: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """Of an agency. Of its key only a hash is kept."""

    id: str
    agency_id: str
    terms: Terms
    key_hash: str
    made_at: datetime
    status: Standing = Standing.ACTIVE
    status_at: datetime

    @property
    def lane(self) -> Lane:
        """Which messages its own wait for."""
        return Lane.CODE if self.terms.codes else Lane.STATUS

    def line(self, asked: str | None) -> str | None:
        """The line that it sends from, the first where it names none; None for the agency's own."""
        return asked or next(iter(self.terms.lines), None)

    def changed(self, terms: Terms) -> Self:
        """It may do something else from now on. A revoked one stays what it was."""
        return self if self.status is Standing.REVOKED else replace(self, terms=terms)

    def pause(self, now: datetime) -> Self:
        """Its key is known, and lets nothing in; what was queued goes on."""
        return self if self.status is not Standing.ACTIVE else self._now(Standing.PAUSED, now)

    def resume(self, now: datetime) -> Self:
        """It goes on."""
        return self if self.status is not Standing.PAUSED else self._now(Standing.ACTIVE, now)

    def revoke(self, now: datetime) -> Self:
        """For good; revoked twice is revoked once."""
        if self.status is Standing.REVOKED:
            return self
        return replace(self._now(Standing.REVOKED, now), terms=replace(self.terms, inbound_lines=()))

    def rotate(self, key_hash: str) -> Self:
        """Another key; the one before opens nothing from now on."""
        return self if self.status is Standing.REVOKED else replace(self, key_hash=key_hash)

    def _now(self, status: Standing, now: datetime) -> Self:
        return replace(self, status=status, status_at=now)


def foreign(lines: Sequence[str], own: Sequence[str]) -> int | None:
    """The place of the first line that isn't one of these; None where all are."""
    return next((place for place, line in enumerate(lines) if line not in own), None)
