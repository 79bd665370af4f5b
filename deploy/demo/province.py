"""What a province's files say: agencies with their units and posts, and the catalogue of services."""

from datetime import date
from typing import Annotated, Any, Literal, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    model_validator,
)

Role = Literal[
    "head",
    "deputy",
    "unit-head",
    "head-of-public-relations",
    "representative",
    "secretary",
    "publisher",
    "case-officer",
    "inspector",
    "governorate",
    "central-secretariat",
    "member",
]
AgencyId = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$", max_length=40)]
# What belongs to an agency begins with the agency's id: `water.groundwater`, `water.groundwater.head`.
OwnedId = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]*(\.[a-z][a-z0-9-]*)+$", max_length=100)]
# Opaque on purpose: these files are public, and a name would be a person's data.
PersonId = Annotated[str, StringConstraints(pattern=r"^p-[a-z0-9-]+-[0-9]{3,}$", max_length=60)]
ClauseId = Annotated[str, StringConstraints(pattern=r"^[A-Z]+(-[A-Z]?[0-9]+)+$")]
Line = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300, pattern=r"^[^\r\n]*$")
]


class _Form(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Name(_Form):
    """A name in both languages."""

    fa: Line
    en: Line


class Unit(_Form):
    """A part of an agency: a domain, a unit under one, or an office in a county."""

    id: OwnedId
    kind: Literal["domain", "unit", "county-office"]
    name: Name
    parent: OwnedId | None = None
    county: AgencyId | None = None
    service_desk: bool = False


class Absence(_Form):
    """Someone stands in for a post's holder, from the first to the last of these local days."""

    first_day: date
    last_day: date
    stand_in: PersonId

    @model_validator(mode="after")
    def _ends_after_it_began(self) -> Self:
        if self.last_day < self.first_day:
            raise ValueError("last_day is before first_day")
        return self


class Post(_Form):
    """A post, whoever holds it. Nothing is ever addressed to a person, so an empty post loses nothing."""

    id: OwnedId
    title: Name
    role: Role
    unit: OwnedId | None = None
    reports_to: OwnedId | None = None
    holder: PersonId | None = None
    absences: tuple[Absence, ...] = ()

    def person_on(self, day: date) -> PersonId | None:
        """Who acts in this post on a local day: the stand-in while there is one, else the holder."""
        for absence in self.absences:
            if absence.first_day <= day <= absence.last_day:
                return absence.stand_in
        return self.holder


class Seat(_Form):
    """A committee's member by post, and the unit it speaks for."""

    post: OwnedId
    represents: OwnedId


class Committee(_Form):
    """A committee by posts. `schedule` names the clause whose figures say when it meets."""

    id: OwnedId
    clause: ClauseId
    title: Name
    chair: OwnedId
    secretary: OwnedId
    schedule: ClauseId
    members: tuple[Seat, ...] = Field(min_length=1)


class Agency(_Form):
    """An agency in full: what it needs to join."""

    id: AgencyId
    name: Name
    units: tuple[Unit, ...]
    posts: tuple[Post, ...] = Field(min_length=1)
    committees: tuple[Committee, ...] = ()


class Listed(_Form):
    """A county, or an agency that only owns services so far."""

    id: AgencyId
    name: Name


class ProvinceFile(_Form):
    """What `province.yaml` holds."""

    id: AgencyId
    name: Name
    counties: tuple[Listed, ...] = Field(min_length=1)
    listed: tuple[Listed, ...] = ()


def _split(cell: Any) -> Any:  # noqa: ANN401 - a cell of the file, checked after
    return tuple(cell.split(";")) if isinstance(cell, str) else cell


class Service(_Form):
    """A service of the catalogue (FOAD-4), as one row of its CSV file.

    `duration` is in working days or working hours: "10d", "4h".
    """

    code: Annotated[str, StringConstraints(pattern=r"^[0-9]{11}$")]
    title_fa: Line
    agency_id: AgencyId
    unit_id: Annotated[OwnedId | None, BeforeValidator(lambda cell: cell or None)]
    documents: Annotated[tuple[Line, ...], BeforeValidator(_split)] = Field(max_length=30)
    duration: Annotated[str, StringConstraints(pattern=r"^[1-9][0-9]{0,2}[dh]$")]
    cost_rials: Annotated[int, Field(ge=0, le=10**12)]
    steps: Annotated[tuple[Line, ...], BeforeValidator(_split)] = Field(max_length=30)
    online: Annotated[bool, BeforeValidator(lambda cell: {"yes": True, "no": False}.get(cell, cell))] = Field(
        strict=True
    )
    url: Annotated[str, StringConstraints(pattern=r"^(https?://[^\s/]+(/\S*)?)?$", max_length=500)]


class Province(_Form):
    """A province whole: all its files, read and found to agree."""

    id: AgencyId
    name: Name
    counties: tuple[Listed, ...]
    governorate: Agency
    agencies: tuple[Agency, ...]
    listed: tuple[Listed, ...]
    services: tuple[Service, ...]

    def posts(self) -> dict[str, Post]:
        """Every post of the province by its id."""
        return {post.id: post for body in (self.governorate, *self.agencies) for post in body.posts}


def chain(post_id: str, posts: dict[str, Post]) -> list[str]:
    """The posts above one, nearest first; stops where it would come round again or leads nowhere."""
    above: list[str] = []
    post = posts.get(post_id)
    while post and post.reports_to and post.reports_to not in (post_id, *above):
        above.append(post.reports_to)
        post = posts.get(post.reports_to)
    return above
