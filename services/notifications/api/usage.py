"""What an agency's messages of a day came to."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query

from services.notifications.api.parts import Reader, UseIt
from services.notifications.domain.lane import Lane
from services.notifications.usecases import usage as using
from shared.web.fields import JalaliDay
from shared.web.parts import V1, View

router = APIRouter(prefix=V1, tags=["messages"])


class UsedView(View):
    """Of one lane by one gateway: `parts` of SMS, `cost` in rials."""

    lane: str
    gateway: str
    messages: int
    parts: int
    cost: int


class UsageView(View):
    """`counted` in each lane of the `quota`, in parts: what tells of one's own case is not counted."""

    day: date
    quota: int
    counted: Mapping[Lane, int]
    used: list[UsedView]


@router.get("/usage")
async def usage(who: Reader, use: UseIt, day: Annotated[JalaliDay | None, Query()] = None) -> UsageView:
    """What the agency sent on a day, today unless said otherwise, by lane and gateway, and what it cost."""
    found = await using.usage(use, who, day)
    return UsageView(
        day=found.day,
        quota=found.quota,
        counted=found.counted,
        used=[
            UsedView(
                lane=one.lane, gateway=one.gateway, messages=one.messages, parts=one.parts, cost=one.cost
            )
            for one in found.used
        ],
    )
