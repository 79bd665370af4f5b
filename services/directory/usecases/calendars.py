"""Working calendars."""

from datetime import date

from services.directory import access
from services.directory.domain import calendar
from services.directory.domain.calendar import Calendar, ClosedDayForm
from services.directory.usecases.use import Use, named
from shared.access.who import Who
from shared.calendar.calendar_data import CalendarData
from shared.calendar.jalali import local_day
from shared.events.directory import PROVINCE
from shared.store.history import Act
from shared.store.repository import NotFound, Saved
from shared.store.store import DuplicateId


async def set_calendar(
    use: Use, who: Who, agency_id: str, data: CalendarData, if_match: int | None
) -> Saved[Calendar]:
    """Set the working calendar of the province or of an agency."""
    return await settle_calendar(use, named(who, access.SET_CALENDAR, PROVINCE), agency_id, data, if_match)


async def close_day(
    use: Use, who: Who, agency_id: str, form: ClosedDayForm, if_match: int | None
) -> Saved[Calendar]:
    """Close a day in the calendar of the province, or of an agency that has its own."""
    by, now = named(who, access.SET_CALENDAR, PROVINCE), use.clock.now()
    return await use.calendars.change(
        agency_id,
        calendar.id_of(agency_id),
        Act(name="close-day", by=by, at=now, note=f"{form.day}: {form.why.fa}"),
        lambda one: one.close(form, local_day(now)),
        if_match=if_match,
    )


async def reopen_day(use: Use, who: Who, agency_id: str, day: str, if_match: int | None) -> Saved[Calendar]:
    """Open a closed day again before it begins. NotFound for what is no day to come."""
    by, now = named(who, access.SET_CALENDAR, PROVINCE), use.clock.now()
    try:
        closed = date.fromisoformat(day)
        return await use.calendars.change(
            agency_id,
            calendar.id_of(agency_id),
            Act(name="reopen-day", by=by, at=now, note=str(closed)),
            lambda one: one.reopen(closed, local_day(now)),
            if_match=if_match,
        )
    except (ValueError, calendar.HasBegun):
        raise NotFound(day) from None


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
