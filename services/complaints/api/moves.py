"""How a case goes through an agency: to an officer, back, to another unit, to the right door, out of it."""

from typing import Annotated

from fastapi import APIRouter, Depends, Response
from pydantic import Field

from services.complaints import access
from services.complaints.api.cases import ANSWER_MAX, StaffView, tagged
from services.complaints.api.citizens import REASON_MAX, CitizenView, FollowBody, citizen_view
from services.complaints.domain.outside import RightDoor
from services.complaints.usecases import assigning, citizens, handling, sorting
from services.complaints.usecases.use import Use
from shared.access.guard import allowed, open_to_all
from shared.access.who import Who
from shared.web.limits import Tries
from shared.web.parts import V1, Body, IfMatch, example, uses

router = APIRouter(prefix=V1, tags=["complaints"])
UseIt = Annotated[Use, Depends(uses)]
ID_MAX, WHY_MIN, WHY_MAX = 64, 10, 500


class AssignBody(Body):
    """To which case officer of the same unit."""

    model_config = example(post_id="water.desk.officer")

    post_id: str = Field(min_length=1, max_length=ID_MAX)


class ReasonBody(Body):
    """Why: it stands in the case's history, for colleagues."""

    model_config = example(reason="از فردا یک هفته در مرخصی‌ام.")

    reason: str = Field(min_length=WHY_MIN, max_length=WHY_MAX)


class PointBody(Body):
    """Which door is the right one, and what the citizen is told: where, and how one goes there."""

    model_config = example(
        right_door="other-authority",
        text="بهای آب را شورای اقتصاد تعیین می‌کند؛ می‌توانید به سامانهٔ آن شورا بنویسید.",
    )

    right_door: RightDoor
    text: str = Field(min_length=1, max_length=ANSWER_MAX)


class WithdrawalBody(FollowBody):
    """That the citizen takes it back, and why if they like."""

    reason: str | None = Field(default=None, max_length=REASON_MAX)


class SortBody(Body):
    """Which service of the agency it is about, and on which of the seven grounds."""

    model_config = example(service_code="1001", ground="put-off-without-reason")

    service_code: str = Field(min_length=1, max_length=ID_MAX)
    ground: str = Field(min_length=1, max_length=ID_MAX)


class RouteBody(ReasonBody):
    """To which unit of the same agency, and why."""

    model_config = example(unit_id="customers", reason="صدور صورت‌حساب با امور مشترکان است.")

    unit_id: str = Field(min_length=1, max_length=ID_MAX)


@router.post("/complaints/{id_}/assign")
async def assign(
    id_: str,
    body: AssignBody,
    who: Annotated[Who, Depends(allowed(access.ASSIGN))],
    use: UseIt,
    response: Response,
    if_match: IfMatch,
) -> StaffView:
    """Give it to a case officer of your unit; the clock goes on."""
    return await tagged(use, who, response, await assigning.assign(use, who, id_, body.post_id, if_match))


@router.post("/complaints/{id_}/give-back")
async def give_back(
    id_: str,
    body: ReasonBody,
    who: Annotated[Who, Depends(allowed(access.GIVE_BACK))],
    use: UseIt,
    response: Response,
    if_match: IfMatch,
) -> StaffView:
    """Give it back to the desk, or to the post that it went up to; the clock goes on."""
    return await tagged(use, who, response, await assigning.give_back(use, who, id_, body.reason, if_match))


@router.post("/complaints/{id_}/point-elsewhere")
async def point_elsewhere(
    id_: str,
    body: PointBody,
    who: Annotated[Who, Depends(allowed(access.ANSWER))],
    use: UseIt,
    response: Response,
    if_match: IfMatch,
) -> StaffView:
    """Answer that it lies outside the grounds, and where it belongs; the citizen may contest that."""
    saved = await handling.point_elsewhere(use, who, id_, body.right_door, body.text, if_match)
    return await tagged(use, who, response, saved)


@router.post("/follow/withdrawal")
@open_to_all(access.FOLLOW)
async def withdraw(body: WithdrawalBody, use: UseIt, tries: Tries) -> CitizenView:
    """Take your complaint back while it isn't answered: nobody goes on with it."""
    async with tries.of(body.code):
        saved = await citizens.withdraw(use, body.code, body.mobile, body.reason)
    return await citizen_view(use, saved)


@router.post("/complaints/{id_}/route")
async def route(
    id_: str,
    body: RouteBody,
    who: Annotated[Who, Depends(allowed(access.ROUTE))],
    use: UseIt,
    response: Response,
    if_match: IfMatch,
) -> StaffView:
    """Send it to the unit of the agency that it belongs to; the citizen is told, the clock goes on."""
    saved = await assigning.route(use, who, id_, body.unit_id, body.reason, if_match)
    return await tagged(use, who, response, saved)


@router.post("/complaints/{id_}/sort")
async def sort(
    id_: str,
    body: SortBody,
    who: Annotated[Who, Depends(allowed(access.SORT))],
    use: UseIt,
    response: Response,
    if_match: IfMatch,
) -> StaffView:
    """Name the service and ground that its citizen didn't; its unit has it then, and the clock goes on."""
    saved = await sorting.sort(use, who, id_, body.service_code, body.ground, if_match)
    return await tagged(use, who, response, saved)
