"""A person's number, in the clear for a moment, and what is for their eyes only."""

from services.notifications.domain.message import Message
from services.notifications.domain.reach import Reach
from services.notifications.usecases.use import Use
from shared.events.contacts import ContactKind
from shared.mobile import masked
from shared.phone import masked_email
from shared.sealing import Unopenable, unseal


async def number_of(use: Use, reach: Reach) -> str:
    """In the clear; Unopenable where the key doesn't fit."""
    return unseal(await _key_of(use, reach), reach.sealed, purpose=reach.contact_id)


async def masked_of(use: Use, reach: Reach) -> str | None:
    """As people may see it; None where the key doesn't fit."""
    try:
        number = await number_of(use, reach)
    except Unopenable:
        return None
    return masked_email(number) if reach.kind is ContactKind.EMAIL else masked(number)


async def opened(use: Use, reach: Reach, message: Message) -> tuple[str, str | None]:
    """The number, and the message's own text where it is sealed. Unopenable where the key doesn't fit."""
    key = await _key_of(use, reach)
    text = None if message.sealed is None else unseal(key, message.sealed, purpose=message.id)
    return unseal(key, reach.sealed, purpose=reach.contact_id), text


async def _key_of(use: Use, reach: Reach) -> bytes:
    return await use.wrapper.unwrap(reach.wrapped_key, about=reach.contact_id)
