"""How a complaint was handled, as it is kept and as its history says."""

from typing import Annotated

from fastapi import APIRouter, Depends

from services.complaints import access
from services.complaints.domain.reckoning import Reckoned
from services.complaints.usecases import reckoning
from services.complaints.usecases.use import Use
from shared.access.guard import allowed
from shared.access.who import Who
from shared.web.parts import V1, View, uses

router = APIRouter(prefix=V1, tags=["complaints"])


class ReckonedView(View):
    """In time in each round (null while an answer is owed), late by working time in the worst of them."""

    in_time: bool | None
    late_by_s: int
    level: int
    rounds: int
    satisfied: bool | None


class ReckoningView(View):
    """Where the two don't agree somebody changed the one or the other: `paygir audit verify` tells which."""

    frozen: ReckonedView
    rebuilt: ReckonedView
    agrees: bool


@router.get("/complaints/{id_}/reckoning")
async def reckoned(
    id_: str, who: Annotated[Who, Depends(allowed(access.READ))], use: Annotated[Use, Depends(uses)]
) -> ReckoningView:
    """In time or late, and by how much: as it was frozen, and rebuilt from the events of its history."""
    both = await reckoning.reckoning(use, who, id_)
    return ReckoningView(
        frozen=_view(both.frozen), rebuilt=_view(both.rebuilt), agrees=both.frozen == both.rebuilt
    )


def _view(one: Reckoned) -> ReckonedView:
    return ReckonedView(
        in_time=one.in_time,
        late_by_s=round(one.late_by.total_seconds()),
        level=one.level,
        rounds=one.rounds,
        satisfied=one.satisfied,
    )
