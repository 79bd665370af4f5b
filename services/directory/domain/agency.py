"""An agency: its units, its posts, who holds them and who stands in. It joins, and restates itself."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Self

from services.directory import rules
from services.directory.domain.chart_forms import as_name, as_post, as_unit
from services.directory.domain.forms import AgencyForm, CommitteeForm
from services.directory.domain.lawful import faults
from services.directory.domain.portal import Duty, portal_duties
from shared.calendar.jalali import midnight
from shared.directory.chart import Chart, Holding
from shared.events.directory import AgencyJoined, ChartChanged, Name, Post, PostFilled, PostVacated, Unit
from shared.events.event import Event
from shared.language import Text
from shared.rule import Invalid

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """One person in one post: lasting until another is, or standing in until an instant."""

    post_id: str
    person_id: str
    from_at: datetime
    until_at: datetime | None = None
    stand_in: bool = False

    def told(self, agency_id: str) -> PostFilled:
        """The event of it."""
        return PostFilled(
            agency_id=agency_id,
            post_id=self.post_id,
            person_id=self.person_id,
            from_at=self.from_at,
            until_at=self.until_at,
            stand_in=self.stand_in,
        )

    @property
    def is_lasting(self) -> bool:
        """The post's own holder, still."""
        return not self.stand_in and self.until_at is None


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

    @classmethod
    def join(cls, form: AgencyForm, around: Around, now: datetime) -> tuple[Self, list[Event]]:
        """It joins with its whole chart, and its posts are filled."""
        _must_agree(form, around)
        holdings = (*_lasting(form, now).values(), *_stand_ins(form))
        agency = cls(id=form.id, agency_id=form.id, structure=Structure.of(form), holdings=holdings)
        agency.portal()
        joined = agency.structure.told(AgencyJoined, form.id, rules.JOINING.clause)
        return agency, [joined, *(held.told(form.id) for held in holdings)]

    def restate(self, form: AgencyForm, around: Around, now: datetime) -> tuple[Self, list[Event]]:
        """The whole form anew: tells what differs, and nothing where nothing does."""
        if form.id != self.id:
            raise Invalid("/id", Text(fa="شناسهٔ دستگاه تغییر نمی‌کند.", en="An agency's id never changes."))
        _must_agree(form, around)
        wanted, stand_ins = _lasting(form, now), _stand_ins(form)
        self._must_keep_stand_ins(stand_ins, {post.id for post in form.posts}, now)
        held = {one.post_id: one for one in self.holdings if one.is_lasting}
        left = [id_ for id_ in held if id_ not in wanted]
        taken = [
            one for id_, one in wanted.items() if id_ not in held or held[id_].person_id != one.person_id
        ]
        over = {*left, *(one.post_id for one in taken)}
        kept = (
            replace(one, until_at=now) if one.is_lasting and one.post_id in over else one
            for one in self.holdings
        )
        filled = [*taken, *(one for one in stand_ins if one not in self.holdings)]
        after = replace(self, structure=Structure.of(form), holdings=(*kept, *filled))
        after.portal()
        told: list[Event] = [PostVacated(agency_id=self.id, post_id=id_, at=now) for id_ in left]
        if after.structure != self.structure:
            told.append(after.structure.told(ChartChanged, self.id))
        return after, [*told, *(one.told(self.id) for one in filled)]

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
            posts={post.id: post for post in self.structure.posts},
            holdings=holdings,
        )

    def portal(self) -> tuple[Duty, ...]:
        """Who answers for its portal."""
        return portal_duties(self.chart(), self.structure.committees)

    def _must_keep_stand_ins(self, stand_ins: list[Held], posts: set[str], now: datetime) -> None:
        """What others were told about the days to come can't be untold; what is over may be left out."""
        for one in self.holdings:
            is_to_come = one.stand_in and one.until_at is not None and now < one.until_at
            if is_to_come and one.post_id in posts and one not in stand_ins:
                raise Invalid(
                    "/posts",
                    Text(
                        fa=f"جانشینی اعلام‌شدهٔ «{one.post_id}» هنوز به پایان نرسیده است و باید بماند.",
                        en=f"The stand-in named for {one.post_id} is not over yet and must stay.",
                    ),
                )


def _must_agree(form: AgencyForm, around: Around) -> None:
    found = [
        ("/" + "/".join(map(str, place)), why) for place, why in faults(form, around.posts, around.counties)
    ]
    if found:
        raise Invalid(*found[0], others=found[1:])


def _lasting(form: AgencyForm, now: datetime) -> dict[str, Held]:
    return {
        post.id: Held(post_id=post.id, person_id=post.holder, from_at=now)
        for post in form.posts
        if post.holder is not None
    }


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
