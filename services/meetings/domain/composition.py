"""How the portal group is composed, and what its chart lacks of that: a gap, told to whoever looks at it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol, Self

from services.meetings import rules
from shared.directory.chart import Chart
from shared.events.directory import AgencyJoined, UnitKind
from shared.language import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """What a clause asks of the group and the chart does not have; `since` it was told like this."""

    clause: str
    fa: str
    en: str
    since: datetime

    @property
    def says(self) -> Text:
        """As it is read."""
        return Text(fa=self.fa, en=self.en)

    def known(self, before: Sequence[Self]) -> Self:
        """With the time since which it was there already."""
        same = (one for one in before if (one.clause, one.en) == (self.clause, self.en))
        return replace(self, since=next((one.since for one in same), self.since))


class SeatOf(Protocol):
    """A member's place."""

    @property
    def post(self) -> str: ...
    @property
    def represents(self) -> str | None: ...


class GroupOf(Protocol):
    """A committee as the directory tells it."""

    @property
    def clause(self) -> str | None: ...
    @property
    def chair(self) -> str: ...
    @property
    def secretary(self) -> str: ...
    @property
    def members(self) -> Sequence[SeatOf]: ...


def gaps_of(group: GroupOf, joined: AgencyJoined, now: datetime, before: Sequence[Gap]) -> tuple[Gap, ...]:
    """What the portal group lacks; another committee has no such composition."""
    if group.clause != rules.HEAD_OF_GROUP.clause:
        return ()
    chart = Chart(
        agency_id=joined.agency_id,
        name=joined.name,
        units={unit.id: unit for unit in joined.units},
        posts={post.id: post for post in joined.posts},
    )
    return tuple(
        Gap(clause=clause, fa=says.fa, en=says.en, since=now).known(before)
        for clause, says in _lacking(group, chart)
    )


def _lacking(group: GroupOf, chart: Chart) -> Iterator[tuple[str, Text]]:
    chair, secretary = chart.posts.get(group.chair), chart.posts.get(group.secretary)
    own = None if chair is None or chair.unit_id is None else chart.domain_of(chair.unit_id)
    speaks_for = [seat.represents for seat in group.members if seat.post == group.chair]
    if chair is None or chair.role is not rules.HEAD_OF_GROUP.preset or own is None or speaks_for != [own]:
        yield rules.HEAD_OF_GROUP.clause, _NOT_HEADED
    for unit_id in _to_be_heard(chart):
        count = sum(_speaks_for(seat, unit_id, chart) for seat in group.members)
        if count != 1:
            yield _clause_of(unit_id, chart), _heard(unit_id, count, chart)
    in_secretariat = secretary is not None and chair is not None and secretary.unit_id == chair.unit_id
    if secretary is None or secretary.role is not rules.SECRETARY_OF_GROUP.preset or not in_secretariat:
        yield rules.SECRETARY_OF_GROUP.clause, _NO_SECRETARY


def _to_be_heard(chart: Chart) -> Iterator[str]:
    """Each domain of the agency, and its IT group."""
    yield from (unit.id for unit in chart.units.values() if unit.kind is UnitKind.DOMAIN)
    it_group = f"{chart.agency_id}.{rules.IT_GROUP.preset}"
    if it_group not in chart.units or chart.units[it_group].kind is not UnitKind.DOMAIN:
        yield it_group


def _speaks_for(seat: SeatOf, unit_id: str, chart: Chart) -> bool:
    """Whether a member speaks for a unit, and comes from there."""
    post = chart.posts.get(seat.post)
    comes_from = None if post is None else post.unit_id
    in_unit = comes_from is not None and unit_id in (comes_from, chart.domain_of(comes_from))
    return seat.represents == unit_id and in_unit


def _clause_of(unit_id: str, chart: Chart) -> str:
    """The clause that names the unit; the group's own for a domain that only this agency has."""
    name = unit_id.removeprefix(f"{chart.agency_id}.")
    named = (rule.clause for rule in rules.REPRESENTED if rule.preset == name)
    return next(named, rules.HEAD_OF_GROUP.clause)


def _heard(unit_id: str, count: int, chart: Chart) -> Text:
    unit = chart.units.get(unit_id)
    fa = unit_id if unit is None else unit.name.fa
    if count == 0:
        return Text(
            fa=f"«{fa}» در گروه نماینده‌ای از خود ندارد.",
            en=f"{unit_id} has no representative of its own in the group.",
        )
    return Text(
        fa=f"«{fa}» در گروه بیش از یک نماینده دارد.",
        en=f"{unit_id} has more than one representative in the group.",
    )


_NOT_HEADED = Text(
    fa="رئیس گروه باید رئیس روابط عمومی باشد و حوزهٔ مدیریت را نمایندگی کند.",
    en="The head of public relations must head the group and represent the management domain.",
)
_NO_SECRETARY = Text(
    fa="دبیر گروه باید کارشناس روابط عمومی باشد.",
    en="A public-relations expert must be the group's secretary.",
)
