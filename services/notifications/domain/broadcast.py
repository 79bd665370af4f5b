"""The same told to many, from its draft to the last who got it.

draft --start--> starting --nobody of them was told before--> running <--> paused
  ^  \\             |  ^ ^--the people in common are dropped--\\      |
  |   v            v  |-- its sender insists, with a reason -- held |
  |  waiting-for-headquarters (a county office's invitation)        v
  \\--sent back--/  \\--agreed--> starting                          done
Its sender may stop any that isn't done: what has not left by then never does.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import Self

from services.notifications import rules
from services.notifications.domain.occasion import CARRIED_OUT, Channel, First, Kind
from services.notifications.domain.words import AGENCY, places_of
from shared.calendar.jalali import TEHRAN, local_day
from shared.directory.staff import Group
from shared.language import Text
from shared.rule import Invalid, Refused

NAME = "name"
USEFUL_FOR = timedelta(days=2)
"""Unless its sender says otherwise: who can't be reached for so long isn't told of it any more."""
CLEARED_AGAIN_AFTER = timedelta(minutes=1)
"""When it is stopped somebody may just be laying out a piece of it: so it is looked at once more."""


class Standing(StrEnum):
    """Where a broadcast stands."""

    DRAFT = "draft"
    WAITING = "waiting-for-headquarters"
    STARTING = "starting"
    HELD = "held"
    RUNNING = "running"
    PAUSED = "paused"
    STOPPED = "stopped"
    DONE = "done"


NAMES: Mapping[Standing, Text] = {
    Standing.DRAFT: Text(fa="پیش‌نویس است", en="is a draft"),
    Standing.WAITING: Text(fa="در انتظار موافقت ستاد است", en="waits for headquarters"),
    Standing.STARTING: Text(fa="در حال آغاز است", en="is just starting"),
    Standing.HELD: Text(fa="به‌دلیل پیام تکراری نگه داشته شده است", en="is held as a duplicate"),
    Standing.RUNNING: Text(fa="در حال ارسال است", en="is being sent"),
    Standing.PAUSED: Text(fa="موقتاً متوقف است", en="is paused"),
    Standing.STOPPED: Text(fa="متوقف شده است", en="was stopped"),
    Standing.DONE: Text(fa="پایان یافته است", en="is done"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What its sender wants told: `useful_for` and `not_after` (an hour of that day, 22:00) say how long."""

    kind: Kind
    occasion: str
    text: str
    channel: Channel
    groups: tuple[Group, ...]
    lists: tuple[str, ...]
    useful_for: timedelta | None = None
    not_after: str | None = None

    @property
    def names_people(self) -> bool:
        """Whether everybody is written to by their name."""
        return NAME in (places_of(self.text) or ())


