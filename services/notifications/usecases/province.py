"""What the province pays for in a day: a part is kept from broadcasts, and of it no agency can use up all."""

from collections.abc import Sequence
from datetime import date, datetime

from services.notifications import rules
from services.notifications.domain.lane import Lane
from services.notifications.domain.message import Message
from services.notifications.usecases.use import Use
from shared.events.directory import PROVINCE

Part = tuple[str, int, str | None]
"""Under which key so many were taken; of a reserve, by whom."""


async def take(
    use: Use, message: Message, parts: int, day: date, *, over_at: datetime
) -> Sequence[Part] | None:
    """What it takes; None where nothing is left for it."""
    if use.parts_a_day is None:
        return ()
    kept = (await use.directory.figures(PROVINCE)).of(rules.RESERVE, day)
    for_all = int(use.parts_a_day * (1 - kept))
    key = f"province {day.isoformat()}"
    if await use.allowances.take(key, parts, most=for_all, over_at=over_at):
        return ((key, parts, None),)
    if message.lane is Lane.BROADCAST:
        return None
    reserve, by = f"reserve {day.isoformat()}", f"{message.agency_id} {message.lane.value}"
    most = use.parts_a_day - for_all
    took = await use.allowances.take_half(reserve, parts, by, most=most, over_at=over_at)
    return ((reserve, parts, by),) if took else None
