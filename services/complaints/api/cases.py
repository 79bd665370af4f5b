"""Cases: filed and followed by citizens, worked by staff."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import Field

from services.complaints import access, rules, usecases
from services.complaints.api.looks import IdentityBody, LookView, look_views
from services.complaints.domain.complaint import Complaint, Status
from services.complaints.storage import with_status
from services.complaints.usecases import Filing, Use
from shared.access.guard import allowed, open_to_all
from shared.access.who import Who
from shared.calendar.jalali import show_instant
from shared.identity import show_code
from shared.store.repository import Saved
from shared.web.fields import Code, Mobile
from shared.web.history import HistoryView, history_views
from shared.web.limits import Tries
from shared.web.parts import (
    TAKES_KEY,
    V1,
    Body,
    IfMatch,
    Pages,
    PageView,
    View,
    example,
    idempotency_key,
    once,
    uses,
)
from shared.web.problems import language_of

router = APIRouter(prefix=V1, tags=["complaints"])
TEXT_MAX, REASON_MAX, ANSWER_MAX = 4000, 1000, 4000


UseIt = Annotated[Use, Depends(uses)]


class FilingBody(Body):
    """A complaint about how a service was given."""

    model_config = example(
        agency_id="water",
        service_code="10011001100",
        ground="put-off-without-reason",
        text="سه بار مراجعه کردم و هر بار گفتند فردا بیا.",
        mobile="09121234567",
    )

    agency_id: str = Field(max_length=64)
    service_code: str = Field(max_length=32)
    ground: str = Field(max_length=64)
    text: str = Field(min_length=1, max_length=TEXT_MAX)
    mobile: Mobile
    identity: IdentityBody | None = None


class Receipt(View):
    """What the citizen keeps. Three working hours from `filed_at` an answer is due."""

    tracking_code: str
    agency_id: str
    filed_at: datetime
    reply_due_at: datetime
    reply_due: str


class FollowBody(Body):
    """A citizen's own case: they know its code and have the mobile."""

    code: Code
    mobile: Mobile


class RatingBody(FollowBody):
    """The citizen's verdict on the answer."""

    satisfied: bool = Field(strict=True)
    reason: str | None = Field(default=None, max_length=REASON_MAX)


class ConsentBody(FollowBody):
    """Whether the agency may know who complains. What was agreed to can be taken back at any time."""

    consent: bool = Field(strict=True)


class CitizenView(View):
    """What a citizen sees of their case. `consent` is null where no identity was given."""

    tracking_code: str
    agency_id: str
    status: Status
    filed_at: datetime
    reply_due_at: datetime
    level: int
    answer: str | None
    answered_at: datetime | None
    rate_by_at: datetime | None
    satisfied: bool | None
    consent: bool | None
    looks: list[LookView]


class RoundView(View):
    """From filing or reopening to the answer."""

    started_at: datetime
    due_at: datetime
    answered_at: datetime | None
    in_time: bool
    late_by_s: int
    answer: str | None


class StaffView(View):
    """What staff see: the number masked, and no identity; `identity_told` says if one may be looked at."""

    id: str
    tracking_code: str
    service_code: str
    unit_id: str
    ground: str
    text: str
    door: str
    mobile: str | None = Field(examples=["0912***4567"])
    identity_told: bool
    status: Status
    filed_at: datetime
    reply_due_at: datetime
    taken_by: str | None
    level: int
    level_post: str | None
    escalates_at: datetime | None
    satisfied: bool | None
    reason: str | None
    rounds: list[RoundView]


class GroundView(View):
    """One of the seven grounds of FOAD-5."""

    ground: str


class AnswerBody(Body):
    """The answer that the citizen reads."""

    text: str = Field(min_length=1, max_length=ANSWER_MAX)


@router.get("/grounds")
@open_to_all(access.FILE)
async def grounds() -> list[GroundView]:
    """The seven grounds on which a complaint may be made (FOAD-5)."""
    return [GroundView(ground=ground) for ground in rules.GROUNDS.preset]


@router.post("/complaints", status_code=201, response_model=Receipt, openapi_extra=TAKES_KEY)
@open_to_all(access.FILE)
async def file(body: FilingBody, request: Request) -> Response:
    """File a complaint. With an `Idempotency-Key` the same request may be sent again and files once."""
    # The one route that thousands hit at once: what FastAPI would solve and check anew is done by hand.
    use: Use = request.app.state.use
    filing = Filing(
        agency_id=body.agency_id,
        service_code=body.service_code,
        ground=body.ground,
        text=body.text,
        mobile=body.mobile,
        door="web",
        identity=body.identity and body.identity.person(),
        consent=body.identity is not None and body.identity.consent,
    )
    key = idempotency_key(request)
    first_time = once(key, "public", body, use.master_key, without={"mobile", "identity"})
    saved = await usecases.file(use, filing, first_time)
    first = saved.state.rounds[0]
    receipt = Receipt(
        tracking_code=show_code(saved.state.tracking_code),
        agency_id=saved.state.agency_id,
        filed_at=saved.state.filed_at,
        reply_due_at=first.due_at,
        reply_due=show_instant(first.due_at).in_(language_of(request)),
    )
    return Response(receipt.model_dump_json(), status_code=201, media_type="application/json")


