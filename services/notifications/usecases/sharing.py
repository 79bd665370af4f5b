"""What workers learn of gateways from each other: how they do, who may send how fast, which is left alone."""

import time
from dataclasses import replace

from services.notifications.domain.health import WINDOW
from services.notifications.domain.shared_gateway import LASTS, Seen
from services.notifications.gateways.line import Line
from services.notifications.usecases import outages
from services.notifications.usecases.use import Use
from shared.observe.logs import log
from shared.observe.metrics import GATEWAY_HEALTH

_LOG = log(__name__)
TRIES = 8
"""So often another may be first; then it is for the next time."""


async def look_at_gateways(use: Use) -> None:
    """How each did of late, as all saw it; this worker's share of its speed, for the next seconds."""
    now = use.real_now()
    use.gateways.learn(await use.minutes.since(now - WINDOW), now)
    lines = dict(use.gateways.lines())
    for name, line in lines.items():
        GATEWAY_HEALTH.labels(name).set(line.health)
    asked_at = time.monotonic()
    for name, seen in (await use.shared.of(lines.keys())).items():
        await _meet(use, lines[name], seen, asked_at)
    use.gateways.note_back(use.clock.now())
    since = use.gateways.back_at
    if since is not None and not await outages.release(use, since):
        use.gateways.back_at = None


async def may_go(use: Use, name: str) -> bool:
    """Whether a message may go to it now. After a pause one of all workers may try it: only then is asked."""
    line = use.gateways.line(name)
    for _ in range(TRIES):
        if not line.breaker.is_open:
            return True
        seen = (await use.shared.of([name]))[name]
        line.breaker = line.breaker.newest(seen.state.breaker)
        now = use.real_now()
        if not line.breaker.lets(now):
            return False
        tried = line.breaker.tried(now)
        if await use.shared.save(seen, replace(seen.state, breaker=tried)):
            line.breaker = line.breaker.newest(tried)
            return True
    return False


async def give_back(use: Use) -> None:
    """This worker sends nothing any more: its shares are the others' at once."""
    lines = {name: line for name, line in use.gateways.lines() if line.plan.per_second is not None}
    for line in lines.values():
        line.pace.lower(0.0)
    for seen in (await use.shared.of(lines.keys())).values():
        await use.shared.save(seen, seen.state.given_back(use.gateways.worker, seen.now))


async def _meet(use: Use, line: Line, seen: Seen, asked_at: float) -> None:
    """Renew the lease, and tell and learn whether it is left alone."""
    worker, limit = use.gateways.worker, line.plan.per_second
    for _ in range(TRIES):
        line.breaker = line.breaker.newest(seen.state.breaker)
        wanted = replace(seen.state, breaker=seen.state.breaker.newest(line.breaker))
        if limit is not None:
            wanted = wanted.leased(worker, limit, seen.now)
            line.pace.lower(wanted.share_of(worker))
        if wanted == seen.state:
            return
        if await use.shared.save(seen, wanted):
            line.pace.lease(wanted.share_of(worker), asked_at=asked_at, lasts=LASTS)
            return
        asked_at = time.monotonic()
        seen = (await use.shared.of([seen.name]))[seen.name]
    _LOG.warning("a gateway could not be shared now", gateway=seen.name)
