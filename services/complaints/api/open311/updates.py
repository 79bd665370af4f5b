"""mySociety's extension: what became of reports, by their extended statuses."""

from typing import Annotated

from fastapi import Depends, Request, Response

from services.complaints import access
from services.complaints.api.open311.formats import (
    agency_of,
    answer,
    must_be_agency,
    new_router,
    shown,
    span_of,
)
from services.complaints.usecases import open311
from services.complaints.usecases.use import Use
from shared.access.guard import open_to_all
from shared.web.parts import uses
from shared.web.problems import language_of

router = new_router()


@router.get("/servicerequestupdates.{kind}", response_model=str)
@open_to_all(access.OPEN311)
async def updates(request: Request, use: Annotated[Use, Depends(uses)]) -> Response:
    """What became of a jurisdiction's reports between two instants, oldest first: states, nobody's words."""
    agency_id = agency_of(request.query_params)
    await must_be_agency(use, agency_id)
    since, until = span_of(request.query_params, use.clock.now())
    rows = [
        {
            "update_id": one.id,
            "service_request_id": one.complaint_id,
            "status": one.status,
            "updated_datetime": shown(one.at),
            "description": one.says.in_(language_of(request)),
            "media_url": None,
        }
        for one in await open311.updates(use, agency_id, since, until)
    ]
    return answer(request, "service_request_updates", "request_update", rows)
