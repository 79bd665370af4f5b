"""One matter that the same person brings again, by whatever door: linked to its first, and counted once."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from rapidfuzz import fuzz

from services.complaints import rules
from services.complaints.domain.complaint import Complaint, Facts
from services.complaints.domain.link import Link
from services.complaints.domain.words import words_of
from shared.events.complaints import ComplaintLinked, ComplaintUnlinked
from shared.language import Text
from shared.rule import Refused


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """By what two complaints are one matter: how far apart they may be, and how alike, of a hundred."""

    within: timedelta
    likeness: int

    def is_one(self, one: Complaint, other: Complaint) -> bool:
        """Whether they are: the same whichever is asked of the other."""
        return (
            (one.agency_id, one.contact.id) == (other.agency_id, other.contact.id)
            and (one.service_code, one.ground) == (other.service_code, other.ground)
            and abs(one.filed_at - other.filed_at) <= self.within
            and _likeness(one.text, other.text) >= self.likeness
        )


def pairs(
    complaint: Complaint, others: Iterable[Complaint], matter: Matter
) -> tuple[Complaint | None, list[Complaint]]:
    """Its first among others of its person, and those whose first it is.

    Whoever was filed earlier is first, of two at one instant the one with the lesser id: so whichever of two
    is looked at, and however often, they are linked the same way.
    """
    alike = [one for one in others if one.id != complaint.id and matter.is_one(one, complaint)]
    earlier = [one for one in alike if _turn(one) < _turn(complaint)]
    return min(earlier, key=_turn, default=None), [one for one in alike if _turn(one) > _turn(complaint)]


def link(complaint: Complaint, first: Complaint, now: datetime) -> tuple[Complaint, Facts]:
    """Link it, once: what was linked stays so, and what was unlinked is never linked again."""
    if complaint.link is not None:
        return complaint, []
    first_id = first.repeats or first.id
    linked = replace(complaint, link=Link(first_id=first_id, linked_at=now))
    return linked, [
        ComplaintLinked(
            **complaint.case, clause=rules.REPEATS.clause, first_complaint_id=first_id, linked_at=now
        )
    ]


def unlink(complaint: Complaint, now: datetime) -> tuple[Complaint, Facts]:
    """It is a matter of its own after all; said twice it is said once."""
    if complaint.link is None:
        raise Refused(
            rules.REPEATS,
            Text(
                fa="این شکایت به شکایت دیگری پیوند ندارد.",
                en="This complaint is not linked to another.",
            ),
        )
    if complaint.link.unlinked_at is not None:
        return complaint, []
    alone = replace(complaint, link=replace(complaint.link, unlinked_at=now))
    return alone, [ComplaintUnlinked(**complaint.case, clause=rules.REPEATS.clause, unlinked_at=now)]


def _turn(complaint: Complaint) -> tuple[datetime, str]:
    return complaint.filed_at, complaint.id


def _likeness(text: str, other: str) -> float:
    """Of the words, in whatever order; who adds something to what they said before repeats it still."""
    one, two = " ".join(words_of(text)), " ".join(words_of(other))
    return fuzz.token_set_ratio(one, two) if one and two else 0.0
