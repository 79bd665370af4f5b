"""An agency: its units, its posts, who holds them and who stands in. It joins, and restates itself."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Self

from services.directory import rules
from services.directory.domain.chart_forms import as_name, as_post, as_unit
from services.directory.domain.figures import OWN_MAX, OwnFigure
from services.directory.domain.forms import AgencyForm, CommitteeForm
from services.directory.domain.holdings import Held, Holdings, Moved
from services.directory.domain.lawful import faults
from services.directory.domain.portal import Duty, portal_duties
from shared.calendar.jalali import ONE_DAY, midnight
from shared.directory.chart import Chart, Holding
from shared.events.directory import AgencyJoined, ChartChanged, Name, Post, Unit
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

    @classmethod
    def join(cls, form: AgencyForm, around: Around, now: datetime) -> tuple[Self, list[Event]]:
        """It joins with its whole chart, and its posts are filled."""
        _must_agree(form, around)
        holdings = (*_lasting(form, now), *_stand_ins(form))
        agency = cls(id=form.id, agency_id=form.id, structure=Structure.of(form), holdings=holdings)
        agency.portal()
        joined = agency.structure.told(AgencyJoined, form.id, rules.JOINING.clause)
        return agency, [joined, *(held.told(form.id) for held in holdings)]

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
        after.portal()
        chart = [after.structure.told(ChartChanged, self.id)] if after.structure != self.structure else []
        told = [*vacated, *chart, *filled]
        return (after, told) if told else (self, [])

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
        )

    def portal(self) -> tuple[Duty, ...]:
        """Who answers for its portal."""
        return portal_duties(self.chart(), self.structure.committees)

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
