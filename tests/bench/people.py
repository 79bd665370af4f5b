"""Many people, made in the collections: to put a hundred thousand on a list by the API takes minutes."""

import asyncio
from collections.abc import Mapping

from services.notifications.domain.contact_list import member_id
from services.notifications.usecases.knowing import hash_of
from services.notifications.usecases.use import Use
from shared.identity import new_id
from shared.keys.storage import KEYS, keys_database
from shared.mongo import Document
from shared.sealing import new_key, seal
from tests.notifications.many import a_list
from tests.serving import Serving

PIECE = 2_000


def number_of(person: int) -> str:
    """Another for each."""
    return f"+98912{person:07}"


async def come(running: Serving, numbers: Mapping[str, str]) -> None:
    """Contacts with their numbers and keys, as the bus would have brought them."""
    use: Use = running.parts.use
    people, wrapped = list[Document](), list[Document]()
    for id_, number in numbers.items():
        key = new_key()
        people.append({"_id": id_, "value": {"agency_id": "water", "sealed": seal(key, number, purpose=id_)}})
        wrapped.append({"_id": id_, "value": {"wrapped_key": await use.wrapper.wrap(key, about=id_)}})
    await asyncio.gather(
        running.database["contacts"].insert_many(people),
        keys_database(running.database)[KEYS].insert_many(wrapped),
    )


async def on_a_list(running: Serving, count: int) -> str:
    """A list with so many on it: one is put on it as always, the others are made like them."""
    use: Use = running.parts.use
    list_id, members = await a_list(running, 0), use.many.members.collection
    [shape] = await members.find({"is_on": list_id}).to_list()
    for start in range(1, count, PIECE):
        numbers = {new_id(): number_of(one) for one in range(start, min(start + PIECE, count))}
        ids = {contact_id: member_id(list_id, contact_id) for contact_id in numbers}
        await come(running, numbers)
        await use.numbers.keep({one: ("water", hash_of(use, number)) for one, number in numbers.items()})
        await members.insert_many(
            [
                {**shape, "_id": id_, "state": {**shape["state"], "id": id_, "contact_id": contact_id}}
                for contact_id, id_ in ids.items()
            ]
        )
    return list_id
