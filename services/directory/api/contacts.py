"""How a person of the agency is reached: masked, and in full for who says why."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Response
from pydantic import Field

from services.directory import access
from services.directory.domain.contacts import Reached, StaffContact
from services.directory.usecases import contacts
from services.directory.usecases.use import Use
from shared.access.guard import allowed
from shared.access.who import Who
from shared.store.repository import Saved
from shared.web.fields import Mobile, OfficePhone, WorkEmail
from shared.web.history import HistoryView, history_views
from shared.web.parts import V1, Body, IfMatch, View, example, uses

router = APIRouter(prefix=V1, tags=["staff"])
UseIt = Annotated[Use, Depends(uses)]
OneOfThem = Annotated[Who, Depends(allowed(access.OWN_CONTACT))]
WHY_MIN, WHY_MAX = 10, 500
OF_PERSON = "/agencies/{id_}/people/{person_id}/contact"


class ContactBody(Body):
    """How they are reached, whole: what is left out is taken away."""

    model_config = example(
        mobile="09121234567", office_phone="05832123456", work_email="z.mohammadi@water.example.ir"
    )

    mobile: Mobile | None = None
    office_phone: OfficePhone | None = None
    work_email: WorkEmail | None = None

    def reached(self) -> Reached:
        """As it is sealed."""
        return Reached(mobile=self.mobile, office_phone=self.office_phone, work_email=self.work_email)


class LookBody(Body):
    """Why somebody looks: it stands in the history."""

    model_config = example(reason="تماس برای هماهنگی جلسهٔ فوری")

    reason: str = Field(min_length=WHY_MIN, max_length=WHY_MAX)


class ReachedView(View):
    """How somebody is reached."""

    mobile: str | None = Field(examples=["0912***4567"])
    office_phone: str | None = Field(examples=["058***3456"])
    work_email: str | None = Field(examples=["z***@water.example.ir"])


class ContactView(ReachedView):
    """A person's contact, masked. `looks` is how often somebody looked at it in full."""

    person_id: str
    set_at: datetime | None
    looks: int


@router.get(OF_PERSON)
async def contact(id_: str, person_id: str, who: OneOfThem, use: UseIt, response: Response) -> ContactView:
    """How they are reached, masked: for themselves, and for who keeps the agency's contacts."""
    return await _view(use, response, await contacts.contact_of(use, who, id_, person_id))


@router.put(OF_PERSON)
async def set_contact(
    id_: str,
    person_id: str,
    body: ContactBody,
    who: OneOfThem,
    use: UseIt,
    response: Response,
    if_match: IfMatch,
) -> ContactView:
    """Say it anew, whole. It is the person's and goes with them, to whatever post they come."""
    saved = await contacts.set_contact(use, who, id_, person_id, body.reached(), if_match)
    return await _view(use, response, saved)


@router.delete(OF_PERSON, status_code=204)
async def withdraw_contact(id_: str, person_id: str, who: OneOfThem, use: UseIt, if_match: IfMatch) -> None:
    """Nobody reaches them any more, and nothing can open what was kept."""
    await contacts.withdraw_contact(use, who, id_, person_id, if_match)


@router.post(f"{OF_PERSON}/look")
async def look(
    id_: str,
    person_id: str,
    body: LookBody,
    who: Annotated[Who, Depends(allowed(access.LOOK_AT_CONTACTS))],
    use: UseIt,
) -> ReachedView:
    """How they are reached, in full. The look and its reason are noted first."""
    return _reached_view(await contacts.look_at_contact(use, who, id_, person_id, body.reason))


@router.get(f"{OF_PERSON}/history")
async def history(id_: str, person_id: str, who: OneOfThem, use: UseIt) -> list[HistoryView]:
    """Who set it and who looked at it, when and why."""
    return history_views(await contacts.history_of(use, who, id_, person_id))


async def _view(use: Use, response: Response, saved: Saved[StaffContact]) -> ContactView:
    response.headers["etag"] = saved.etag
    reached = await contacts.masked_of(use, saved.state)
    return ContactView(
        **_reached_view(reached).model_dump(),
        person_id=saved.state.person_id,
        set_at=saved.state.set_at,
        looks=saved.state.looks,
    )


def _reached_view(reached: Reached) -> ReachedView:
    return ReachedView(
        mobile=reached.mobile, office_phone=reached.office_phone, work_email=reached.work_email
    )
