"""The clock's own acts. Each looks again, and is safe to ask at any time."""

from collections.abc import AsyncIterator
from datetime import datetime

from services.complaints import rules
from services.complaints.domain import escalation, verdict
from services.complaints.usecases.use import CLOCK, Clocked, Use, filled_of, lines_of, measure_of
from shared.directory.measured import calendar_names
from shared.store.history import Act


async def escalate_if_due(use: Use, id_: str, now: datetime) -> None:
    """The clock's own act: whoever is owed an answer goes up a level."""
    found = await use.complaints.load(id_)
    agency_id = found.state.agency_id
    lines, measure = await lines_of(use, agency_id, now), await measure_of(use, agency_id)
    await use.complaints.change(
        None,
        id_,
        Act(name="escalate", by=CLOCK, at=now),
        lambda complaint: escalation.check_clock(complaint, now, lines(complaint.unit_id), measure),
    )


async def warn_if_near(use: Use, id_: str, now: datetime) -> None:
    """The clock's own act: the deadline is near, and whoever has it is told."""
    agency_id = (await use.complaints.load(id_)).state.agency_id
    lines, measure = await lines_of(use, agency_id, now), await measure_of(use, agency_id)
    is_filled = await filled_of(use, agency_id, now)
    await use.complaints.change(
        None,
        id_,
        Act(name="warn", by=CLOCK, at=now, clause=rules.NEAR.clause),
        lambda complaint: escalation.warn(complaint, now, lines(complaint.unit_id), measure, is_filled),
    )


async def go_on_if_over(use: Use, id_: str, now: datetime) -> None:
    """The clock's own act: the citizen's reply was waited for long enough."""
    agency_id = (await use.complaints.load(id_)).state.agency_id
    lines, measure = await lines_of(use, agency_id, now), await measure_of(use, agency_id)
    await use.complaints.change(
        None,
        id_,
        Act(name="go-on", by=CLOCK, at=now, clause=rules.ASKED.clause),
        lambda complaint: escalation.check_clock(complaint, now, lines(complaint.unit_id), measure),
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
