"""A person's number, in the clear for a moment."""

from services.notifications.domain.reach import Reach
from services.notifications.usecases.use import Use
from shared.sealing import unseal


async def number_of(use: Use, reach: Reach) -> str:
    """In the clear; Unopenable where the key doesn't fit."""
    key = await use.wrapper.unwrap(reach.wrapped_key, about=reach.contact_id)
    return unseal(key, reach.sealed, purpose=reach.contact_id)
