"""What is masked is shown for a reason, and the look is noted first."""

from collections.abc import Sequence

from services.complaints import access
from services.complaints.domain import privacy
from services.complaints.domain.complaint import Complaint
from services.complaints.domain.identity import Seen
from services.complaints.usecases.assigning import GIVE_BACK, ROUTE, TRANSFER
from services.complaints.usecases.persons import (
    About,
    Person,
    open_contact,
    open_identity,
    open_words,
    seal_words,
)
from services.complaints.usecases.use import Use, by_post, seen
from shared.access.who import Who
from shared.events.contacts import ContactKind
from shared.store.history import Act, Document
from shared.store.repository import NotFound

LOOKS_AT = {what: f"look-at-{what}" for what in Seen}
UNLINKED = "unlink"
NOTED = {
    **dict.fromkeys((*LOOKS_AT.values(), UNLINKED), About.REASON),
    **dict.fromkeys((GIVE_BACK, ROUTE, TRANSFER), About.MOVE),
}
"""The acts whose note is sealed, and as what."""


async def look_at_identity(use: Use, who: Who, id_: str, reason: str) -> Person:
    """Who complains, if they agree to that: noted first, then shown."""
    complaint = await _look(use, who, id_, Seen.IDENTITY, reason)
    if complaint.identity is None:
        raise NotFound(id_)
    return await open_identity(use, complaint, complaint.identity)


async def look_at_contact(use: Use, who: Who, id_: str, reason: str) -> tuple[ContactKind, str]:
    """The citizen's number, or the address they wrote from: noted first, then shown."""
    complaint = await _look(use, who, id_, Seen.MOBILE, reason)
    return complaint.contact.kind, await open_contact(use, complaint)


async def history(use: Use, who: Who, id_: str) -> Sequence[Document]:
    """All of it, oldest first; sealed reasons in the clear for as long as the person is known.

    Notes are the agency's own: whom a case reached elsewhere sees who did what and when.
    """
    found = await seen(use, who, id_)
    entries = await use.complaints.history(found.state.agency_id, id_)
    if found.state.agency_id != who.agency_id:
        return [{**entry, "note": None} for entry in entries]
    opened: dict[int, str | None] = {}
    for about in dict.fromkeys(NOTED.values()):
        noted = [entry for entry in entries if NOTED.get(entry["act"]) is about]
        reasons = await open_words(use, found.state, [entry["note"] for entry in noted], about)
        opened |= dict(zip([entry["version"] for entry in noted], reasons, strict=True))
    return [{**entry, "note": opened.get(entry["version"], entry["note"])} for entry in entries]


async def _look(use: Use, who: Who, id_: str, what: Seen, reason: str) -> Complaint:
    now, found = use.clock.now(), await use.complaints.get(who.agency_id, id_)
    sealed = await seal_words(use, found.state, reason, About.REASON)
    saved = await by_post(
        use,
        who,
        id_,
        access.LOOK,
        lambda by: Act(name=LOOKS_AT[what], by=by, at=now, note=sealed.words),
        lambda complaint, post: privacy.look(complaint, what, post, now),
    )
    return saved.state
