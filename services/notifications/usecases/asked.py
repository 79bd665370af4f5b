"""What became of the messages that another system asked for; it sees its own only, and takes back its own."""

import asyncio
from collections.abc import Collection, Mapping, Sequence

from services.notifications.domain.asked import id_of
from services.notifications.domain.client import Client
from services.notifications.domain.message import Message
from services.notifications.domain.status import Reason
from services.notifications.usecases.orders import local_hash, spent_key
from services.notifications.usecases.reaching import opened
from services.notifications.usecases.use import Use
from shared.calendar.jalali import local_day
from shared.sealing import Unopenable
from shared.store.history import Act


async def known(use: Use, client: Client, numbers: Collection[int]) -> Mapping[int, Message]:
    """Those of these that are the system's own, by the numbers that it knows them under."""
    found = {one.id: one for one in await use.systems.asked.with_ids({id_of(one) for one in numbers})}
    own = {number: found.get(id_of(number)) for number in numbers}
    return {number: one for number, one in own.items() if one is not None and _is_own(one, client)}


async def known_as(use: Use, client: Client, localids: Collection[str]) -> Mapping[str, Sequence[Message]]:
    """The system's own messages by the ids that it gave them: several, where it gave one to several."""
    hashes = {local_hash(use, client.id, localid): localid for localid in localids}
    found: dict[str, list[Message]] = {}
    for one in await use.systems.asked.of_localids(hashes):
        for hash_ in one.asked.localids if one.asked else ():
            if hash_ in hashes:
                found.setdefault(hashes[hash_], []).append(one)
    return found


async def cancel(use: Use, client: Client, numbers: Collection[int]) -> Mapping[int, Message]:
    """Take back what nobody has begun to send, and no other system wants; its parts are given back."""
    now, own = use.clock.now(), await known(use, client, numbers)

    async def one(message: Message) -> Message:
        changed = False

        def decide(before: Message) -> Message:
            nonlocal changed
            alone = before.asked is not None and before.asked.client_ids == (client.id,)
            after = before.suppress(Reason.CANCELLED, now) if alone else before
            changed = after != before
            return after

        act = Act(name="cancel", by=f"client:{client.id}", at=now)
        saved = await use.messages.change(None, message.id, act, lambda before: (decide(before), []))
        if changed and message.asked is not None:
            spent = spent_key(client.id, local_day(message.queued_at))
            await use.allowances.give_back(spent, message.asked.parts)
        return saved.state

    cancelled = await asyncio.gather(*map(one, own.values()))
    return dict(zip(own, cancelled, strict=True))


async def told(use: Use, messages: Collection[Message]) -> Mapping[str, tuple[str, str]]:
    """Number and text of each, by its id; those whose person was erased, or didn't come yet, are left out."""
    reached = await use.contacts.of({one.contact_id for one in messages if one.contact_id})
    said: dict[str, tuple[str, str]] = {}
    for one in messages:
        reach = reached.get(one.contact_id or "")
        if reach is not None:
            try:
                number, text = await opened(use, reach, one)
            except Unopenable:
                continue
            said[one.id] = (number, text or "")
    return said


def _is_own(message: Message, client: Client) -> bool:
    return message.asked is not None and client.id in message.asked.client_ids
