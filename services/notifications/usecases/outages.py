"""After an outage: what waited for a gateway goes at once, not when it is looked at next."""

from datetime import datetime

from services.notifications.domain.lane import Lane
from services.notifications.usecases.queueing import let_go
from services.notifications.usecases.use import Use

AT_ONCE = 32
PIECES = 10


async def release(use: Use, back_at: datetime) -> bool:
    """Let some of each lane go that waited when a gateway came back. Whether there may be more."""
    for _ in range(PIECES):
        pieces = [await _release_piece(use, lane, back_at) for lane in Lane]
        if not any(pieces):
            return False
    return True


async def _release_piece(use: Use, lane: Lane, back_at: datetime) -> bool:
    ids = await use.queue.waiting_for_gateways(lane, back_at, AT_ONCE)
    await let_go(use, ids)
    if ids:
        use.wake.of(lane).set()
    return bool(ids)
