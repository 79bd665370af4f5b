"""The staff in groups, as one sends to them: who is in each, and who of them can be reached."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Self

from services.notifications.domain.reach import Reach
from shared.directory.chart import Chart
from shared.directory.staff import Employee, Group
from shared.events.directory import Name, Role, UnitKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """Somebody of the staff; nobody reaches them where `reach` is None."""

    employee: Employee
    reach: Reach | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Masked:
    """The same for people to read."""

    employee: Employee
    mobile: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffList:
    """A group, how many are in it, how many can be reached; named as its unit or committee, if it has one."""

    group: Group
    name: Name | None
    staff: int
    reachable: int

    @classmethod
    def of(cls, group: Group, name: Name | None, members: Sequence[Recipient]) -> Self:
        """Each person counts once."""
        reached = {one.employee.person_id for one in members if one.reach is not None}
        staff = {one.employee.person_id for one in members}
        return cls(group=group, name=name, staff=len(staff), reachable=len(reached))


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffPage:
    """Some members of a list; `next` is the cursor."""

    list: StaffList
    members: Sequence[Masked]
    next: str | None


def lists_of(chart: Chart, whole: Group, members: Sequence[Recipient]) -> list[StaffList]:
    """All of them together, then by county office, unit, role and committee; without the empty ones."""
    lists = [
        StaffList.of(group, name, [one for one in members if group.has(one.employee, chart)])
        for group, name in _groups(chart, whole)
    ]
    return [one for one in lists if one.staff or one.group == whole]


def _groups(chart: Chart, whole: Group) -> Iterator[tuple[Group, Name | None]]:
    yield whole, chart.name
    units = [chart.units[id_] for id_ in sorted(chart.units) if id_ != whole.unit]
    if whole.unit is not None:
        units = [unit for unit in units if chart.is_within(unit.id, whole.unit)]
    for unit in units:
        if unit.kind is UnitKind.COUNTY_OFFICE:
            yield replace(whole, office=unit.county), unit.name
    for unit in units:
        yield replace(whole, unit=unit.id), unit.name
    for role in Role:
        yield replace(whole, role=role), None
    for id_, committee in sorted(chart.committees.items()):
        yield replace(whole, committee=id_), committee.title
