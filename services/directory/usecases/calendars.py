"""Working calendars."""

from datetime import date

from services.directory import access
from services.directory.domain import calendar
from services.directory.domain.calendar import Calendar, ClosedDayForm
from services.directory.usecases.use import Use, everything, named
from shared.access.who import Who
from shared.calendar.calendar_data import CalendarData
from shared.calendar.jalali import local_day
from shared.cloudevents import Envelope
from shared.events.directory import PROVINCE
from shared.store.history import Act
from shared.store.repository import NotFound, Saved
from shared.store.store import DuplicateId

CLOCK = "clock"


async def set_calendar(
    use: Use, who: Who, agency_id: str, data: CalendarData, if_match: int | None
) -> Saved[Calendar]:
    """Set the working calendar of the province or of an agency."""
    return await settle_calendar(use, named(who, access.SET_CALENDAR, PROVINCE), agency_id, data, if_match)


async def close_day(
    use: Use, who: Who, agency_id: str, form: ClosedDayForm, if_match: int | None
) -> Saved[Calendar]:
    """Close a day in the calendar of the province or of an agency.

    One that has none gets the province's with this day closed, and goes on with the province's.
    """
    by, now = named(who, access.SET_CALENDAR, PROVINCE), use.clock.now()
    await use.agencies.get(agency_id, agency_id)
    act = Act(name="close-day", by=by, at=now, note=f"{form.day}: {form.why.fa}")
    province, today = await _province(use), local_day(now)

    async def close() -> Saved[Calendar]:
        id_ = calendar.id_of(agency_id)
        return await use.calendars.change(
            agency_id, id_, act, lambda one: one.close(form, today, province), if_match=if_match
        )

    try:
        return await _kept_up(use, await close())
    except NotFound:
        if if_match is not None:
            raise
    try:
        first = Calendar.closing(agency_id, form, today, province)
        return await _kept_up(use, await use.calendars.add(act, first))
    except DuplicateId:  # another day was closed at the same time
        return await _kept_up(use, await close())


async def reopen_day(use: Use, who: Who, agency_id: str, day: str, if_match: int | None) -> Saved[Calendar]:
    """Open a closed day again before it begins. NotFound for what is no day to come."""
    by, now = named(who, access.SET_CALENDAR, PROVINCE), use.clock.now()
    try:
        closed, province = date.fromisoformat(day), await _province(use)
        saved = await use.calendars.change(
            agency_id,
            calendar.id_of(agency_id),
            Act(name="reopen-day", by=by, at=now, note=str(closed)),
            lambda one: one.reopen(closed, local_day(now), province),
            if_match=if_match,
        )
    except (ValueError, calendar.HasBegun):
        raise NotFound(day) from None
    return await _kept_up(use, saved)


async def follow_province(use: Use, envelope: Envelope) -> None:
    """The province's calendar changed: those that follow it change with it. Safe to repeat."""
    if envelope.agency == PROVINCE:
        for saved in await everything(use.calendars):
            await _kept_up(use, saved)


async def _kept_up(use: Use, saved: Saved[Calendar]) -> Saved[Calendar]:
    """The calendar with what has changed in the province's since that was looked at, where it follows it."""
    if saved.state.follows is None:
        return saved
    province = await _province(use)
    act = Act(name="follow-province", by=CLOCK, at=use.clock.now(), note=f"version {province.version}")
    return await use.calendars.change(None, saved.state.id, act, lambda one: one.keep_up(province))


async def _province(use: Use) -> CalendarData:
    return (await use.calendars.get(PROVINCE, calendar.id_of(PROVINCE))).state.data


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
