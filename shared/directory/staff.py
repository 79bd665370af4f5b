"""An agency's staff as groups: who holds the posts of a county office, a unit, a role, a committee. Pure."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime

from shared.access.who import Forbidden, May, Who
from shared.directory.chart import Chart
from shared.events.directory import Post, Role, UnitKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Employee:
    """A person in a post of their own; `office` is the county of the county office that the post is in."""

    person_id: str
    post: Post
    office: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Some of an agency's staff; all of it where nothing is given.

    `office` is the county of a county office, `unit` a unit with all below it, `committee` who sits there.
    """

    office: str | None = None
    unit: str | None = None
    role: Role | None = None
    committee: str | None = None

    def is_of(self, chart: Chart) -> bool:
        """Whether the agency has that unit, that committee and an office in that county."""
        offices = {one.county for one in chart.units.values() if one.kind is UnitKind.COUNTY_OFFICE}
        return (
            self.unit in (None, *chart.units)
            and self.office in (None, *offices)
            and self.committee in (None, *chart.committees)
        )

    def has(self, employee: Employee, chart: Chart) -> bool:
        """Whether somebody is in it."""
        post = employee.post
        return (
            self.office in (None, employee.office)
            and self.role in (None, post.role)
            and (self.unit is None or chart.is_within(post.unit_id, self.unit))
            and (self.committee is None or post.id in chart.committees[self.committee].posts)
        )

    def seen_by(self, who: Who, may: May, all_of_it: Collection[Role], chart: Chart) -> tuple[Post, "Group"]:
        """By which post somebody may see it, and how much of it they see; Forbidden without one.

        Posts whose role isn't one of `all_of_it` see their own unit with all below it.
        """
        try:
            return who.acting(may, lambda post: post.role in all_of_it), self
        except Forbidden:
            post = who.acting(may, lambda post: chart.is_within(self.unit or post.unit_id, post.unit_id))
            return post, replace(self, unit=self.unit or post.unit_id)


def staff_of(chart: Chart, group: Group, now: datetime) -> list[Employee]:
    """Who holds the posts of a group now, by post. Who stands in for them is staff by a post of their own."""
    held = [(post, chart.own_holder(id_, now)) for id_, post in sorted(chart.posts.items())]
    staff = [
        Employee(person_id=person_id, post=post, office=chart.county_of(post.unit_id))
        for post, person_id in held
        if person_id is not None
    ]
    return [one for one in staff if group.has(one, chart)]
