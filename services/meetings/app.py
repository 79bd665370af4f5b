"""Assembles the service."""

from services.meetings.api import router
from services.meetings.consumer import subscriptions
from services.meetings.settings import Settings
from services.meetings.storage import Committees, Meetings
from services.meetings.sweeps import sweeps
from services.meetings.usecases.use import Use
from shared.service import Base, Parts


def assemble(base: Base[Settings]) -> Parts:
    """The parts, each made once."""
    committees, meetings = Committees(base.database), Meetings(base.database)
    use = Use(
        committees=committees,
        meetings=meetings,
        breaches=meetings,
        meetings_by_calendar=meetings,
        meetings_in_order=meetings,
        directory=base.directory,
        clock=base.clock,
    )
    return Parts(
        use=use,
        repositories=[committees, meetings],
        routers=[router],
        subscriptions=subscriptions(use, base.database),
        sweeps=sweeps(use),
    )
