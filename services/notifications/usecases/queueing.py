"""A message into the queue, once; and out of its waiting."""

from collections.abc import Iterable

from services.notifications.domain.message import Message
from services.notifications.usecases.at_once import all_of
from services.notifications.usecases.use import CLOCK, Use
from shared.store.history import Act
from shared.store.store import DuplicateId


async def queue(use: Use, act: Act, message: Message) -> None:
    """One that is there already stays as it is. Who sends those of its lane looks at once."""
    try:
        with use.precedence.of(message.lane):
            await use.messages.add(act, (message, []))
    except DuplicateId:
        return
    use.wake.of(message.lane).set()


async def let_go(use: Use, ids: Iterable[str]) -> None:
    """What these waited for is there. Who sends them isn't told yet."""
    now = use.clock.now()
    act = Act(name="release", by=CLOCK, at=now)
    await all_of(use.messages.change(None, id_, act, lambda one: (one.release(now), [])) for id_ in ids)
