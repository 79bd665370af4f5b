"""Who may know who complains: the citizen says so, and each look is noted. Who was erased is somebody new."""

from dataclasses import replace
from datetime import datetime

from services.complaints import rules
from services.complaints.domain.clock import Round
from services.complaints.domain.complaint import ENDED, Complaint, Facts
from services.complaints.domain.contact import Contact
from services.complaints.domain.identity import Identity, Look, Seen
from services.complaints.domain.transfer import must_be_here, must_have_arrived
from shared.events.directory import Post
from shared.language import Text
from shared.rule import Refused


def look(complaint: Complaint, what: Seen, post: Post, now: datetime) -> tuple[Complaint, Facts]:
    """Somebody sees what is masked: noted each time, for the citizen too."""
    must_be_here(complaint)
    if what is Seen.IDENTITY and not (complaint.identity and complaint.identity.consent):
        # The same words whether there is an identity or none: even that is the citizen's to tell.
        raise Refused(
            rules.CONSENT,
            Text(
                fa="شهروند اجازه نداده است هویتش به دستگاه گفته شود.",
                en="The citizen has not agreed that the agency is told who they are.",
            ),
        )
    return replace(complaint, looks=(*complaint.looks, Look(what=what, post_id=post.id, at=now))), []


def set_consent(complaint: Complaint, *, consent: bool) -> tuple[Complaint, Facts]:
    """The citizen lets the agency know who they are, or no longer."""
    must_have_arrived(complaint)
    if complaint.identity is None:
        if not consent:
            return complaint, []
        raise Refused(
            rules.CONSENT,
            Text(
                fa="در این شکایت هویتی ثبت نشده است که بتوان گفت.",
                en="No identity was given with this complaint that could be told.",
            ),
        )
    return replace(complaint, identity=replace(complaint.identity, consent=consent)), []


def forget_words(complaint: Complaint, _: datetime) -> Complaint:
    """What was written in it is erased; what was done and when stays. A running one needs its words."""
    if complaint.status not in ENDED or not complaint.has_words:
        return complaint
    return replace(
        complaint,
        text="",
        reason=None,
        rounds=_without_words(complaint.rounds),
        notes=(),
        draft=None,
        past=tuple(
            replace(one, rounds=_without_words(one.rounds), said=None, reason=None) for one in complaint.past
        ),
        onward=complaint.onward and replace(complaint.onward, reason=None),
        has_words=False,
    )


def _without_words(rounds: tuple[Round, ...]) -> tuple[Round, ...]:
    return tuple(
        replace(
            one, answer=None, questions=tuple(replace(asked, text="", reply=None) for asked in one.questions)
        )
        for one in rounds
    )


def know_anew(complaint: Complaint, contact: Contact, identity: Identity | None) -> tuple[Complaint, Facts]:
    """Its citizen was erased while they filed it, and is known again by what they said then."""
    return replace(complaint, contact=contact, identity=identity), []
