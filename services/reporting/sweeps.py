"""The clock: whose card is to be issued."""

from services.reporting import usecases
from services.reporting.usecases import Use
from shared.sweep import Sweep


def sweeps(use: Use) -> list[Sweep]:
    """Finds the agencies whose turn has come and hands each to the use case, which looks again."""
    return [
        Sweep(
            name="reporting.issue",
            due=lambda now: use.issuings.due("issues_at", now),
            handle=lambda id_, now: usecases.issue_if_due(use, id_, now),
        )
    ]
