"""A gateway with its plan, and what this process knows of it now."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from services.notifications.domain.breaker import Breaker
from services.notifications.domain.lane import Lane
from services.notifications.domain.outcome import Outcome, Verdict
from services.notifications.gateways.pace import Pace
from services.notifications.gateways.plan import Plan
from services.notifications.gateways.port import Gateway

BROADCASTS_PART = 4
"""Of the places at a gateway broadcasts have a quarter: the fewer at once, the sooner others have a turn."""


@dataclass(slots=True)
class Line:
    """A gateway, its plan, and what this process knows of it now."""

    gateway: Gateway
    plan: Plan
    pace: Pace
    places: Mapping[Lane, asyncio.Semaphore]
    breaker: Breaker = field(default_factory=Breaker)
    health: float = 1.0
    was_left_alone: bool = False
    """As `Several.note_back` saw it last."""


def is_failure(outcome: Outcome) -> bool:
    """The gateway's own: that it won't take a number is no fault of it."""
    silent = outcome.verdict in (Verdict.UNKNOWN, Verdict.NOT_REACHED)
    return silent or (outcome.verdict is Verdict.REFUSED and outcome.passing)


def receipts_within(plan: Plan) -> timedelta | None:
    """The time in which its receipts are to come."""
    return None if plan.receipts_within_s is None else timedelta(seconds=plan.receipts_within_s)


def line_of(gateway: Gateway, plan: Plan) -> Line:
    to_many = max(1, plan.at_once // BROADCASTS_PART)
    places = {lane: asyncio.Semaphore(to_many if lane is Lane.BROADCAST else plan.at_once) for lane in Lane}
    return Line(gateway, plan, Pace(plan.per_second), places)
