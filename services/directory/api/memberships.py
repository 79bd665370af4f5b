"""Who sits in an agency's committees."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query

from services.directory import access
from services.directory.api.held import HeldView, held_views
from services.directory.domain.chart_forms import as_name
from services.directory.domain.forms import PersonId
from services.directory.domain.memberships import Membership, Seat
from services.directory.usecases import agencies as agency_cases
from services.directory.usecases.use import Use
from shared.access.guard import allowed
from shared.access.who import Who
from shared.events.directory import Name
from shared.web.parts import V1, View, uses

router = APIRouter(prefix=V1, tags=["directory"])


class MembershipView(View):
    """A seat in a committee, with who has it, once had it or will by being in its post."""

    committee_id: str
    committee: Name
    clause: str
    seat: Seat
    post_id: str
    represents: str | None
    holders: list[HeldView]
    stand_ins: list[HeldView]


class MembershipsView(View):
    """All seats of an agency's committees, or one person's."""

    memberships: list[MembershipView]


@router.get("/agencies/{id_}/memberships")
async def memberships(
    id_: str,
    who: Annotated[Who, Depends(allowed(access.SEE_HOLDERS))],
    use: Annotated[Use, Depends(uses)],
    person: Annotated[PersonId | None, Query()] = None,
) -> MembershipsView:
    """Who sits in which committee, from when to when; with `person` only where they do."""
    found = await agency_cases.memberships_of(use, who, id_, person)
    return MembershipsView(memberships=[_view(one) for one in found])


def _view(one: Membership) -> MembershipView:
    return MembershipView(
        committee_id=one.committee.id,
        committee=as_name(one.committee.title),
        clause=one.committee.clause,
        seat=one.seat,
        post_id=one.post_id,
        represents=one.represents,
        holders=held_views(one.holders),
        stand_ins=held_views(one.stand_ins),
    )
