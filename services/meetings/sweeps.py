"""The clocks: whose meeting is to be convened, and which one moves, lapsed, ended or owes its decisions."""

from services.meetings import usecases
from services.meetings.usecases import Use
from shared.sweep import Sweep


def sweeps(use: Use) -> list[Sweep]:
    """Each finds what is due and hands it to a use case, which looks again."""
    return [
        Sweep(
            name="meetings.follow-calendar",
            due=lambda _: usecases.behind_calendar(use),
            handle=lambda id_, now: usecases.follow_calendar(use, id_, now),
        ),
        Sweep(
            name="meetings.convene",
            due=lambda now: use.committees.due("convenes_at", now),
            handle=lambda id_, now: usecases.convene_if_due(use, id_, now),
        ),
        Sweep(
            name="meetings.clock",
            due=lambda now: use.meetings.due("clock_at", now),
            handle=lambda id_, now: usecases.check_clock(use, id_, now),
        ),
    ]
