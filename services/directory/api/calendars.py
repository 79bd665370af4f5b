"""Working calendars."""

from typing import Annotated

from fastapi import APIRouter, Depends, Response

from services.directory import access
from services.directory.domain import calendar as calendars
from services.directory.domain.calendar import Calendar, ClosedDayForm
from services.directory.usecases import calendars as calendar_cases
from services.directory.usecases.use import Use
from shared.access.guard import allowed, open_to_all
from shared.access.who import Who
from shared.calendar.calendar_data import CalendarData
from shared.store.repository import Saved
from shared.web.bodies import up_to
from shared.web.parts import V1, IfMatch, uses

router = APIRouter(prefix=V1, tags=["directory"])
UseIt = Annotated[Use, Depends(uses)]
CALENDAR_BYTES_MAX = 2 * 1024 * 1024
"""A thousand days that are other than usual, each with its reason in two languages."""


@router.get("/calendars/{agency_id}")
@open_to_all(access.READ)
async def calendar(agency_id: str, use: UseIt, response: Response) -> CalendarData:
    """The working calendar of the province (its owner is the governorate) or of an agency with its own."""
    return _calendar_view(response, await use.calendars.get(agency_id, calendars.id_of(agency_id)))


@router.put("/calendars/{agency_id}", openapi_extra=up_to(CALENDAR_BYTES_MAX))
async def set_calendar(
    agency_id: str,
    body: CalendarData,
    who: Annotated[Who, Depends(allowed(access.SET_CALENDAR))],
    use: UseIt,
    response: Response,
    if_match: IfMatch,
) -> CalendarData:
    """Set it, whole; a change needs a higher version. Deadlines that have not passed move with it."""
    return _calendar_view(response, await calendar_cases.set_calendar(use, who, agency_id, body, if_match))


@router.post("/calendars/{agency_id}/closed-days")
async def close_day(
    agency_id: str,
    body: ClosedDayForm,
    who: Annotated[Who, Depends(allowed(access.SET_CALENDAR))],
    use: UseIt,
    response: Response,
    if_match: IfMatch,
) -> CalendarData:
    """Close a day, tomorrow at nine in the evening too: the calendar gets its next version.

    An agency without a calendar of its own gets the province's with this day closed, and goes on with it.
    """
    return _calendar_view(response, await calendar_cases.close_day(use, who, agency_id, body, if_match))


@router.post("/calendars/{agency_id}/closed-days/{day}/reopen")
async def reopen_day(
    agency_id: str,
    day: str,
    who: Annotated[Who, Depends(allowed(access.SET_CALENDAR))],
    use: UseIt,
    response: Response,
    if_match: IfMatch,
) -> CalendarData:
    """Open it again, as long as it has not begun."""
    return _calendar_view(response, await calendar_cases.reopen_day(use, who, agency_id, day, if_match))


def _calendar_view(response: Response, saved: Saved[Calendar]) -> CalendarData:
    response.headers["etag"] = saved.etag
    return CalendarData.model_validate(saved.state.calendar)
