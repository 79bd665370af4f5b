"""Another system's wish to be told of events: of which, of whose, where to, and whether it still is.

active <-> paused, by its owner
active, paused --the receiver is gone, or failed for three days--> disabled --by its owner--> active
any --by its owner--> deleted: its secrets are erased, nothing is sent any more
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Self

from services.notifications.domain.inbox import Notice
from shared.calendar.jalali import show_instant
from shared.events.notifications_subscriptions import SubscriptionDisabled
from shared.language import Text

SECRETS_TOGETHER = timedelta(hours=24)
"""So long both secrets sign after a rotation: the receiver has a day to take the new one in."""
AGENCYS_MAX = 50
"""Subscriptions that an agency may have: each is tried beside all others."""


class Standing(StrEnum):
    """Whether it is sent anything."""

    ACTIVE = "active"
    PAUSED = "paused"
    DISABLED = "disabled"
    DELETED = "deleted"


class Why(StrEnum):
    """Why it was disabled."""

    GONE = "gone"
    FAILED = "failed"


REASONS: Mapping[Why, Text] = {
    Why.GONE: Text(fa="گیرنده اعلام کرد که دیگر نمی‌پذیرد", en="its receiver says that it is gone"),
    Why.FAILED: Text(fa="گیرنده سه روز نپذیرفت", en="its receiver took nothing for three days"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """A public field of the event, and the value that it must have, as text."""

    field: str
    equals: str

    def holds(self, data: Mapping[str, Any]) -> bool:
        """Numbers and yes-or-no are compared as JSON writes them; what is no single value never holds."""
        match data.get(self.field):
            case bool() as value:
                return self.equals == str(value).lower()
            case str() | int() | float() as value:
                return self.equals == str(value)
            case _:
                return False


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What somebody subscribes to: `about` is the agency whose events, None for all agencies'."""

    name: str
    types: tuple[str, ...]
    about: str | None
    where: tuple[Condition, ...]
    url: str
    in_order: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedSecret:
    """What deliveries are signed with, wrapped; `until` (real time) is set once another took its place."""

    wrapped: str
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay:
    """All since `since` (the events' time) is to be sent again, asked for at `asked_at` (real time)."""

    since: datetime
    asked_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """`post_id` is the post that owns it: it is told when the subscription is disabled. `system_id` is the
    system that registered it by itself, if one did.
    """

    id: str
    agency_id: str
    post_id: str
    wish: Wish
    secrets: tuple[SealedSecret, ...]
    registered_at: datetime
    status: Standing = Standing.ACTIVE
    status_at: datetime
    reason: Why | None = None
    replay: Replay | None = None
    system_id: str | None = None

    @property
    def is_sent(self) -> bool:
        """Whether its deliveries go now. Not while a replay is laid out: order needs all of it."""
        return self.status is Standing.ACTIVE and self.replay is None

    @property
    def is_deleted(self) -> bool:
        """Gone for its owner."""
        return self.status is Standing.DELETED

    def wants(self, type_: str, agency_id: str, data: Mapping[str, Any], at: datetime) -> bool:
        """Whether this event is for it; what happened before it was there is not."""
        wish = self.wish
        if self.status is Standing.DELETED or type_ not in wish.types or at < self.registered_at:
            return False
        return wish.about in (None, agency_id) and all(one.holds(data) for one in wish.where)

    def changed(self, wish: Wish) -> Self:
        """It is sent something else, or elsewhere, from the next event or try on."""
        return replace(self, wish=wish)

    def pause(self, now: datetime) -> Self:
        """Nothing is sent; what happens meanwhile waits."""
        return self if self.status is not Standing.ACTIVE else self._now(Standing.PAUSED, now)

    def resume(self, now: datetime) -> Self:
        """What waits goes on."""
        if self.status not in (Standing.PAUSED, Standing.DISABLED):
            return self
        return self._now(Standing.ACTIVE, now)

    def disable(self, why: Why, now: datetime) -> tuple[Self, list[SubscriptionDisabled]]:
        """Nothing is sent until its owner wants it again; they are told, once."""
        if self.status in (Standing.DISABLED, Standing.DELETED):
            return self, []
        told = SubscriptionDisabled(
            agency_id=self.agency_id, post_id=self.post_id, reason=why.value, disabled_at=now
        )
        return replace(self._now(Standing.DISABLED, now), reason=why), [told]

    def delete(self, now: datetime) -> Self:
        """It is gone for its owner; its secrets are erased."""
        if self.status is Standing.DELETED:
            return self
        return replace(self._now(Standing.DELETED, now), secrets=(), replay=None)

    def rotate(self, wrapped: str, real_now: datetime) -> Self:
        """A new secret signs; the one before signs beside it for a day, one before that no more."""
        before = [one for one in self.secrets if one.until is None]
        ending = tuple(replace(one, until=real_now + SECRETS_TOGETHER) for one in before)
        return replace(self, secrets=(SealedSecret(wrapped=wrapped), *ending))

    def signing(self, real_now: datetime) -> Sequence[SealedSecret]:
        """The secrets that sign now, the newest first."""
        return [one for one in self.secrets if one.until is None or real_now < one.until]

    def rewrapped(self, before: str, after: str) -> Self:
        """A secret under another master key; where it was rotated meanwhile, nothing changes."""
        secrets = (replace(one, wrapped=after) if one.wrapped == before else one for one in self.secrets)
        return replace(self, secrets=tuple(secrets))

    def ask_replay(self, since: datetime, real_now: datetime) -> Self:
        """All since then goes again. Of two wishes at once the longer holds."""
        if self.replay is not None:
            since = min(since, self.replay.since)
        return replace(self, replay=Replay(since=since, asked_at=real_now))

    def replayed(self, asked_at: datetime) -> Self:
        """What was asked for then is laid out."""
        if self.replay is None or self.replay.asked_at != asked_at:
            return self
        return replace(self, replay=None)

    def _now(self, status: Standing, now: datetime) -> Self:
        return replace(self, status=status, status_at=now, reason=None)


def notice_of(event: SubscriptionDisabled, *, id_: str, subscription_id: str) -> Notice:
    """What its owner reads in their inbox."""
    why, at = REASONS[Why(event.reason)], show_instant(event.disabled_at)
    return Notice(
        id=id_,
        agency_id=event.agency_id,
        post_id=event.post_id,
        kind="subscription-disabled",
        cause=subscription_id,
        fa=f"ارسال رویدادها به سامانهٔ دیگر از {at.fa} متوقف شد، زیرا {why.fa}. آنچه مانده نگه داشته می‌شود.",
        en=f"Since {at.en} another system is sent no more events: {why.en}. What is left is kept.",
        at=event.disabled_at,
    )
