"""What staff write for each other in a case."""

from collections.abc import Sequence
from dataclasses import dataclass

from services.complaints import access
from services.complaints.domain import notes
from services.complaints.domain.complaint import Complaint
from services.complaints.domain.written import Written
from services.complaints.usecases.persons import About, open_words, seal_words
from services.complaints.usecases.use import Use, by_post
from shared.access.who import Who
from shared.store.history import Act
from shared.store.repository import Saved


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """What was written, in the clear; `words` is None once the citizen was forgotten."""

    written: Written
    words: str | None


async def read_notes(use: Use, complaint: Complaint) -> Sequence[Read]:
    """Oldest first."""
    return await _read(use, complaint, complaint.notes, About.NOTE)


async def read_draft(use: Use, complaint: Complaint) -> Read | None:
    """The draft, if there is one."""
    kept = complaint.draft
    return None if kept is None else (await _read(use, complaint, [kept], About.DRAFT))[0]


async def note(use: Use, who: Who, id_: str, words: str) -> Saved[Complaint]:
    """Add a note."""
    found, now = await use.complaints.get(who.agency_id, id_), use.clock.now()
    said = await seal_words(use, found.state, words, About.NOTE)
    return await by_post(
        use,
        who,
        id_,
        access.WRITE,
        lambda by: Act(name="note", by=by, at=now),
        lambda complaint, post: notes.note(complaint, said, post, now),
    )


async def draft(use: Use, who: Who, id_: str, words: str, if_match: int | None) -> Saved[Complaint]:
    """Keep the draft of an answer."""
    found, now = await use.complaints.get(who.agency_id, id_), use.clock.now()
    said = await seal_words(use, found.state, words, About.DRAFT)
    return await by_post(
        use,
        who,
        id_,
        access.WRITE,
        lambda by: Act(name="draft", by=by, at=now),
        lambda complaint, post: notes.draft(complaint, said, post, now),
        if_match,
    )


async def drop_draft(use: Use, who: Who, id_: str) -> Saved[Complaint]:
    """Throw the draft away."""
    now = use.clock.now()
    return await by_post(
        use,
        who,
        id_,
        access.WRITE,
        lambda by: Act(name="drop-draft", by=by, at=now),
        lambda complaint, _: notes.drop_draft(complaint),
    )


async def _read(use: Use, complaint: Complaint, written: Sequence[Written], about: About) -> list[Read]:
    opened = await open_words(use, complaint, [one.said.words for one in written], about)
    return [Read(written=one, words=words) for one, words in zip(written, opened, strict=True)]
