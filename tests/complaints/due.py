"""A great many complaints that nobody answered, and the sweep that takes all of them up."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from services.complaints.domain.complaint import Complaint
from tests.complaints.many import cases, put
from tests.province import SATURDAY_NINE
from tests.serving import Serving

AT_ONCE = 5_000
TOGETHER = 700
"""So many are due at the same instant: more than a page holds."""
SWEPT_AT = SATURDAY_NINE + timedelta(hours=4)


def due_at(number: int) -> datetime:
    """Within the last hour, many at the same instant."""
    return SWEPT_AT - timedelta(minutes=1 + number // TOGETHER % 59)


def unanswered(many: int) -> Iterator[Complaint]:
    """Of two agencies, each with its first step up due."""
    for number, case in enumerate(cases(many, open_each=2)):
        filed_at = due_at(number) - timedelta(hours=3)
        running = replace(case.rounds[0], started_at=filed_at, due_at=due_at(number))
        yield replace(
            case, filed_at=filed_at, rounds=(running,), level=0, level_post=None, escalates_at=due_at(number)
        )


async def put_unanswered(service: Serving, many: int) -> None:
    """Into its database, in bulk."""
    block: list[Complaint] = []
    for case in unanswered(many):
        block.append(case)
        if len(block) == AT_ONCE:
            await put(service.parts.use.complaints, iter(block))
            block = []
    if block:
        await put(service.parts.use.complaints, iter(block))


async def levels(service: Serving) -> dict[tuple[int, int], int]:
    """How many complaints stand at which level, with so many steps told of."""
    steps = {"$size": {"$filter": {"input": "$pending", "cond": {"$regexMatch": _ESCALATED}}}}
    grouped = [
        {"$group": {"_id": {"level": "$state.level", "steps": steps}, "many": {"$sum": 1}}},
    ]
    found = await service.database["complaints"].aggregate(grouped)
    return {(one["_id"]["level"], one["_id"]["steps"]): one["many"] async for one in found}


_ESCALATED = {"input": "$$this.headers.ce_type", "regex": "ComplaintEscalated"}
