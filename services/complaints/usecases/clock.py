"""The clock's own acts. Each looks again, and is safe to ask at any time."""

from collections.abc import AsyncIterator
from datetime import datetime

from services.complaints import rules
from services.complaints.domain import escalation, verdict
from services.complaints.usecases.use import CLOCK, Clocked, Use, line_of, measure_of
from shared.directory.measured import calendar_names
from shared.store.history import Act


async def escalate_if_due(use: Use, id_: str, now: datetime) -> None:
    """The clock's own act: whoever is owed an answer goes up a level."""
    found = await use.complaints.load(id_)
    line, measure = await line_of(use, found.state, now), await measure_of(use, found.state.agency_id)
    await use.complaints.change(
        None,
        id_,
        Act(name="escalate", by=CLOCK, at=now),
        lambda complaint: escalation.check_clock(complaint, now, line, measure),
    )


async def behind_calendar(use: Use, things: Clocked) -> AsyncIterator[str]:
    """Whose clock runs by a calendar that was changed since."""
    async for id_ in things.measured_otherwise(await calendar_names(use.directory)):
        yield id_


async def follow_calendar(use: Use, id_: str, now: datetime) -> None:
    """The clock's own act: a deadline that had not passed when the calendar was changed moves with it."""
    found = await use.complaints.load(id_)
    measure = await measure_of(use, found.state.agency_id)
    act = Act(
        name="follow-calendar",
        by=CLOCK,
        at=now,
        clause=rules.REPLY_TIME.clause,
        note=f"calendar {measure.name}",
    )
    await use.complaints.change(
        None, id_, act, lambda complaint: escalation.follow_calendar(complaint, measure, now)
    )


async def close_if_unrated(use: Use, id_: str, now: datetime) -> None:
    """The clock's own act: no verdict came in time."""
    act = Act(name="close", by=CLOCK, at=now)
    await use.complaints.change(None, id_, act, lambda complaint: verdict.close_unrated(complaint, now))
