"""Who sits in an agency's committees, from when to when: a seat is a post's, the times are its people's."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from services.directory.domain.agency import Agency
from services.directory.domain.forms import CommitteeForm
from services.directory.domain.holdings import Held


class Seat(StrEnum):
    """As what somebody sits there. The chair is a member as well."""

    CHAIR = "chair"
    MEMBER = "member"
    SECRETARY = "secretary"


@dataclass(frozen=True, slots=True, kw_only=True)
class Membership:
    """A seat of a committee, and everybody who has it, once had it or will: by being in its post.

    `represents` is the unit that a member speaks for; a secretary who is no member speaks for none.
    """

    committee: CommitteeForm
    seat: Seat
    post_id: str
    represents: str | None
    holders: tuple[Held, ...]
    stand_ins: tuple[Held, ...]


def memberships(agency: Agency, person_id: str | None = None) -> tuple[Membership, ...]:
    """All of the agency's committees as they are now, or those seats alone that a person has, had or will."""
    return tuple(
        one
        for committee in agency.structure.committees
        for one in _seats(agency, committee)
        if person_id is None or person_id in {held.person_id for held in (*one.holders, *one.stand_ins)}
    )


def _seats(agency: Agency, committee: CommitteeForm) -> Iterator[Membership]:
    represented = {member.post: member.represents for member in committee.members}
    holdings = agency.in_posts
    for post_id in dict.fromkeys([*represented, committee.secretary]):
        yield Membership(
            committee=committee,
            seat=_seat(committee, post_id),
            post_id=post_id,
            represents=represented.get(post_id),
            holders=holdings.spans(post_id),
            stand_ins=holdings.stand_ins(post_id),
        )


def _seat(committee: CommitteeForm, post_id: str) -> Seat:
    if post_id == committee.chair:
        return Seat.CHAIR
    return Seat.SECRETARY if post_id == committee.secretary else Seat.MEMBER
