"""A person is forgotten: because they want it, or because the head or an inspector orders it."""

from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Depends

from services.complaints import access
from services.complaints.api.citizens import FollowBody
from services.complaints.usecases import forgetting
from services.complaints.usecases.use import Use
from shared.access.guard import allowed, open_to_all
from shared.access.who import Who
from shared.keys.person import Why
from shared.web.fields import Mobile
from shared.web.limits import Tries
from shared.web.parts import V1, Body, View, example, uses

router = APIRouter(prefix=V1, tags=["complaints"])
UseIt = Annotated[Use, Depends(uses)]


class ErasureBody(Body):
    """Whom to forget, and why: a code, for words could hold what is to be forgotten."""

    model_config = example(mobile="09121234567", why="ordered-by-law")

    mobile: Mobile
    why: Literal[Why.ORDERED, Why.WRONG_NUMBER]


class ErasureView(View):
    """At which agency nobody knows the person any more, and since when."""

    agency_id: str
    erased_at: datetime


@router.post("/follow/erasure")
@open_to_all(access.FOLLOW)
async def erase_oneself(body: FollowBody, use: UseIt, tries: Tries) -> ErasureView:
    """The citizen wants to be forgotten by the agency, and by those that had the case before it: no code of
    theirs is answered there any more.
    """
    async with tries.of(body.code):
        erased = await forgetting.erase_oneself(use, body.code, body.mobile)
    return ErasureView(agency_id=erased.agency_id, erased_at=erased.at)


@router.post("/persons/erasure")
async def erase(
    body: ErasureBody, who: Annotated[Who, Depends(allowed(access.ERASE))], use: UseIt
) -> ErasureView:
    """Forget a person at the agency; refused while a complaint of theirs is open."""
    erased = await forgetting.erase(use, who, body.mobile, body.why)
    return ErasureView(agency_id=erased.agency_id, erased_at=erased.at)