@dataclass(frozen=True, slots=True, kw_only=True)
class Broadcast:
    """`office` is the county of the office that it comes from, `first` who told the same before.

    `people` is how many it is for, once they were counted; `dropped` those left to the first.
    """

    id: str
    agency_id: str
    post_id: str
    unit_id: str | None
    office: str | None
    wish: Wish
    made_at: datetime
    status: Standing = Standing.DRAFT
    status_at: datetime
    started_at: datetime | None = None
    expires_at: datetime | None = None
    agreed_by: str | None = None
    sent_back: str | None = None
    first: First | None = None
    drops: bool = False
    insisted: str | None = None
    people: int | None = None
    unreachable: int | None = None
    dropped: int | None = None
    cleared: bool = False
    work_at: datetime | None = None
    """While there is something to do about it."""

    def reword(self, wish: Wish, now: datetime) -> Self:
        """Another wish, as long as it is a draft."""
        self._must(Standing.DRAFT)
        return replace(self, wish=wish, status_at=now)

    def start(self, now: datetime, *, by_headquarters: bool) -> Self:
        """Send it: a county office's invitation when headquarters agreed."""
        if self.status in (Standing.STARTING, Standing.RUNNING):
            return self
        self._must(Standing.DRAFT)
        if self.wish.kind is Kind.INVITATION and self.office is not None and not by_headquarters:
            return replace(self._now(Standing.WAITING, now), sent_back=None)
        return self._begin(now)

    def agree(self, post_id: str, now: datetime) -> Self:
        """Headquarters' public relations let an invitation go."""
        self._must(Standing.WAITING)
        return replace(self._begin(now), agreed_by=post_id)

    def send_back(self, reason: str, now: datetime) -> Self:
        """They don't, and say why: it is a draft again."""
        self._must(Standing.WAITING)
        return replace(self._now(Standing.DRAFT, now), sent_back=reason)

    def hold(self, first: First, *, people: int, unreachable: int, now: datetime) -> Self:
        """Somebody told people of it the same before (COUNTY-B7): its sender has to say what to do."""
        if self.status is not Standing.STARTING:
            return self
        held = self._now(Standing.HELD, now)
        return replace(held, first=first, people=people, unreachable=unreachable)

    def drop_common(self, now: datetime) -> Self:
        """The others alone are told."""
        if self.status is Standing.STARTING and self.drops:
            return self
        self._must(Standing.HELD)
        return replace(self._now(Standing.STARTING, now), drops=True, work_at=now)

    def insist(self, reason: str, now: datetime) -> Self:
        """All are told all the same; why stands with it."""
        self._must(Standing.HELD)
        return replace(self._now(Standing.STARTING, now), insisted=reason, work_at=now)

    def run(self, *, people: int, unreachable: int, dropped: int, now: datetime) -> Self:
        """It goes. Whoever comes too late to say so changes nothing."""
        if self.status is not Standing.STARTING:
            return self
        going = replace(self._now(Standing.RUNNING, now), work_at=now)
        return replace(going, people=people, unreachable=unreachable, dropped=dropped)

    def pause(self, now: datetime) -> Self:
        """Nothing more leaves until it goes on."""
        if self.status is Standing.PAUSED:
            return self
        self._must(Standing.RUNNING)
        return self._now(Standing.PAUSED, now)

    def resume(self, now: datetime) -> Self:
        """It goes on where it was."""
        if self.status is Standing.RUNNING:
            return self
        self._must(Standing.PAUSED)
        return replace(self._now(Standing.RUNNING, now), work_at=now)

    def stop(self, now: datetime) -> Self:
        """What has not left never does."""
        if self.status is Standing.STOPPED:
            return self
        self._must(*(one for one in Standing if one is not Standing.DONE))
        return replace(self._now(Standing.STOPPED, now), work_at=now)

    def clear(self, now: datetime) -> Self:
        """What was left of a stopped one was let go of: at once, and once more a minute later."""
        if self.status is not Standing.STOPPED or self.work_at is None or now < self.work_at:
            return self
        if self.cleared:
            return replace(self, work_at=None)
        return replace(self, cleared=True, work_at=now + CLEARED_AGAIN_AFTER)

    def finish(self, now: datetime) -> Self:
        """Nothing of it will leave any more."""
        return self if self.status is not Standing.RUNNING else self._now(Standing.DONE, now)

    @property
    def has_begun(self) -> bool:
        """Whether its people are being chosen, or were."""
        return self.status not in (Standing.DRAFT, Standing.WAITING)

    @property
    def goes(self) -> bool:
        """Whether its messages may leave now."""
        return self.status is Standing.RUNNING

    def _begin(self, now: datetime) -> Self:
        starting = replace(self._now(Standing.STARTING, now), work_at=now)
        return replace(starting, started_at=now, expires_at=ends_at(self.wish, now), sent_back=None)

    def _must(self, *standings: Standing) -> None:
        if self.status in standings:
            return
        name = NAMES[self.status]
        said = Text(
            fa=f"این پیام {name.fa}؛ اکنون چنین کاری با آن نمی‌شود.",
            en=f"The broadcast {name.en}; this can't be done with it now.",
        )
        raise Refused(CARRIED_OUT[self.wish.kind], said)

    def _now(self, status: Standing, now: datetime) -> Self:
        return replace(self, status=status, status_at=now, work_at=None)


def ends_at(wish: Wish, now: datetime) -> datetime:
    """From when on it is of no use; Invalid where the hour after which nothing may go has passed."""
    end = now + (wish.useful_for or USEFUL_FOR)
    if wish.not_after is None:
        return end
    hour = time.fromisoformat(wish.not_after)
    closing = datetime.combine(local_day(now), hour, TEHRAN).astimezone(now.tzinfo)
    if closing <= now:
        said = Text(fa="این ساعت امروز گذشته است.", en="This hour of today has passed.")
        raise Invalid("/not_after", said)
    return min(end, closing)


def check(wish: Wish, citizens: bool) -> None:
    """Invalid for what nobody could be told so; `citizens` says whether it is for a list of them."""
    if not wish.groups and not wish.lists:
        raise Invalid("/lists", Text(fa="گیرنده‌ای انتخاب نشده است.", en="Nobody is chosen to be told."))
    places = places_of(wish.text)
    if places is None:
        said = Text(fa="آکولادهای متن درست نیست.", en="The braces of the text are not right.")
        raise Invalid("/text", said)
    if not {*places} <= {AGENCY, NAME}:
        said = Text(
            fa="تنها {agency} و {name} جای خالی متن‌اند.", en="Only {agency} and {name} are places of a text."
        )
        raise Invalid("/text", said)
    if wish.names_people and wish.groups:
        said = Text(
            fa="نام کارکنان اینجا دانسته نیست؛ {name} تنها برای فهرست‌هاست.",
            en="The staff's names aren't known here; {name} is for lists alone.",
        )
        raise Invalid("/text", said)
    if wish.channel is Channel.IN_APP and wish.lists:
        said = Text(fa="کارتابل تنها برای کارکنان است.", en="Only staff have an inbox.")
        raise Invalid("/channel", said)
    _check_kind(wish, citizens)


def _check_kind(wish: Wish, citizens: bool) -> None:
    if wish.kind is Kind.CHARTER and not wish.groups:
        said = Text(fa="شاخص‌های منشور به کارکنان گفته می‌شود.", en="The charter's indicators are for staff.")
        raise Refused(rules.CHARTER, said)
    if wish.kind is Kind.RIGHTS and not citizens:
        said = Text(
            fa="حقوق و تکالیف به فهرستی از شهروندان گفته می‌شود.",
            en="Rights and duties are for a list of citizens.",
        )
        raise Refused(rules.RIGHTS, said)
    if wish.kind is Kind.INVITATION and not wish.lists:
        said = Text(fa="دعوت‌نامه برای فهرستی از مهمانان است.", en="An invitation is for a list of guests.")
        raise Refused(rules.INVITATIONS, said)