@router.post("/follow")
@open_to_all(access.FOLLOW)
async def follow(body: FollowBody, use: UseIt, tries: Tries) -> CitizenView:
    """Where a case stands, for who has its code and mobile; five wrong tries a minute."""
    async with tries.of(body.code):
        saved = await usecases.follow(use, body.code, body.mobile)
    return await _citizen_view(use, saved)


@router.post("/follow/rating")
@open_to_all(access.FOLLOW)
async def rate(body: RatingBody, use: UseIt, tries: Tries) -> CitizenView:
    """The citizen's verdict: satisfied closes it, not satisfied opens it again one level higher."""
    async with tries.of(body.code):
        saved = await usecases.rate(use, body.code, body.mobile, satisfied=body.satisfied, reason=body.reason)
    return await _citizen_view(use, saved)


@router.post("/follow/consent")
@open_to_all(access.FOLLOW)
async def set_consent(body: ConsentBody, use: UseIt, tries: Tries) -> CitizenView:
    """Let the agency know who complains, or take that back: from then on nobody there can look."""
    async with tries.of(body.code):
        saved = await usecases.set_consent(use, body.code, body.mobile, consent=body.consent)
    return await _citizen_view(use, saved)


@router.get("/complaints")
async def complaints(
    who: Annotated[Who, Depends(allowed(access.READ))],
    use: UseIt,
    pages: Pages,
    status: Annotated[Status | None, Query()] = None,
) -> PageView[StaffView]:
    """The agency's complaints, newest first."""
    page = await use.complaints.page(
        who.agency_id,
        where=with_status(status),
        by="state.filed_at",
        newest_first=True,
        after=pages.after,
        limit=pages.limit,
    )
    mobiles = await usecases.masked_mobiles(use, who.agency_id, [saved.state for saved in page.items])
    return PageView(items=[_staff_view(saved, mobiles) for saved in page.items], next=page.next)


@router.get("/complaints/{id_}")
async def complaint(
    id_: str, who: Annotated[Who, Depends(allowed(access.READ))], use: UseIt, response: Response
) -> StaffView:
    """One complaint of the agency."""
    return await _tagged(use, response, await use.complaints.get(who.agency_id, id_))


@router.get("/complaints/{id_}/history")
async def history(
    id_: str, who: Annotated[Who, Depends(allowed(access.READ))], use: UseIt
) -> list[HistoryView]:
    """Who did what and when, oldest first."""
    return history_views(await use.complaints.history(who.agency_id, id_))


@router.post("/complaints/{id_}/take")
async def take(
    id_: str,
    who: Annotated[Who, Depends(allowed(access.TAKE))],
    use: UseIt,
    response: Response,
    if_match: IfMatch,
) -> StaffView:
    """Take it: it is yours to answer."""
    return await _tagged(use, response, await usecases.take(use, who, id_, if_match))


@router.post("/complaints/{id_}/answer")
async def answer(
    id_: str,
    body: AnswerBody,
    who: Annotated[Who, Depends(allowed(access.ANSWER))],
    use: UseIt,
    response: Response,
    if_match: IfMatch,
) -> StaffView:
    """Answer it; the citizen is told and asked for a verdict."""
    return await _tagged(use, response, await usecases.answer(use, who, id_, body.text, if_match))


async def _tagged(use: Use, response: Response, saved: Saved[Complaint]) -> StaffView:
    response.headers["etag"] = saved.etag
    return _staff_view(saved, await usecases.masked_mobiles(use, saved.state.agency_id, [saved.state]))


async def _citizen_view(use: Use, saved: Saved[Complaint]) -> CitizenView:
    state, last = saved.state, saved.state.round
    return CitizenView(
        tracking_code=show_code(state.tracking_code),
        agency_id=state.agency_id,
        status=state.status,
        filed_at=state.filed_at,
        reply_due_at=last.due_at,
        level=state.level,
        answer=last.answer,
        answered_at=last.answered_at,
        rate_by_at=state.rate_by_at,
        satisfied=state.satisfied,
        consent=state.identity and state.identity.consent,
        looks=look_views(state, await usecases.post_titles(use, state)),
    )


def _staff_view(saved: Saved[Complaint], mobiles: Mapping[str, str]) -> StaffView:
    state = saved.state
    return StaffView(
        id=state.id,
        tracking_code=show_code(state.tracking_code),
        service_code=state.service_code,
        unit_id=state.unit_id,
        ground=state.ground,
        text=state.text,
        door=state.door,
        mobile=mobiles.get(state.id),
        identity_told=state.identity is not None and state.identity.consent,
        status=state.status,
        filed_at=state.filed_at,
        reply_due_at=state.round.due_at,
        taken_by=state.taken_by,
        level=state.level,
        level_post=state.level_post,
        escalates_at=state.escalates_at,
        satisfied=state.satisfied,
        reason=state.reason,
        rounds=[
            RoundView(
                started_at=one.started_at,
                due_at=one.due_at,
                answered_at=one.answered_at,
                in_time=one.in_time,
                late_by_s=round(one.late_by.total_seconds()),
                answer=one.answer,
            )
            for one in state.rounds
        ],
    )
