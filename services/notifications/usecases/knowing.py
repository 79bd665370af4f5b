"""Whose a number is: learned when contact and key are there, forgotten with them."""

from collections.abc import Collection, Mapping

from services.notifications.usecases.reaching import number_of
from services.notifications.usecases.use import CLOCK, Use
from shared.keys.person import Why
from shared.sealing import Unopenable
from shared.store.repository import NotFound


def hash_of(use: Use, number: str) -> str:
    """What a number is found by, the same at all agencies; an address however its letters are written."""
    return use.master_key.keyed_hash("inbound-number", number.lower())


async def learn(use: Use, contact_ids: Collection[str]) -> Mapping[str, str]:
    """Keep by what these contacts are found, and say it. Who was erased meanwhile is not kept."""
    known = {id_: number for id_, (_, number) in (await use.numbers.known(contact_ids)).items()}
    unknown = [id_ for id_ in contact_ids if id_ not in known]
    if not unknown:
        return known
    reached = await use.contacts.of(unknown)
    hashes: dict[str, tuple[str, str]] = {}
    for id_, reach in reached.items():
        if reach is None or reach.person_id is not None:
            continue
        try:
            hashes[id_] = (reach.agency_id, hash_of(use, await number_of(use, reach)))
        except Unopenable:
            continue
    await use.numbers.keep(hashes)
    still = await use.contacts.of(hashes)
    await use.numbers.drop([id_ for id_ in hashes if still.get(id_) is None])
    return {**known, **{id_: number for id_, (_, number) in hashes.items() if still.get(id_) is not None}}


async def forget(use: Use, contact_ids: Collection[str]) -> None:
    """These contacts are gone: with them goes what the same person sent to the same agency by SMS."""
    for agency_id, number_hash in (await use.numbers.known(contact_ids)).values():
        for id_ in await use.numbers.contacts_of(number_hash, agency_id):
            if id_ not in contact_ids:
                await _erase_sender(use, agency_id, id_)
    await use.numbers.drop(contact_ids)


async def _erase_sender(use: Use, agency_id: str, contact_id: str) -> None:
    """Of the other services' contacts none is ours to erase."""
    try:
        await use.senders.erase(agency_id, contact_id, Why.ASKED, CLOCK, use.clock.now())
    except NotFound:
        return
