"""What an agency sent in a day, and how much of it its quota leaves."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from services.notifications import rules
from services.notifications.domain.lane import Lane
from services.notifications.domain.usage import Used
from services.notifications.usecases.gates import quota_key
from services.notifications.usecases.use import Use
from shared.access.who import Who
from shared.calendar.jalali import local_day, midnight

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """`counted` in each lane of the `quota`, in parts: what tells of one's own case is not counted."""

    day: date
    quota: int
    counted: Mapping[Lane, int]
    used: Sequence[Used]


async def usage(use: Use, who: Who, day: date | None) -> Day:
    """Of today where no day is said."""
    asked = day or local_day(use.clock.now())
    figures = await use.directory.figures(who.agency_id)
    begins = midnight(asked)
    return Day(
        day=asked,
        quota=figures.of(rules.QUOTA, asked),
        counted={lane: await use.allowances.used(quota_key(who.agency_id, lane, asked)) for lane in Lane},
        used=await use.queue.usage(who.agency_id, begins, begins + DAY),
    )
