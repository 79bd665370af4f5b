"""P3: what it costs that an event can't be lost: the same write with its events in it, and without."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from services.complaints.domain import filing
from services.complaints.domain.clock import Measure
from services.complaints.domain.complaint import Complaint
from services.complaints.domain.contact import Contact
from services.complaints.domain.door import Door
from services.complaints.storage.complaints import Complaints
from shared.clock import wall_now
from shared.directory.lookup import Directory
from shared.identity import new_code, new_id
from shared.sealing import new_key, seal
from shared.store.history import Act
from shared.store.repository import Fact
from tests.bench.ratios import Measured, Promise
from tests.bench.stage import CLIENTS, COMPLAINT, DATABASE, Stage

COST = Promise(
    id="P3",
    says="guaranteeing the event, against the same write without it: additional time",
    goal=10,
    floor=15,
    at_most=True,
    unit="%",
)
TURNS = 4  # in a round, so that both meet the same disturbances


async def measure(stage: Stage, *, rounds: int, seconds: float) -> list[Measured]:
    """Each round: both in turn, four times; the one that began comes last the next time."""
    with_events, without = list[float](), list[float]()
    template, facts = await _filed(stage)
    async with stage.database() as database:
        complaints = Complaints(database)
        for _ in range(rounds):
            await stage.empty()
            saved = {True: 0.0, False: 0.0}
            for turn in range(TURNS):
                for guaranteed in (True, False) if turn % 2 else (False, True):
                    chosen = facts if guaranteed else ()
                    saved[guaranteed] += await _saves(complaints, template, chosen, seconds / TURNS)
            with_events.append(saved[True] / seconds)
            without.append(saved[False] / seconds)
    await stage.empty()
    costs = [(plain / full - 1) * 100 for plain, full in zip(without, with_events, strict=True)]
    figures = {"saves/s with events": with_events, "without": without}
    return [Measured(promise=COST, ratios=costs, figures=figures)]


async def _saves(complaints: Complaints, template: Complaint, facts: Sequence[Fact], seconds: float) -> float:
    """How many new complaints as many clients as usual save in this time, all answers awaited."""
    until, saved = time.monotonic() + seconds, 0

    async def one() -> None:
        nonlocal saved
        while time.monotonic() < until:
            fresh = replace(template, id=new_id(), tracking_code=new_code())
            act = Act(name="file", by="citizen", at=wall_now())
            await complaints.add(act, (fresh, facts))
            saved += 1

    started = time.monotonic()
    await asyncio.gather(*[one() for _ in range(CLIENTS)])
    return saved * seconds / (time.monotonic() - started)


async def _filed(stage: Stage) -> tuple[Complaint, Sequence[Fact]]:
    """A complaint as the domain files it, with what that tells."""
    async with stage.database(DATABASE) as database:
        directory = Directory(database)
        measure = Measure(
            calendar=await directory.calendar("water"), figures=await directory.figures("water")
        )
    return filing.file(
        id_=new_id(),
        tracking_code=new_code(),
        agency_id="water",
        service_code="1001",
        unit_id="desk",
        ground=COMPLAINT["ground"],
        text=COMPLAINT["text"],
        door=Door.WEB,
        contact=Contact(id="c1", sealed=seal(new_key(), COMPLAINT["mobile"], purpose="c1")),
        now=datetime(2026, 11, 21, 5, 30, tzinfo=UTC),
        measure=measure,
    )
