"""What is handed in: a province, an agency in full, a row of the catalogue. Checked as far as form goes."""

from datetime import date
from itertools import pairwise
from typing import Annotated, Any, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, model_validator

from services.directory.domain.example import AGENCY_EXAMPLE
from shared.calendar.calendar_data import Day
from shared.events.directory import Role, UnitKind
from shared.persian import latin_digits

AgencyId = Annotated[
    str, StringConstraints(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$", max_length=40), Field(examples=["water"])
]
# What belongs to an agency begins with the agency's id: `water.groundwater`, `water.groundwater.head`.
OwnedId = Annotated[
    str,
    StringConstraints(pattern=r"^[a-z][a-z0-9-]*(\.[a-z][a-z0-9-]*)+$", max_length=100),
    Field(examples=["water.head"]),
]
# Opaque on purpose: a name would be a person's data.
PersonId = Annotated[
    str,
    StringConstraints(pattern=r"^p-[a-z0-9-]+-[0-9]{3,}$", max_length=60),
    Field(examples=["p-water-001"]),
]
ClauseId = Annotated[
    str, StringConstraints(pattern=r"^[A-Z]+(-[A-Z]?[0-9]+)+$", max_length=40), Field(examples=["PORTAL-5-1"])
]
Line = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300, pattern=r"^[^\r\n]*$")
]


class Form(BaseModel):
    """Nothing but the declared fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Name(Form):
    """A name in both languages."""

    fa: Line
    en: Line


class UnitForm(Form):
    """A part of an agency: a domain, a unit under one, or an office in a county."""

    id: OwnedId
    kind: UnitKind
    name: Name
    parent: OwnedId | None = None
    county: AgencyId | None = None
    service_desk: bool = Field(default=False, strict=True)


class Absence(Form):
    """Someone stands in for a post's holder, from the first to the last of these local days."""

    first_day: Day
    last_day: Day
    stand_in: PersonId

    @model_validator(mode="after")
    def _ends_after_it_began(self) -> Self:
        if self.last_day < self.first_day:
            raise ValueError("last_day is before first_day")
        return self


class LetterForm(Form):
    """The letter in which somebody agreed."""

    reference: Annotated[Line, Field(max_length=60, examples=["51131/79098"])]
    day: Day


class ConditionForm(Form):
    """A condition of the post, and what shows that it is met."""

    condition: Annotated[Line, Field(examples=["کارشناسی ارشد ارتباطات"])]
    evidence: Annotated[Line, Field(examples=["دانشنامهٔ شمارهٔ ۱۲۳۴"])]


class AppointmentForm(Form):
    """How a head of public relations came to the post (PR-1). The letters agree to the person."""

    conditions: Annotated[tuple[ConditionForm, ...], Field(max_length=30)] = ()
    ministry: LetterForm | None = None
    governorate: LetterForm | None = None


class PostForm(Form):
    """A post, whoever holds it. Nothing is ever addressed to a person, so an empty post loses nothing."""

    id: OwnedId
    title: Name
    role: Role
    unit: OwnedId | None = None
    reports_to: OwnedId | None = None
    holder: PersonId | None = None
    absences: Annotated[tuple[Absence, ...], Field(max_length=50)] = ()
    appointment: AppointmentForm | None = None

    @model_validator(mode="after")
    def _one_stand_in_at_a_time(self) -> Self:
        if any(after.first_day <= before.last_day for before, after in pairwise(self.absences)):
            raise ValueError("two absences overlap or are out of order")
        return self

    def person_on(self, day: date) -> PersonId | None:
        """Who acts in this post on a local day: the stand-in while there is one, else the holder."""
        for absence in self.absences:
            if absence.first_day <= day <= absence.last_day:
                return absence.stand_in
        return self.holder


class Seat(Form):
    """A committee's member by post, and the unit it speaks for."""

    post: OwnedId
    represents: OwnedId


class CommitteeForm(Form):
    """A committee by posts. `schedule` names the clause whose figures say when it meets by itself.

    Without one it meets when its chair or its secretary calls it.
    """

    id: OwnedId
    clause: ClauseId
    title: Name
    chair: OwnedId
    secretary: OwnedId
    schedule: ClauseId | None = None
    members: Annotated[tuple[Seat, ...], Field(min_length=1, max_length=100)]


class AgencyForm(Form):
    """An agency in full: what it needs to join."""

    model_config = ConfigDict(json_schema_extra={"examples": [AGENCY_EXAMPLE]})

    id: AgencyId
    name: Name
    units: Annotated[tuple[UnitForm, ...], Field(max_length=500)]
    posts: Annotated[tuple[PostForm, ...], Field(min_length=1, max_length=2000)]
    committees: Annotated[tuple[CommitteeForm, ...], Field(max_length=50)] = ()


class Listed(Form):
    """A county, or an agency that only owns services so far."""

    id: AgencyId
    name: Name


class RightsStaffForm(Form):
    """Who sits in a citizens'-rights staff, by the roles of their posts, as its circular lays down."""

    chair: Role
    secretary: Role
    members: Annotated[tuple[Role, ...], Field(min_length=1, max_length=len(Role))]


class ProvinceForm(Form):
    """The province: its counties, and the agencies that own services but haven't joined.

    `rights_staff` is what the circular of RIGHTS-P6-5 says, for the directive only names it; without it no
    chart is held against it.
    """

    id: AgencyId
    name: Name
    counties: Annotated[tuple[Listed, ...], Field(min_length=1, max_length=200)]
    listed: Annotated[tuple[Listed, ...], Field(max_length=1000)] = ()
    rights_staff: RightsStaffForm | None = None


def _split(cell: Any) -> Any:  # noqa: ANN401 - a cell of the file, checked after
    return tuple(cell.split(";")) if isinstance(cell, str) else cell


def _digits(cell: Any) -> Any:  # noqa: ANN401 - a cell of the file, checked after
    return latin_digits(cell) if isinstance(cell, str) else cell


class ServiceForm(Form):
    """A service of the catalogue, as one row of its file. Numbers may be written in Persian digits.

    `duration` is in working days or working hours: "10d", "4h".
    """

    code: Annotated[str, BeforeValidator(_digits), StringConstraints(pattern=r"^[0-9]{11}$")]
    title_fa: Line
    agency_id: AgencyId
    unit_id: Annotated[OwnedId | None, BeforeValidator(lambda cell: cell or None)]
    documents: Annotated[tuple[Line, ...], BeforeValidator(_split)] = Field(max_length=30)
    duration: Annotated[str, BeforeValidator(_digits), StringConstraints(pattern=r"^[1-9][0-9]{0,2}[dh]$")]
    cost_rials: Annotated[int, BeforeValidator(_digits), Field(ge=0, le=10**12)]
    steps: Annotated[tuple[Line, ...], BeforeValidator(_split)] = Field(max_length=30)
    online: Annotated[bool, BeforeValidator(lambda cell: {"yes": True, "no": False}.get(cell, cell))] = Field(
        strict=True
    )
    url: Annotated[str, StringConstraints(pattern=r"^(https?://[^\s/]+(/\S*)?)?$", max_length=500)]
