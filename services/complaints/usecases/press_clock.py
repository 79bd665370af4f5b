"""The clock's own acts on press cases. Each looks again, and is safe to ask at any time."""

from datetime import datetime

from services.complaints.domain import headquarters, press_sending
from services.complaints.usecases.use import CLOCK, Use, chart_of, measure_of
from shared.events.directory import PROVINCE, Post
from shared.store.history import Act


async def line_above(use: Use, agency_id: str, now: datetime) -> tuple[Post, ...]:
    """To whom what public relations owes goes up."""
    province = await use.directory.chart(PROVINCE)
    return headquarters.line_above(await chart_of(use, agency_id), province, now)


async def escalate_if_due(use: Use, id_: str, now: datetime) -> None:
    """What is overdue goes up a level."""
    agency_id = (await use.press.load(id_)).state.agency_id
    line, measure = await line_above(use, agency_id, now), await measure_of(use, agency_id)
    act = Act(name="escalate", by=CLOCK, at=now)
    await use.press.change(None, id_, act, lambda case: press_sending.check_clock(case, now, line, measure))


async def follow_calendar(use: Use, id_: str, now: datetime) -> None:
    """A deadline that had not passed when the calendar was changed moves with it."""
    measure = await measure_of(use, (await use.press.load(id_)).state.agency_id)
    act = Act(name="follow-calendar", by=CLOCK, at=now, note=f"calendar {measure.name}")
    await use.press.change(None, id_, act, lambda case: press_sending.follow_calendar(case, measure, now))
