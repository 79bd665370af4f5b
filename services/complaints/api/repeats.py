"""A repeat is unlinked from its first: by staff with a reason, or by its citizen."""

from typing import Annotated

from fastapi import APIRouter, Depends, Response

from services.complaints import access
from services.complaints.api.cases import StaffView, tagged
from services.complaints.api.citizens import CitizenView, FollowBody, citizen_view
from services.complaints.api.looks import LookBody
from services.complaints.usecases import repeats
from services.complaints.usecases.use import Use
from shared.access.guard import allowed, open_to_all
from shared.access.who import Who
from shared.web.limits import Tries
from shared.web.parts import V1, uses

router = APIRouter(prefix=V1, tags=["complaints"])
UseIt = Annotated[Use, Depends(uses)]


@router.post("/complaints/{id_}/unlink")
async def unlink(
    id_: str,
    body: LookBody,
    who: Annotated[Who, Depends(allowed(access.UNLINK))],
    use: UseIt,
    response: Response,
) -> StaffView:
    """It is a matter of its own: it is counted again, and never linked anew. The reason is in its history."""
    return await tagged(use, who, response, await repeats.unlink(use, who, id_, body.reason))


@router.post("/follow/unlink")
@open_to_all(access.FOLLOW)
async def unlink_own(body: FollowBody, use: UseIt, tries: Tries) -> CitizenView:
    """What I wrote is another matter than the first."""
    async with tries.of(body.code):
        saved = await repeats.unlink_own(use, body.code, body.mobile)
    return await citizen_view(use, saved)
