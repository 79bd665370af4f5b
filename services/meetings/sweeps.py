"""The clocks: whose meeting is to be convened, and which one moves, lapsed, ended or owes its decisions."""

from services.meetings.usecases import clocks
from services.meetings.usecases.use import Use
from shared.sweep import Sweep


def sweeps(use: Use) -> list[Sweep]:
    """Each finds what is due and hands it to a use case, which looks again."""
    return [
        Sweep(
            name="meetings.follow-calendar",
            due=lambda _: clocks.behind_calendar(use),
            handle=lambda id_, now: clocks.follow_calendar(use, id_, now),
        ),
        Sweep(
            name="meetings.convene",
            due=lambda now: use.committees.due("convenes_at", now),
            handle=lambda id_, now: clocks.convene_if_due(use, id_, now),
        ),
        Sweep(
            name="meetings.clock",
            due=lambda now: use.meetings.due("clock_at", now),
            handle=lambda id_, now: clocks.check_clock(use, id_, now),
        ),
    ]
