"""Which systems may file over Open311."""

from services.complaints import access
from services.complaints.domain.client import Client
from services.complaints.usecases.use import Use
from shared.access.who import Who
from shared.identity import new_id, new_secret
from shared.store.history import Act
from shared.store.repository import Saved


async def make(use: Use, who: Who, name: str) -> tuple[Saved[Client], str]:
    """A new one, and its key: it is told now and never again."""
    now, by, key = use.clock.now(), who.named(who.acting(access.CLIENTS)), new_secret()
    client = Client(id=new_id(), agency_id=who.agency_id, name=name, key_hash=_hash(use, key), made_at=now)
    return await use.clients.add(Act(name="make", by=by, at=now), (client, [])), key


async def withdraw(use: Use, who: Who, id_: str, if_match: int | None) -> Saved[Client]:
    """Its key opens nothing any more."""
    now = use.clock.now()
    act = Act(name="withdraw", by=who.named(who.acting(access.CLIENTS)), at=now)
    return await use.clients.change(
        who.agency_id, id_, act, lambda client: (client.withdraw(now), []), if_match=if_match
    )


async def with_key(use: Use, key: str) -> Client | None:
    """Whose key it is; None for nobody's."""
    found = await use.clients.find(key_hash=_hash(use, key))
    return None if found is None else found.state


def _hash(use: Use, key: str) -> str:
    return use.master_key.keyed_hash("open311 client", key)
