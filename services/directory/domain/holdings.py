"""Who is in which post from when to when: now, in the past, and as it was named for days to come."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import combinations, pairwise
from typing import Self

from shared.calendar.jalali import local_day, midnight, show_day
from shared.events.directory import HoldingEnded, PostFilled, PostVacated
from shared.events.event import Event
from shared.language import Text
from shared.rule import Invalid


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """One person in one post: lasting until another is, or standing in until an instant."""

    post_id: str
    person_id: str
    from_at: datetime
    until_at: datetime | None = None
    stand_in: bool = False

    def told(self, agency_id: str, clause: str | None = None) -> PostFilled:
        """The event of it."""
        return PostFilled(
            agency_id=agency_id,
            clause=clause,
            post_id=self.post_id,
            person_id=self.person_id,
            from_at=self.from_at,
            until_at=self.until_at,
            stand_in=self.stand_in,
        )

    def told_ended(self, agency_id: str, until_at: datetime) -> HoldingEnded:
        """The event that it ends otherwise than was told."""
        return HoldingEnded(
            agency_id=agency_id,
            post_id=self.post_id,
            person_id=self.person_id,
            from_at=self.from_at,
            until_at=until_at,
            stand_in=self.stand_in,
        )

    def cut(self, at: datetime) -> Self:
        """The same, ended at an instant if it isn't over by then."""
        return self if self.is_over(at) else replace(self, until_at=at)

    def is_over(self, at: datetime) -> bool:
        """Whether it has ended by this instant."""
        return self.until_at is not None and self.until_at <= at

    def is_at(self, at: datetime) -> bool:
        """Whether it lasts at this instant."""
        return self.from_at <= at and not self.is_over(at)

    def meets(self, other: "Held") -> bool:
        """Whether the two have an instant in common."""
        return not (self.is_over(other.from_at) or other.is_over(self.from_at))

    @property
    def was_taken_back(self) -> bool:
        """It ends as it begins: it never was."""
        return self.is_over(self.from_at)


