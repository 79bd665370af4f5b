"""Groups of an agency's staff, as requests name them and answers tell them."""

from typing import Annotated

from fastapi import Depends, Query
from pydantic import Field

from shared.directory.staff import Group
from shared.events.directory import Role
from shared.web.parts import Body, View

ID_MAX = 100
Office = Annotated[str | None, Field(max_length=ID_MAX, examples=["center"])]
CommitteeId = Annotated[str | None, Field(max_length=ID_MAX, examples=["water.portal-group"])]
UnitId = Annotated[str | None, Field(max_length=ID_MAX, examples=["water.pr"])]


class GroupView(View):
    """Which of the staff: of the office in a county, of a unit with all below it, of a role, of a committee;
    else all.
    """

    office: str | None
    unit: str | None
    role: Role | None
    committee: str | None


async def group(
    office: Annotated[Office, Query()] = None,
    unit: Annotated[UnitId, Query()] = None,
    role: Annotated[Role | None, Query()] = None,
    committee: Annotated[CommitteeId, Query()] = None,
) -> Group:
    """The query parameters that choose some of the staff."""
    return Group(office=office, unit=unit, role=role, committee=committee)


class GroupBody(Body):
    """The same as a body names it."""

    office: Office = None
    unit: UnitId = None
    role: Role | None = None
    committee: CommitteeId = None

    def group(self) -> Group:
        """As the domain has it."""
        return Group(office=self.office, unit=self.unit, role=self.role, committee=self.committee)


Asked = Annotated[Group, Depends(group)]


def group_view(group: Group) -> GroupView:
    """As answers tell it."""
    return GroupView(office=group.office, unit=group.unit, role=group.role, committee=group.committee)
