"""After an outage: what waited for a gateway goes at once, not when it is looked at next."""

from datetime import datetime

from services.notifications.domain.lane import Lane
from services.notifications.usecases.at_once import all_of
from services.notifications.usecases.use import CLOCK, Use
from shared.store.history import Act

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
    now = use.clock.now()
    act = Act(name="release", by=CLOCK, at=now)
    await all_of(use.messages.change(None, id_, act, lambda one: (one.release(now), [])) for id_ in ids)
    if ids:
        use.wake.of(lane).set()
    return bool(ids)
