"""What a committee is, and when its next meeting must be convened."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field

from services.meetings import rules
from services.meetings.domain import refusals
from services.meetings.domain.calling import Call
from services.meetings.domain.composition import Gap, gaps_of
from services.meetings.domain.schedule import Schedule, Slot
from shared.calendar.jalali import JalaliMonth
from shared.calendar.working_time import WorkingCalendar
from shared.events.directory import AgencyJoined, Name, Role
from shared.events.event import Event
from shared.rule import Invalid, Refused

MEMBERS_MAX, CALLED_MAX = 60, 50


class Seat(BaseModel):
    """A member's place: a post, and the unit for which it speaks."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    post: str
    represents: str | None = None


class Constitution(BaseModel):
    """A committee as the directory tells it."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: str
    title: Name
    clause: str | None = None
    chair: str
    secretary: str
    schedule: str | None = None
    members: tuple[Seat, ...] = Field(min_length=1, max_length=MEMBERS_MAX)

    @property
    def meets_monthly(self) -> bool:
        """Its meetings convene themselves by the days and hours of PORTAL-10-1."""
        return self.schedule == rules.WEEK.clause


@dataclass(frozen=True, slots=True, kw_only=True)
class Committee:
    """A standing group of posts that meets once a Jalali month, or when it is called.

    `month` is the one whose meeting is convened next; `convenes_at` is when the clock looks at it, None
    where it has no schedule or was dissolved. `called` are the times taken by hand that were not over when
    the last was taken: they keep two meetings from the same time. `as_of` is the directory's event that it
    was last told by.
    """

    id: str
    agency_id: str
    title: Name
    clause: str | None
    chair: str
    secretary: str
    members: tuple[Seat, ...]
    head_post: str | None
    place_unit: str | None
    formed_at: datetime
    month: str
    convenes_at: datetime | None
    dissolved_at: datetime | None = None
    as_of: int
    called: tuple[Call, ...] = ()
    gaps: tuple[Gap, ...] = ()

    @classmethod
    def form(cls, constitution: Constitution, joined: AgencyJoined, *, as_of: int, now: datetime) -> Self:
        """A new committee. The clock looks at once when its first meeting is: it knows the calendar."""
        return cls(
            **_told(constitution, joined),
            id=constitution.id,
            agency_id=joined.agency_id,
            formed_at=now,
            month=str(JalaliMonth.at(now)),
            convenes_at=now if constitution.meets_monthly else None,
            as_of=as_of,
            gaps=gaps_of(constitution, joined, now, ()),
        )

    def member_posts(self) -> tuple[str, ...]:
        """The posts that have a vote."""
        return tuple(dict.fromkeys(seat.post for seat in self.members))

    def reform(
        self, constitution: Constitution, joined: AgencyJoined, *, as_of: int, now: datetime
    ) -> tuple[Self, list[Event]]:
        """As the directory tells it now. What it told earlier changes nothing when it comes again."""
        if as_of <= self.as_of:
            return self, []
        starts_anew = constitution.meets_monthly and self.convenes_at is None
        return replace(
            self,
            **_told(constitution, joined),
            formed_at=now if starts_anew else self.formed_at,
            month=str(JalaliMonth.at(now)) if starts_anew else self.month,
            convenes_at=(now if starts_anew else self.convenes_at) if constitution.meets_monthly else None,
            dissolved_at=None,
            as_of=as_of,
            gaps=gaps_of(constitution, joined, now, self.gaps),
        ), []

    def dissolve(self, *, as_of: int, now: datetime) -> tuple[Self, list[Event]]:
        """The directory names it no more: nothing is convened any longer; what was, takes place."""
        if as_of <= self.as_of or self.dissolved_at is not None:
            return self, []
        return replace(self, convenes_at=None, dissolved_at=now, as_of=as_of), []

    def call(self, call: Call, calendar: WorkingCalendar, now: datetime) -> tuple[Self, list[Event]]:
        """Take a time for a meeting that its chair or its secretary wants. The same call takes it once."""
        if call in self.called:
            return self, []
        if self.convenes_at is not None:
            raise Refused(rules.WEEK, refusals.CONVENES_ITSELF)
        if self.dissolved_at is not None:
            raise Invalid("/day", refusals.DISSOLVED)
        call.must_be_held(calendar, now)
        to_come = tuple(one for one in self.called if now < one.ends_at)
        if any(one.meets(call) for one in to_come):
            raise Invalid("/hours", refusals.TAKEN)
        if len(to_come) >= CALLED_MAX:
            raise Invalid("/day", refusals.too_many_called(CALLED_MAX))
        return replace(self, called=(*to_come, call)), []

    def others(self, meeting_id: str) -> tuple[Call, ...]:
        """The times taken for other meetings than this."""
        return tuple(one for one in self.called if one.meeting_id != meeting_id)

    def retake(
        self, meeting_id: str, place: Callable[[Sequence[Call]], datetime]
    ) -> tuple[Self, list[Event]]:
        """Keep for a called meeting the time to which it moves: `place` finds it among the others'."""
        others = self.others(meeting_id)
        moved = tuple(one.moved(place(others)) for one in self.called if one.meeting_id == meeting_id)
        return replace(self, called=(*others, *moved)) if moved else self, []

    def owes(self, slot: Slot) -> bool:
        """Whether that meeting is its to hold: not one that began before there was a group."""
        return self.formed_at < slot.starts_at

    def plan(self, month: str, schedule: Schedule, now: datetime) -> tuple[Self, list[Event]]:
        """Look on to the next meeting when this month's has been convened, or is not owed.

        Safe to ask at any time: it moves on from `month` only, whoever else has moved it since. Before the
        month's meeting is due it sets the clock by the calendar and figures of today.
        """
        if self.convenes_at is None or self.month != month:
            return self, []
        slot = schedule.slot(JalaliMonth.parse(month))
        if not self.owes(slot) or slot.convenes_at <= now:
            slot = schedule.slot(slot.month.next())
        return replace(self, month=str(slot.month), convenes_at=slot.convenes_at), []


def committees_of(joined: AgencyJoined) -> Sequence[Constitution]:
    """The committees that an agency tells; ValueError for what is none."""
    return [Constitution.model_validate(one) for one in joined.committees]


def _told(constitution: Constitution, joined: AgencyJoined) -> Mapping[str, Any]:
    heads = [post.id for post in joined.posts if post.role is Role.HEAD]
    public_relations = [post for post in joined.posts if post.role is Role.HEAD_OF_PUBLIC_RELATIONS]
    return {
        "title": constitution.title,
        "clause": constitution.clause,
        "chair": constitution.chair,
        "secretary": constitution.secretary,
        "members": constitution.members,
        "head_post": heads[0] if heads else None,
        "place_unit": public_relations[0].unit_id if public_relations else None,
    }
