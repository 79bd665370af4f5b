"""How a complaint was handled, out of its history."""

from dataclasses import dataclass

from services.complaints.domain.reckoning import Reckoned
from services.complaints.usecases.use import Use, seen
from shared.access.who import Who
from shared.events.event import DECLARED
from shared.store.history import Document


@dataclass(frozen=True, slots=True, kw_only=True)
class Both:
    """As it is kept, and as its history says: a difference means that one of them was tampered with."""

    frozen: Reckoned
    rebuilt: Reckoned


async def reckoning(use: Use, who: Who, id_: str) -> Both:
    """Of one complaint that they may see."""
    found = (await seen(use, who, id_)).state
    history: list[Document] = await use.complaints.history(found.agency_id, id_)
    told = [(DECLARED.get(kept["type"]), kept["data"]) for entry in history for kept in entry["events"]]
    events = [kind.model_validate(data) for kind, data in told if kind is not None]
    return Both(frozen=Reckoned.frozen(found), rebuilt=Reckoned.rebuilt(events))
