"""Citizens: they file, follow and rate with a code and a mobile, and without an account."""

from datetime import datetime
from typing import Annotated, Self

from fastapi import APIRouter, Depends, Request, Response
from pydantic import Field, model_validator

from services.complaints import access, rules
from services.complaints.api.looks import IdentityBody, LookView, look_views
from services.complaints.api.questions import QuestionView, question_view
from services.complaints.api.receipts import Receipt, receipt_of
from services.complaints.domain.complaint import Complaint, Status
from services.complaints.domain.door import Door
from services.complaints.usecases import citizens, filing, repeats
from services.complaints.usecases.filing import Filing
from services.complaints.usecases.use import Use
from shared.access.guard import open_to_all
from shared.identity import show_code
from shared.language import Text
from shared.store.repository import Saved
from shared.web.answers import within
from shared.web.fields import Code, Mobile
from shared.web.limits import Tries
from shared.web.parts import TAKES_KEY, V1, Body, View, example, idempotency_key, once, uses
from shared.web.problems import language_of

router = APIRouter(prefix=V1, tags=["complaints"])
UseIt = Annotated[Use, Depends(uses)]
TEXT_MAX, REASON_MAX = 4000, 1000


class FilingBody(Body):
    """A complaint about how a service was given.

    Its `ground` is one of the seven, or `none-of-these`: then the desk points it to the right door.
    Who doesn't want to be known says `anonymous` and gives neither mobile nor identity: nobody follows it.
    """

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
    mobile: Mobile | None = None
    anonymous: bool = Field(default=False, strict=True)
    identity: IdentityBody | None = None

    @model_validator(mode="after")
    def _is_somebodys_or_nobodys(self) -> Self:
        if self.anonymous is (self.mobile is None) and not (self.anonymous and self.identity):
            return self
        said = Text(
            fa="یا شمارهٔ همراه بدهید، یا بگویید که بی‌نام است و نه شماره بدهید و نه هویت.",
            en="Give a mobile, or say that it is anonymous and give neither mobile nor identity.",
        )
        raise ValueError(said)


class FollowBody(Body):
    """A citizen's own case: they know its code and have the mobile."""

    code: Code
    mobile: Mobile


class RatingBody(FollowBody):
    """The citizen's verdict on the answer; `score` is the digit that they may give with it, 5 the best."""

    satisfied: bool = Field(strict=True)
    score: int | None = Field(default=None, ge=1, le=5, strict=True)
    reason: str | None = Field(default=None, max_length=REASON_MAX)


class ConsentBody(FollowBody):
    """Whether the agency may know who complains. What was agreed to can be taken back at any time."""

    consent: bool = Field(strict=True)


class CitizenView(View):
    """What a citizen sees of their case. `question` is the last that they were asked in this round,
    `pointed_to` the right door where the answer says that it lies outside the grounds.

    `consent` is null where no identity was given; `repeats` is the code of the first of its matter,
    where it is taken for a repeat. `handed_over_to` is the agency that it is on its way to, `came_from` are
    those that had it before.
    """

    tracking_code: str
    agency_id: str
    status: Status
    filed_at: datetime
    reply_due_at: datetime
    level: int
    answer: str | None
    answered_at: datetime | None
    pointed_to: str | None
    rate_by_at: datetime | None
    satisfied: bool | None
    question: QuestionView | None
    consent: bool | None
    repeats: str | None
    handed_over_to: str | None
    came_from: list[str]
    looks: list[LookView]


class GroundView(View):
    """One of the seven grounds of FOAD-5."""

    ground: str


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
    said = Filing(
        agency_id=body.agency_id,
        service_code=body.service_code,
        ground=body.ground,
        text=body.text,
        mobile=body.mobile,
        door=Door.WEB,
        identity=body.identity and body.identity.person(),
        consent=body.identity is not None and body.identity.consent,
    )
    key = idempotency_key(request)
    first_time = once(key, "public", body, use.master_key, without={"mobile", "identity", "anonymous"})
    saved = await within(filing.file(use, said, first_time))
    receipt = receipt_of(saved, language_of(request))
    return Response(receipt.model_dump_json(), status_code=201, media_type="application/json")


@router.post("/follow")
@open_to_all(access.FOLLOW)
async def follow(body: FollowBody, use: UseIt, tries: Tries) -> CitizenView:
    """Where a case stands, for who has its code and mobile; five wrong tries a minute."""
    async with tries.of(body.code):
        saved = await citizens.follow(use, body.code, body.mobile)
    return await citizen_view(use, saved)


@router.post("/follow/rating")
@open_to_all(access.FOLLOW)
async def rate(body: RatingBody, use: UseIt, tries: Tries) -> CitizenView:
    """The citizen's verdict: satisfied closes it, not satisfied opens it again one level higher."""
    async with tries.of(body.code):
        saved = await citizens.rate(
            use,
            body.code,
            body.mobile,
            satisfied=body.satisfied,
            score=body.score,
            reason=body.reason,
        )
    return await citizen_view(use, saved)


@router.post("/follow/consent")
@open_to_all(access.FOLLOW)
async def set_consent(body: ConsentBody, use: UseIt, tries: Tries) -> CitizenView:
    """Let the agency know who complains, or take that back: from then on nobody there can look."""
    async with tries.of(body.code):
        saved = await citizens.set_consent(use, body.code, body.mobile, consent=body.consent)
    return await citizen_view(use, saved)


async def citizen_view(use: Use, saved: Saved[Complaint]) -> CitizenView:
    """As its citizen sees it."""
    state, last = saved.state, saved.state.round
    first = await repeats.code_of_first(use, state)
    return CitizenView(
        tracking_code=show_code(state.tracking_code),
        agency_id=state.agency_id,
        status=state.status,
        filed_at=state.filed_at,
        reply_due_at=last.due_at,
        level=state.level,
        answer=last.answer,
        answered_at=last.answered_at,
        pointed_to=last.pointed_to,
        rate_by_at=state.rate_by_at,
        satisfied=state.satisfied,
        question=question_view(last.questions[-1]) if last.questions else None,
        consent=state.identity and state.identity.consent,
        repeats=first and show_code(first),
        handed_over_to=state.onward and state.onward.agency_id,
        came_from=[one.agency_id for one in state.past],
        looks=look_views(state, await citizens.post_titles(use, state)),
    )
