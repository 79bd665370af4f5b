"""A citizen's identity and number: given by the citizen, masked for staff, seen by who says why."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import Field

from services.complaints import access
from services.complaints.domain.complaint import Complaint
from services.complaints.domain.identity import Seen
from services.complaints.usecases import looks
from services.complaints.usecases.persons import Person
from services.complaints.usecases.use import Use
from shared.access.guard import allowed
from shared.access.who import Who
from shared.calendar.jalali import local_day
from shared.events.contacts import ContactKind
from shared.events.directory import Name
from shared.web.fields import NationalId
from shared.web.parts import V1, Body, View, example, uses

router = APIRouter(prefix=V1, tags=["complaints"])
UseIt = Annotated[Use, Depends(uses)]
Looker = Annotated[Who, Depends(allowed(access.LOOK))]
NAME_MAX, WHY_MIN, WHY_MAX = 200, 10, 500


class IdentityBody(Body):
    """Who complains. It is kept sealed; with `consent` the agency may look at it, and says why each time."""

    full_name: str = Field(min_length=1, max_length=NAME_MAX, examples=["زهرا محمدی"])
    national_id: NationalId
    consent: bool = Field(strict=True)

    def person(self) -> Person:
        """As it is sealed."""
        return Person(full_name=self.full_name, national_id=self.national_id)


class LookBody(Body):
    """Why somebody looks: it stands in the case's history."""

    model_config = example(reason="تماس برای هماهنگی بازدید از محل")

    reason: str = Field(min_length=WHY_MIN, max_length=WHY_MAX)


class IdentityView(View):
    """Who complains, for who said why they look."""

    full_name: str
    national_id: str


class MobileView(View):
    """The citizen's number, or the address of who wrote by mail, for who said why they look."""

    mobile: str | None = Field(examples=["+989121234567"])
    email: str | None


class LookView(View):
    """One look at what is masked, as the citizen is told of it: what, by which post, on which day."""

    what: Seen
    post_id: str
    post: Name | None
    day: date


@router.post("/complaints/{id_}/identity/look")
async def look_at_identity(id_: str, body: LookBody, who: Looker, use: UseIt) -> IdentityView:
    """Who complains, if the citizen agrees that the agency knows. The look and its reason are noted."""
    person = await looks.look_at_identity(use, who, id_, body.reason)
    return IdentityView(full_name=person.full_name, national_id=person.national_id)


@router.post("/complaints/{id_}/mobile/look")
async def look_at_mobile(id_: str, body: LookBody, who: Looker, use: UseIt) -> MobileView:
    """The citizen's number or address. The look and its reason are noted, and the citizen sees who looked."""
    kind, reached = await looks.look_at_contact(use, who, id_, body.reason)
    by_mail = kind is ContactKind.EMAIL
    return MobileView(mobile=None if by_mail else reached, email=reached if by_mail else None)


def look_views(complaint: Complaint, titles: dict[str, Name]) -> list[LookView]:
    """Oldest first."""
    return [
        LookView(what=one.what, post_id=one.post_id, post=titles.get(one.post_id), day=local_day(one.at))
        for one in complaint.all_looks
    ]
