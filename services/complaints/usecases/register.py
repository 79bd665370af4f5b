"""Looks into the register of misconduct: each is noted first, then shown."""

from collections.abc import Sequence
from datetime import datetime

from services.complaints import access
from services.complaints.domain.board_file import BoardFile
from services.complaints.domain.misconduct import Misconduct, Wanted
from services.complaints.domain.register_look import LookedAt, RegisterLook
from services.complaints.usecases.misconduct import looker_of, seen
from services.complaints.usecases.use import Use
from shared.access.who import Who
from shared.identity import new_id
from shared.store.history import Act, Document
from shared.store.repository import Page, Saved


async def records(use: Use, who: Who, wanted: Wanted, *, after: str | None, limit: int) -> Page[Misconduct]:
    """The newest first; those that whoever asks may not see are as if there were none."""
    now = use.clock.now()
    page = await use.records.seen_by(await looker_of(use, who, now), wanted, after=after, limit=limit)
    await _note(use, who, LookedAt.LIST, [saved.state.id for saved in page.items], now)
    return page


async def record(use: Use, who: Who, id_: str) -> Saved[Misconduct]:
    """One of them, masked."""
    return await _look(use, who, id_, LookedAt.RECORD, None)


async def name(use: Use, who: Who, id_: str, reason: str) -> Saved[Misconduct]:
    """One of them, with whom it names."""
    return await _look(use, who, id_, LookedAt.NAME, reason)


async def history(use: Use, who: Who, id_: str) -> Sequence[Document]:
    """All that was done, oldest first."""
    await _look(use, who, id_, LookedAt.HISTORY, None)
    return await use.register.history(who.agency_id, id_)


async def board_file(use: Use, who: Who, id_: str, reason: str) -> BoardFile:
    """All that the board needs, in one document."""
    found = await _look(use, who, id_, LookedAt.FILE, reason)
    named = found.state.named
    earlier = [
        one
        for one in await use.records.found_of(named.agency_id, named.person_id)
        if one.id != found.state.id and one.counts
    ]
    entries = await use.register.history(who.agency_id, id_)
    # Up to what was shown: an entry of a moment later isn't in this file.
    return BoardFile.of(found.state, earlier, entries[: found.version], use.clock.now())


async def looks(use: Use, who: Who, id_: str, *, after: str | None, limit: int) -> Page[RegisterLook]:
    """Who saw this record, the latest first."""
    await seen(use, who, id_)
    return await use.looks.at(who.agency_id, id_, after=after, limit=limit)


async def _look(use: Use, who: Who, id_: str, what: LookedAt, reason: str | None) -> Saved[Misconduct]:
    found = await seen(use, who, id_)
    await _note(use, who, what, [id_], use.clock.now(), reason)
    return found


async def _note(
    use: Use, who: Who, what: LookedAt, ids: Sequence[str], now: datetime, reason: str | None = None
) -> None:
    post = who.acting(access.REGISTER)
    look = RegisterLook(
        id=new_id(),
        agency_id=who.agency_id,
        what=what,
        records=tuple(ids),
        person_id=who.subject,
        post_id=post.id,
        reason=reason,
        at=now,
    )
    await use.register_looks.add(Act(name="look", by=who.named(post), at=now), (look, []))
