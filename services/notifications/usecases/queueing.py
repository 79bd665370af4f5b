"""A message into the queue, once."""

from services.notifications.domain.message import Message
from services.notifications.usecases.use import Use
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
