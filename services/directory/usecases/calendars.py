"""Working calendars."""

from services.directory import access
from services.directory.domain import calendar
from services.directory.domain.calendar import Calendar
from services.directory.usecases.use import Use, named
from shared.access.who import Who
from shared.calendar.calendar_data import CalendarData
from shared.events.directory import PROVINCE
from shared.store.history import Act
from shared.store.repository import Saved
from shared.store.store import DuplicateId


async def set_calendar(
    use: Use, who: Who, agency_id: str, data: CalendarData, if_match: int | None
) -> Saved[Calendar]:
    """Set the working calendar of the province or of an agency."""
    return await settle_calendar(use, named(who, access.SET_CALENDAR, PROVINCE), agency_id, data, if_match)


async def settle_calendar(
    use: Use, by: str, agency_id: str, data: CalendarData, if_match: int | None = None
) -> Saved[Calendar]:
    """The calendar as given, however it was."""
    await use.agencies.get(agency_id, agency_id)
    act = Act(name="set-calendar", by=by, at=use.clock.now())
    if if_match is None:
        try:
            return await use.calendars.add(act, Calendar.set(agency_id, data))
        except DuplicateId:
            pass  # it is there: set anew below
    id_ = calendar.id_of(agency_id)
    return await use.calendars.change(agency_id, id_, act, lambda one: one.reset(data), if_match=if_match)
