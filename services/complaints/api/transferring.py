"""A case is handed over to another agency, and what happened at those that had it is read."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Response
from pydantic import Field

from services.complaints import access
from services.complaints.api.cases import RoundView, StaffView, round_views, tagged
from services.complaints.api.moves import ID_MAX, ReasonBody
from services.complaints.usecases import pasts, transferring
from services.complaints.usecases.pasts import Told
from services.complaints.usecases.transferring import Wanted
from services.complaints.usecases.use import Use
from shared.access.guard import allowed
from shared.access.who import Who
from shared.events.directory import Name
from shared.web.parts import V1, IfMatch, View, example, uses

router = APIRouter(prefix=V1, tags=["complaints"])
UseIt = Annotated[Use, Depends(uses)]
SERVICE_MAX = 32


class TransferBody(ReasonBody):
    """To which agency, as which service of its catalogue, and why: the agency there reads that, too.

    `ground` is the one that it has where none is given.
    """

    model_config = example(
        agency_id="roads", service_code="20012001200", reason="راه دسترسی روستا در اختیار راهداری است."
    )

    agency_id: str = Field(min_length=1, max_length=ID_MAX)
    service_code: str = Field(min_length=1, max_length=SERVICE_MAX)
    ground: str | None = Field(default=None, max_length=ID_MAX)


class DeedView(View):
    """What was done, by which post or who else, and when."""

    act: str
    by: str
    by_post: Name | None
    at: datetime


class StayView(View):
    """A case's time at an agency that had it before. `satisfied` and `said` are its citizen's word there;
    `reason` says why it was handed over, for as long as the citizen is known.
    """

    agency_id: str
    agency: Name | None
    service_code: str
    ground: str
    until_at: datetime
    in_time: bool
    late_by_s: int
    level: int
    satisfied: bool | None
    said: str | None
    reason: str | None
    rounds: list[RoundView]
    deeds: list[DeedView]


@router.post("/complaints/{id_}/transfer")
async def hand_over(
    id_: str,
    body: TransferBody,
    who: Annotated[Who, Depends(allowed(access.TRANSFER))],
    use: UseIt,
    response: Response,
    if_match: IfMatch,
) -> StaffView:
    """Hand it over with its history: the citizen's code and deadline stay, and they are told."""
    wanted = Wanted(
        agency_id=body.agency_id, service_code=body.service_code, ground=body.ground, reason=body.reason
    )
    return await tagged(use, who, response, await transferring.hand_over(use, who, id_, wanted, if_match))


@router.get("/complaints/{id_}/past")
async def past(id_: str, who: Annotated[Who, Depends(allowed(access.READ))], use: UseIt) -> list[StayView]:
    """What happened at the agencies that had it before, the first one first."""
    return [_view(one) for one in await pasts.past(use, who, id_)]


def _view(told: Told) -> StayView:
    stay = told.stay
    return StayView(
        agency_id=stay.agency_id,
        agency=told.agency,
        service_code=stay.service_code,
        ground=stay.ground,
        until_at=stay.until_at,
        in_time=stay.in_time,
        late_by_s=round(stay.late_by.total_seconds()),
        level=stay.level,
        satisfied=stay.satisfied,
        said=stay.said,
        reason=told.reason,
        rounds=round_views(stay.rounds),
        deeds=[
            DeedView(act=one.act, by=one.by, by_post=told.posts.get(one.by), at=one.at) for one in stay.deeds
        ],
    )
