"""Notes that no citizen gets, and the draft of an answer that isn't one yet."""

from dataclasses import replace
from datetime import datetime

from services.complaints import rules
from services.complaints.domain.complaint import Complaint, Facts
from services.complaints.domain.moves import Move, after
from services.complaints.domain.written import Sealed, Written
from shared.events.directory import Post
from shared.language import Text
from shared.rule import Refused

NOTES_MAX = 200


def note(complaint: Complaint, said: Sealed, post: Post, now: datetime) -> tuple[Complaint, Facts]:
    """Add a note, wherever the complaint stands. The same said twice in a row is one note."""
    last = complaint.notes[-1] if complaint.notes else None
    if last is not None and (last.post_id, last.said.hash) == (post.id, said.hash):
        return complaint, []
    return with_note(complaint, Written(post_id=post.id, at=now, said=said))


def with_note(complaint: Complaint, added: Written) -> tuple[Complaint, Facts]:
    """With one note more, whoever wrote it, while there is room for one."""
    if len(complaint.notes) >= NOTES_MAX:
        raise Refused(
            rules.PROCESS,
            Text(
                fa=f"این شکایت {NOTES_MAX} یادداشت دارد و یادداشت دیگری نمی‌گیرد.",
                en=f"This complaint has {NOTES_MAX} notes and takes no more.",
            ),
        )
    return replace(complaint, notes=(*complaint.notes, added)), []


def draft(complaint: Complaint, said: Sealed, post: Post, now: datetime) -> tuple[Complaint, Facts]:
    """Keep an answer's draft in the place of the one before, while an answer is owed."""
    after(complaint, Move.ANSWER)
    if complaint.draft is not None and complaint.draft.said.hash == said.hash:
        return complaint, []
    return replace(complaint, draft=Written(post_id=post.id, at=now, said=said)), []


def drop_draft(complaint: Complaint) -> tuple[Complaint, Facts]:
    """Throw it away; without one nothing changes."""
    return replace(complaint, draft=None), []
