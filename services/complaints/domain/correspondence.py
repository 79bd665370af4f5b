"""What comes from a citizen after the complaint, by a way that has no form: a reply where one is waited for,
else a note that staff see.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from services.complaints.domain.asking import hear
from services.complaints.domain.clock import Measure
from services.complaints.domain.complaint import Complaint, Facts, Status
from services.complaints.domain.line import Lines
from services.complaints.domain.notes import with_note
from services.complaints.domain.written import Sealed, Written


@dataclass(frozen=True, slots=True, kw_only=True)
class Came:
    """Something that came: `ref` knows it again, `text` is what a question is answered by."""

    ref: str
    text: str
    said: Sealed


def add(
    complaint: Complaint, came: Came, now: datetime, lines: Lines, measure: Measure
) -> tuple[Complaint, Facts]:
    """The reply that is waited for, else a note. The same again, whenever it comes, changes nothing."""
    asked = complaint.round.questions
    known = {question.reply_ref for one in complaint.rounds for question in one.questions}
    if came.ref in known:
        return complaint, []
    waits = complaint.status is Status.WAITING or (
        complaint.is_open and bool(asked) and asked[-1].reply is None
    )
    if not waits or any(one.ref == came.ref for one in complaint.notes):
        return note(complaint, came, now)
    heard, facts = hear(complaint, came.text, now, lines, measure)
    questions = heard.round.questions
    known_again = replace(
        heard.round, questions=(*questions[:-1], replace(questions[-1], reply_ref=came.ref))
    )
    return replace(heard, rounds=(*heard.rounds[:-1], known_again)), facts


def note(complaint: Complaint, came: Came, now: datetime) -> tuple[Complaint, Facts]:
    """A note by nobody's post: the citizen's, or the door's that it came by."""
    if any(one.ref == came.ref for one in complaint.notes):
        return complaint, []
    return with_note(complaint, Written(post_id=None, at=now, said=came.said, ref=came.ref))
