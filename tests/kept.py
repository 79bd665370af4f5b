"""What tests of retention have in common: an agency's own figure, an auditor, a marked text."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from shared.audit.finding import Finding
from shared.bus.effects import Projection
from shared.directory.replica import COLLECTION, fold
from shared.events.directory import FigureSet
from shared.store.repository import Repository
from tests.province import agency_events, told
from tests.serving import Serving
from tests.shared.audit.auditing import Audit

MARK = "قناری"


async def own_figure(running: Serving, figure: str, value: str | int, from_day: str) -> None:
    """Water has a figure of its own from this day on."""
    said = FigureSet(agency_id="water", figure=figure, value=value, from_day=date.fromisoformat(from_day))
    copy = Projection(running.database[COLLECTION], fold)
    await copy.work(told("water", [said], after=len(agency_events("water"))))


def auditor(running: Serving, service: str, repositories: Sequence[Repository[Any]], folder: Path) -> Audit:
    """One who makes and checks the digests of a service."""
    documents = [repository.collection for repository in repositories]
    return Audit(
        database=running.database, folder=folder, documents=documents, service=service, clock=running.clock
    )


async def sound(audit: Audit) -> list[Finding]:
    """What an auditor finds before and after the next hour's digest."""
    found = await audit.findings()
    await audit.strike()
    return [*found, *await audit.findings()]
