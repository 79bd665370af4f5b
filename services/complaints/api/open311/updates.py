"""mySociety's extension: what became of reports, by their extended statuses, and what their users add."""

from collections.abc import Mapping
from typing import Annotated

from fastapi import Depends, Request, Response

from services.complaints import access
from services.complaints.api.open311.formats import (
    Wrong,
    agency_of,
    answer,
    instant_of,
    must_be_agency,
    new_router,
    shown,
    span_of,
)
from services.complaints.api.open311.senders import (
    MAY_HAVE_FILES,
    client_of,
    form_of,
    links,
    needed,
    no_key,
    sent_of,
)
from services.complaints.usecases import open311
from services.complaints.usecases.open311 import Said
from services.complaints.usecases.use import Use
from shared.access.guard import open_to_all
from shared.web.parts import uses
from shared.web.problems import language_of
from shared.web.uploads import Reader

router = new_router()
TEXT_MAX, ID_MAX, STATUS_MAX = 4000, 64, 40
EXTENDED = frozenset(
    {
        *("OPEN", "CLOSED", "FIXED", "INVESTIGATING", "IN_PROGRESS", "PLANNED", "ACTION_SCHEDULED"),
        *("DUPLICATE", "INTERNAL_REFERRAL", "NOT_COUNCILS_RESPONSIBILITY", "NO_FURTHER_ACTION"),
        *("UNABLE_TO_FIX", "REOPENED"),
    }
)
"""Whatever a client's user says, it is words for staff: none of them moves the case."""


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


@router.post("/servicerequestupdates.{kind}", response_model=str, openapi_extra=MAY_HAVE_FILES)
@open_to_all(access.OPEN311)
async def update(request: Request, use: Annotated[Use, Depends(uses)], reader: Reader) -> Response:
    """Add what a client's user says to a report that this client filed: once for each `update_id`.

    It is a note that staff see, with its status and links as words; of who wrote it nothing is kept.
    """
    async with form_of(request, reader) as (given, files):
        client, agency_id = await client_of(use, given), agency_of(given)
        await must_be_agency(use, agency_id)
        if not client.may_file_at(agency_id):
            raise no_key()
        said = Said(
            agency_id=agency_id,
            complaint_id=needed(given, "service_request_id", ID_MAX),
            update_id=needed(given, "update_id", ID_MAX),
            words=_words(given),
            files=sent_of(files),
        )
        id_ = await open311.update(use, client, said)
    return answer(request, "service_request_updates", "request_update", [{"update_id": id_}], 201)


def _words(given: Mapping[str, str]) -> str:
    status = needed(given, "status", STATUS_MAX).upper()
    if status not in EXTENDED:
        raise Wrong(400, "status شناخته نیست.", "status is none of the extended statuses.")
    needed(given, "updated_datetime", ID_MAX)
    instant_of(given, "updated_datetime")
    description = given.get("description", "").strip()
    if len(description) > TEXT_MAX:
        raise Wrong(400, "description بیش از اندازه است.", "description is too long.")
    return "\n".join([f"[{status}]", *([description] if description else []), *links(given)])
