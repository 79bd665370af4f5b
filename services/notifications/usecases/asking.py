"""A sender fell silent: the gateway is asked what became of a message before anybody sends it again."""

import asyncio
from datetime import timedelta

from services.notifications.domain.message import Message
from services.notifications.domain.outcome import UNKNOWN, Outcome, Verdict
from services.notifications.domain.status import Reason, Status
from services.notifications.gateways.port import Gateway
from services.notifications.usecases import broadcasts, receipts, sending
from services.notifications.usecases.use import CLOCK, Use
from shared.observe.logs import log
from shared.observe.metrics import MESSAGES
from shared.store.history import Act
from shared.store.repository import Decision, Saved

_LOG = log(__name__)
ASKED_ABOUT = frozenset({Status.UNKNOWN, Status.ACCEPTED})
ASKED_FOR = timedelta(days=1)
"""A gateway that can't be asked for so long won't say any more, and the case's later messages wait for it."""


async def ask(use: Use, id_: str) -> None:
    """Ask, and heed what is said; a gateway that can't be reached is asked again, for a day."""
    now, real_now = use.clock.now(), use.real_now()
    act = Act(name="doubt", by=CLOCK, at=now)
    saved = await use.messages.change(
        None, id_, act, lambda message: (message.doubt(real_now, now, pause=use.claim_lasts), [])
    )
    message = saved.state
    if message.status not in ASKED_ABOUT or saved.state.reason == Reason.IN_DOUBT:
        return
    gateway = use.gateways.of(message.gateway)
    with sending.traced("ask", message):
        outcome = UNKNOWN
        if gateway is not None:
            try:
                outcome = await _found(use, gateway, message)
            except Exception as error:  # noqa: BLE001 - whatever keeps it from answering, it is asked again
                _LOG.warning("gateway could not be asked", message=id_, error=type(error).__name__)
                if message.status is Status.ACCEPTED or _age(use, message) < ASKED_FOR:
                    return
        await _heed(use, saved, outcome, gateway)


async def _found(use: Use, gateway: Gateway, message: Message) -> Outcome | None:
    async with asyncio.timeout(sending.patience_s(use)):
        return await gateway.find(message.id, gateway_id=message.gateway_id, age=_age(use, message))


def _age(use: Use, message: Message) -> timedelta:
    return use.real_now() - (message.handed_at or message.status_at)


async def _heed(use: Use, seen: Saved[Message], outcome: Outcome | None, gateway: Gateway | None) -> None:
    """What the gateway found. Only what it surely hasn't, and won't have, waits to be sent again."""
    message = seen.state
    if message.status is Status.ACCEPTED:
        if outcome is not None:
            receipts.note(use, message, await sending.settle(use, seen, outcome))
    elif outcome is None:
        if gateway is not None and _age(use, message) >= gateway.certain_after:
            await _wait_again(use, seen)
    elif outcome.verdict is Verdict.UNKNOWN:
        now = use.clock.now()
        act = Act(name="leave-in-doubt", by=CLOCK, at=now)
        MESSAGES.labels(message.gateway or "", "in-doubt").inc()
        await use.messages.change(None, message.id, act, lambda one: (one.leave_in_doubt(now), []))
        use.wake.set()  # the case's next message waited for it
    else:
        await sending.settle(use, seen, outcome)


async def _wait_again(use: Use, seen: Saved[Message]) -> None:
    """Whoever sends finds out whether it is still of use; what a stopped broadcast let go of, nobody does."""
    message, now = seen.state, use.clock.now()
    part_of = message.broadcast_id
    is_stopped = part_of is not None and await broadcasts.is_stopped(use, part_of)
    act = Act(name="not-there", by=CLOCK, at=now)

    def decide(one: Message) -> Decision[Message]:
        waiting = one.wait_again(now, claims=message.claims)
        return (waiting.suppress(Reason.STOPPED, now) if is_stopped else waiting), []

    saved = await use.messages.change(None, message.id, act, decide, seen=seen)
    if part_of is not None and saved.state.reason == Reason.STOPPED:
        await use.many.recipients.take_back(part_of, [message.contact_id or ""])
    use.wake.set()
