"""An agency: its units, its posts, who holds them and who stands in. It joins, and restates itself."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Self

from services.directory import rules
from services.directory.domain.appointment import (
    Appointment,
    advised_head,
    lawful,
    must_need_record,
    named_adviser,
    needs_record,
)
from services.directory.domain.chart_forms import as_committee, as_name, as_post, as_unit
from services.directory.domain.figures import OWN_MAX, OwnFigure
from services.directory.domain.forms import AgencyForm, AppointmentForm, CommitteeForm
from services.directory.domain.holdings import Held, Holdings, Moved
from services.directory.domain.lawful import faults
from services.directory.domain.portal import Duty, portal_duties
from services.directory.domain.rights import must_answer
from shared.calendar.jalali import ONE_DAY, midnight
from shared.directory.chart import Chart, Holding
from shared.events.directory import AgencyJoined, ChartChanged, Name, Post, PostFilled, Unit
from shared.events.event import Event
from shared.language import Text
from shared.rule import Invalid


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What an agency's form must agree with: the governorate's posts, the province's counties."""

    posts: Mapping[str, Post]
    counties: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Structure:
    """An agency without its people."""

    name: Name
    units: tuple[Unit, ...]
    posts: tuple[Post, ...]
    committees: tuple[CommitteeForm, ...]

    @classmethod
    def of(cls, form: AgencyForm) -> Self:
        """What the form says of it."""
        return cls(
            name=as_name(form.name),
            units=tuple(as_unit(unit) for unit in form.units),
            posts=tuple(as_post(post) for post in form.posts),
            committees=form.committees,
        )

    def told(self, kind: type[AgencyJoined], agency_id: str, clause: str | None = None) -> AgencyJoined:
        """The event that carries it whole."""
        return kind(
            agency_id=agency_id,
            clause=clause,
            name=self.name,
            units=self.units,
            posts=self.posts,
            committees=tuple(one.model_dump(mode="json") for one in self.committees),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Agency:
    """An agency of the province, or the governorate itself."""

    id: str
    agency_id: str
    structure: Structure
    holdings: tuple[Held, ...]
    figures: tuple[OwnFigure, ...] = ()
    appointments: tuple[Appointment, ...] = ()

    @classmethod
    def join(cls, form: AgencyForm, around: Around, now: datetime) -> tuple[Self, list[Event]]:
        """It joins with its whole chart, and its posts are filled."""
        _must_agree(form, around)
        holdings = (*_lasting(form, now), *_stand_ins(form))
        agency = cls(id=form.id, agency_id=form.id, structure=Structure.of(form), holdings=holdings)
        agency.must_be_complete()
        agency = agency._on_record(form, now)
        joined = agency.structure.told(AgencyJoined, form.id, rules.JOINING.clause)
        return agency, [joined, *agency._and_advisers([held.told(form.id) for held in holdings])]

    def restate(self, form: AgencyForm, around: Around, now: datetime) -> tuple[Self, list[Event]]:
        """The whole form anew: tells what differs, and nothing where nothing does."""
        if form.id != self.id:
            raise Invalid("/id", Text(fa="شناسهٔ دستگاه تغییر نمی‌کند.", en="An agency's id never changes."))
        _must_agree(form, around)
        stand_ins, posts = _stand_ins(form), {post.id for post in form.posts}
        self._must_keep_stand_ins(stand_ins, posts, now)
        holdings, vacated = self._vacated(form, now)
        filled = list[Event]()
        for post in form.posts:
            if post.holder is not None and not holdings.is_held_by(post.id, post.holder, now):
                holdings, told = holdings.fill(post.id, post.holder, now)
                filled += told
        for coming in stand_ins:
            holdings, told = holdings.stand_in(coming)
            filled += told
        holdings.must_agree(now, pointer="/posts")
        after = replace(self, structure=Structure.of(form), holdings=holdings.held)
        after.must_be_complete()
        chart = [after.structure.told(ChartChanged, self.id)] if after.structure != self.structure else []
        after = after._on_record(form, now)
        told = [*vacated, *chart, *after._and_advisers(filled)]
        return (after, told) if told or after.appointments != self.appointments else (self, [])

    def fill(
        self,
        post_id: str,
        person_id: str,
        from_at: datetime,
        record: AppointmentForm | None,
        now: datetime,
    ) -> tuple[Self, list[Event]]:
        """Somebody holds a post from then on; the head of public relations by a record only (PR-1)."""
        must_need_record(self.posts[post_id], record)
        filled, told = self.move(lambda holdings: holdings.fill(post_id, person_id, from_at), now)
        if not told:
            return self, []
        record = record or self.record_of(self.in_posts.holder(post_id, now), person_id)
        after = filled._appointed(filled.in_posts.of_post[post_id][-1], record, now)
        return after, after._and_advisers(told)

    def record_of(self, held: Held | None, person_id: str) -> AppointmentForm | None:
        """By which record that person came to the post in which they are; None where there is none."""
        if held is None or held.person_id != person_id:
            return None
        return next((one.record for one in self.appointments if one.is_of(held)), None)

    def move(
        self, how: Callable[[Holdings], Moved], now: datetime, *, pointer: str = "/person"
    ) -> tuple[Self, list[Event]]:
        """Change who is in its posts. Raises Invalid, at that place of what was asked, for what can't be."""
        holdings, told = how(self.in_posts)
        if not told:
            return self, []
        holdings.must_agree(now, pointer=pointer)
        return replace(self, holdings=holdings.held), told

    @property
    def posts(self) -> Mapping[str, Post]:
        """Its posts, by id."""
        return {post.id: post for post in self.structure.posts}

    @property
    def in_posts(self) -> Holdings:
        """Who is in its posts from when to when."""
        return Holdings.made_of(self.id, self.holdings)

    def set_figure(self, own: OwnFigure) -> tuple[Self, list[Event]]:
        """A figure of its own from its day on. What was set before stays as it was told."""
        of_day = [one for one in self.figures if (one.figure, one.from_day) == (own.figure, own.from_day)]
        if of_day and of_day[-1].is_the_same(own):
            return self, []
        if len(self.figures) >= OWN_MAX:
            raise Invalid(
                "/figure",
                Text(fa=f"بیش از {OWN_MAX} رقم ثبت نمی‌شود.", en=f"No more than {OWN_MAX} are kept."),
            )
        return replace(self, figures=(*self.figures, own)), [own.told(self.id)]

    def chart(self) -> Chart:
        """As every service's copy has it."""
        holdings: dict[str, tuple[Holding, ...]] = {}
        for one in self.holdings:
            holding = Holding(
                person_id=one.person_id,
                from_at=one.from_at,
                until_at=one.until_at,
                stand_in=one.stand_in,
            )
            holdings[one.post_id] = (*holdings.get(one.post_id, ()), holding)
        return Chart(
            agency_id=self.id,
            name=self.structure.name,
            units={unit.id: unit for unit in self.structure.units},
            posts=self.posts,
            holdings=holdings,
            committees={one.id: as_committee(one) for one in self.structure.committees},
        )

    def advisers(self) -> Mapping[str, str]:
        """The posts whose holders advise the agency's head (PR-2), each with the head's post."""
        head = advised_head(self.posts)
        return {id_: head for id_, post in self.posts.items() if head is not None and needs_record(post)}

    def portal(self) -> tuple[Duty, ...]:
        """Who answers for its portal."""
        return portal_duties(self.chart(), self.structure.committees)

    def _on_record(self, form: AgencyForm, now: datetime) -> Self:
        """With the records of the form; Refused where somebody holds a post without one that it needs."""
        after = self
        for post in form.posts:
            must_need_record(self.posts[post.id], post.appointment)
            for held in self.in_posts.spans(post.id) if needs_record(self.posts[post.id]) else ():
                if not held.is_over(now):
                    stated = post.appointment if held.person_id == post.holder else None
                    after = after._appointed(held, stated or self.record_of(held, held.person_id), now)
        return after

    def _appointed(self, held: Held, record: AppointmentForm | None, now: datetime) -> Self:
        if not needs_record(self.posts[held.post_id]):
            return self
        made = Appointment(
            post_id=held.post_id,
            person_id=held.person_id,
            from_at=held.from_at,
            record=lawful(record, now),
        )
        others = tuple(one for one in self.appointments if not one.is_of(held))
        return self if made in self.appointments else replace(self, appointments=(*others, made))

    def _and_advisers(self, told: Sequence[Event]) -> list[Event]:
        """Each filling of a post that makes its holder an adviser, with the event of that (PR-2)."""
        return [
            one
            for event in told
            for one in (event, *(named_adviser(event, self.posts) if isinstance(event, PostFilled) else ()))
        ]

    def must_be_complete(self) -> None:
        """Raises Refused, naming the clause, where it lacks somebody whom a directive asks for."""
        self.portal()
        must_answer(self.id, self.posts)

    def _vacated(self, form: AgencyForm, now: datetime) -> tuple[Holdings, list[Event]]:
        """Without the holders of posts that the form leaves empty, and of those that it no longer has."""
        holdings, told = self.in_posts, list[Event]()
        empty = {post.id for post in form.posts if post.holder is None}
        kept = {post.id for post in form.posts}
        for post_id in holdings.of_post:
            ended = list[Event]()
            if post_id in empty:
                holdings, ended = holdings.vacate(post_id, now)
            elif post_id not in kept:
                holdings, ended = holdings.close(post_id, now)
            told += ended
        return holdings, told

    def _must_keep_stand_ins(self, stand_ins: list[Held], posts: set[str], now: datetime) -> None:
        """What others were told about the days to come can't be untold; what is over may be left out."""
        for one in self.holdings:
            is_to_come = one.stand_in and not one.is_over(now) and not one.was_taken_back
            if is_to_come and one.post_id in posts and one not in stand_ins:
                raise Invalid(
                    "/posts",
                    Text(
                        fa=f"جانشینی اعلام‌شدهٔ «{one.post_id}» هنوز به پایان نرسیده است: "
                        "آن را هم بنویسید یا نخست پس بگیرید.",
                        en=f"The stand-in named for {one.post_id} is not over yet: "
                        "state it too, or take it back first.",
                    ),
                )


def _must_agree(form: AgencyForm, around: Around) -> None:
    found = [
        ("/" + "/".join(map(str, place)), why) for place, why in faults(form, around.posts, around.counties)
    ]
    if found:
        raise Invalid(*found[0], others=found[1:])


def _lasting(form: AgencyForm, now: datetime) -> list[Held]:
    return [
        Held(post_id=post.id, person_id=post.holder, from_at=now)
        for post in form.posts
        if post.holder is not None
    ]


def _stand_ins(form: AgencyForm) -> list[Held]:
    return [
        Held(
            post_id=post.id,
            person_id=absence.stand_in,
            from_at=midnight(absence.first_day),
            until_at=midnight(absence.last_day + ONE_DAY),
            stand_in=True,
        )
        for post in form.posts
        for absence in post.absences
    ]