Moved = tuple["Holdings", list[Event]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Holdings:
    """All of an agency's, by post. What is named newly goes before what was named for the same time."""

    agency_id: str
    of_post: Mapping[str, tuple[Held, ...]]

    @classmethod
    def made_of(cls, agency_id: str, held: tuple[Held, ...]) -> Self:
        """Those of an agency, in the order in which they were named."""
        of_post: dict[str, list[Held]] = {}
        for one in held:
            of_post.setdefault(one.post_id, []).append(one)
        return cls(agency_id=agency_id, of_post={post_id: tuple(some) for post_id, some in of_post.items()})

    @property
    def held(self) -> tuple[Held, ...]:
        """All of them."""
        return tuple(one for some in self.of_post.values() for one in some)

    def holder(self, post_id: str, at: datetime) -> Held | None:
        """The post's own holder, whether or not somebody stands in."""
        here = [one for one in self._lasting(post_id) if one.is_at(at)]
        return here[-1] if here else None

    def is_held_by(self, post_id: str, person_id: str, at: datetime) -> bool:
        """Whether that person is its own holder then."""
        holder = self.holder(post_id, at)
        return holder is not None and holder.person_id == person_id

    def has(self, person_id: str, now: datetime) -> bool:
        """Whether that person holds a post, or is named for one to come."""
        return any(
            span.person_id == person_id and not span.is_over(now)
            for post_id in self.of_post
            for span in self.spans(post_id)
        )

    def spans(self, post_id: str) -> tuple[Held, ...]:
        """Its holders in turn, each as long as they really are: until the next one, or vacated earlier."""
        turns = self._lasting(post_id)
        cut = [one.cut(after.from_at) for one, after in pairwise(turns)]
        return tuple(one for one in (*cut, *turns[-1:]) if not one.was_taken_back)

    def stand_ins(self, post_id: str) -> tuple[Held, ...]:
        """Everybody who stands in for its holder, once did or will, in the order of their days."""
        return tuple(_in_turn(one for one in self.of_post.get(post_id, ()) if one.stand_in))

    def fill(self, post_id: str, person_id: str, from_at: datetime) -> Moved:
        """They hold it from then on until another is named. Nothing is told if they do so already."""
        before = self.holder(post_id, from_at)
        if before is not None and before.person_id == person_id and before.until_at is None:
            return self, []
        later = [one for one in self._lasting(post_id) if from_at < one.from_at]
        if any(one.until_at is not None for one in later):
            raise Invalid(
                "/from_day",
                Text(
                    fa="برای روزهای پس از آن، متصدی و پایان کار او اعلام شده است؛ نخست آن را پس بگیرید.",
                    en="A holder and their end are named for days after that: take that back first.",
                ),
            )
        filled = Held(post_id=post_id, person_id=person_id, from_at=from_at)
        return self._and(filled), [filled.told(self.agency_id)]

    def vacate(self, post_id: str, at: datetime) -> Moved:
        """Nobody holds it from then on. Whoever was named for a later day still comes."""
        if self.holder(post_id, at) is None:
            return self, []
        left = tuple(
            one if one.stand_in or at < one.from_at else one.cut(at) for one in self.of_post[post_id]
        )
        told = PostVacated(agency_id=self.agency_id, post_id=post_id, at=at)
        return replace(self, of_post={**self.of_post, post_id: left}), [told]

    def stand_in(self, coming: Held) -> Moved:
        """Somebody stands in for a dated absence. Nothing is told if they are named for it already."""
        if coming in self.of_post.get(coming.post_id, ()):
            return self, []
        if any(one.meets(coming) for one in self.stand_ins(coming.post_id)):
            raise Invalid(
                "/first_day",
                Text(
                    fa="برای بخشی از این روزها جانشین دیگری تعیین شده است.",
                    en="Another stand-in is named for some of these days.",
                ),
            )
        return self._and(coming), [coming.told(self.agency_id)]

    def take_back(self, post_id: str, person_id: str, from_day: date, now: datetime) -> Moved:
        """Whoever was named from that day on doesn't come; a stand-in who is there already goes now.

        A second time changes nothing. Raises Invalid for who was never named, and for a holder who has begun.
        """
        meant = [
            one
            for one in self.of_post.get(post_id, ())
            if (one.person_id, local_day(one.from_at)) == (person_id, from_day)
        ]
        if not meant:
            raise Invalid(
                "/person",
                Text(
                    fa="چنین کسی از این روز برای این پست تعیین نشده است.",
                    en="No such person is named for this post from that day on.",
                ),
            )
        if any(not one.stand_in and one.is_at(now) for one in meant):
            raise Invalid(
                "/person",
                Text(
                    fa="او هم‌اکنون متصدی این پست است؛ به جای پس گرفتن، پست را بی‌متصدی کنید.",
                    en="They hold the post already: vacate it instead.",
                ),
            )
        return self._end(lambda one: one in meant, now)

    def leave(self, person_id: str, at: datetime) -> Moved:
        """They are in no post from then on: neither as its holder, nor named for later, nor standing in."""
        after, told = self, list[Event]()
        for post_id in self.of_post:
            if after.is_held_by(post_id, person_id, at):
                after, vacated = after.vacate(post_id, at)
                told += vacated
        after, ended = after._end(
            lambda one: one.person_id == person_id and (one.stand_in or at <= one.from_at), at
        )
        return after, [*told, *ended]

    def close(self, post_id: str, now: datetime) -> Moved:
        """The post itself is no more: nobody is in it, and nobody comes."""
        after, vacated = self.vacate(post_id, now)
        after, ended = after._end(lambda one: one.post_id == post_id, now)
        return after, [*vacated, *ended]

    def must_agree(self, now: datetime, *, pointer: str) -> None:
        """Raises Invalid where, from now on, somebody holds two posts or stands in without holding one."""
        of_person: dict[str, list[Held]] = {}
        for post_id in self.of_post:
            for span in self.spans(post_id):
                if not span.is_over(now):
                    of_person.setdefault(span.person_id, []).append(span)
        for person_id, spans in of_person.items():
            _must_be_one_post(person_id, spans, pointer)
        for one in self.held:
            if one.stand_in and not one.is_over(max(one.from_at, now)):
                _must_hold_another(one, of_person.get(one.person_id, []), now, pointer)

    def _lasting(self, post_id: str) -> list[Held]:
        return _in_turn(one for one in self.of_post.get(post_id, ()) if not one.stand_in)

    def _and(self, one: Held) -> Self:
        here = (*self.of_post.get(one.post_id, ()), one)
        return replace(self, of_post={**self.of_post, one.post_id: here})

    def _end(self, which: Callable[[Held], bool], at: datetime) -> Moved:
        """End some that aren't over: those that have begun at that instant, the others as they begin."""
        ended = {one: one.cut(max(one.from_at, at)) for one in self.held if which(one)}
        told: list[Event] = [
            one.told_ended(self.agency_id, max(one.from_at, at)) for one, cut in ended.items() if cut != one
        ]
        of_post = {
            post_id: tuple(ended.get(one, one) for one in some) for post_id, some in self.of_post.items()
        }
        return replace(self, of_post=of_post), told


def _must_be_one_post(person_id: str, spans: list[Held], pointer: str) -> None:
    for one, other in combinations(spans, 2):
        if one.post_id != other.post_id and one.meets(other):
            raise Invalid(
                pointer,
                Text(
                    fa=f"«{person_id}» متصدی بیش از یک پست می‌شود.",
                    en=f"{person_id} would hold more than one post.",
                ),
            )


def _must_hold_another(stand_in: Held, spans: list[Held], now: datetime, pointer: str) -> None:
    """All the while: at its beginning, and wherever one of their own times begins or ends in between."""
    begins = max(stand_in.from_at, now)
    turns = [at for span in spans for at in (span.from_at, span.until_at) if at is not None]
    for at in (begins, *(turn for turn in turns if begins < turn and stand_in.is_at(turn))):
        own = {span.post_id for span in spans if span.is_at(at)}
        if not own or stand_in.post_id in own:
            raise Invalid(
                pointer,
                Text(
                    fa=f"جانشین «{stand_in.post_id}» باید متصدی پست دیگری از همین دستگاه باشد.",
                    en=f"Who stands in for {stand_in.post_id} must hold another post of the same agency.",
                ),
            )


def begins_at(day: date | None, now: datetime, *, pointer: str = "/from_day") -> datetime:
    """From when something holds: now, or a coming day's midnight. Invalid for a day that is over."""
    today = local_day(now)
    if day is None or day == today:
        return now
    if day < today:
        shown = show_day(day)
        raise Invalid(pointer, Text(fa=f"{shown.fa} گذشته است.", en=f"{shown.en} is over."))
    return midnight(day)


def _in_turn(held: Iterable[Held]) -> list[Held]:
    """Those that really are, the earliest first; of two that begin together the newly named last."""
    return sorted((one for one in held if not one.was_taken_back), key=lambda one: one.from_at)
