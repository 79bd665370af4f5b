"""Staff enter what came in person, by phone, on paper or by e-mail: the case is the same as from the web."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse
from pydantic import Field

from services.complaints import access
from services.complaints.api.citizens import TEXT_MAX
from services.complaints.api.looks import IdentityBody
from services.complaints.api.printed import printed_case, printed_forms
from services.complaints.api.receipts import Receipt, receipt_of
from services.complaints.domain.door import Door
from services.complaints.usecases import intake
from services.complaints.usecases.intake import Handed
from services.complaints.usecases.use import Use
from shared.access.guard import allowed
from shared.access.who import Who
from shared.web.answers import within
from shared.web.fields import Code, JalaliInstant, Mobile, OfNobody
from shared.web.pages import NOTHING_FROM_OUTSIDE
from shared.web.parts import V1, Body, IdempotencyKey, example, once, uses
from shared.web.problems import language_of

router = APIRouter(prefix=V1, tags=["complaints"])
UseIt = Annotated[Use, Depends(uses)]
Clerk = Annotated[Who, Depends(allowed(access.TAKE_IN))]
REFERENCE_MAX, COPIES_MAX = 200, 50
Reference = Annotated[str, Field(min_length=1, max_length=REFERENCE_MAX, examples=["1405/1234"]), OfNobody]
SAID: dict[str, Any] = {
    "service_code": "10011001100",
    "ground": "nobody-at-the-desk",
    "text": "از ساعت ۸ کسی پشت باجهٔ ۳ نبود.",
}


class SaidBody(Body):
    """What somebody says, whichever way it comes: the service, the ground, their words; the rest at will."""

    service_code: str = Field(max_length=32)
    ground: str = Field(max_length=64)
    text: str = Field(min_length=1, max_length=TEXT_MAX)
    mobile: Mobile | None = None
    identity: IdentityBody | None = None

    def handed(self, door: Door, received_at: datetime | None, **shown: str | None) -> Handed:
        """As it is entered; `shown` is what shows how it came."""
        return Handed(
            door=door,
            service_code=self.service_code,
            ground=self.ground,
            text=self.text,
            mobile=self.mobile,
            identity=self.identity and self.identity.person(),
            consent=self.identity is not None and self.identity.consent,
            received_at=received_at,
            **shown,
        )


class DeskBody(SaidBody):
    """Who stands at the desk. `received_at` is when they did, where it is entered later."""

    model_config = example(**SAID, mobile="09121234567")

    received_at: JalaliInstant | None = None


class CallBody(SaidBody):
    """Who rings, and which call it was where the exchange numbers them: never the caller's own number."""

    model_config = example(**SAID, mobile="09121234567", reference="call-88213")

    received_at: JalaliInstant | None = None
    reference: Reference | None = None


class LetterBody(SaidBody):
    """A letter of the post box, or a mail: its number or Message-ID, and when it really came."""

    model_config = example(**SAID, received_at="1405/08/30 08:15", reference="1405/1234")

    received_at: JalaliInstant
    reference: Reference


class FormBody(SaidBody):
    """A paper form of a time without the system: the code printed on it, and when it was taken in."""

    model_config = example(
        **SAID, mobile="09121234567", received_at="1405/08/30 08:15", form_code="3TMJ-WP0K-48R6-TF3J"
    )

    received_at: JalaliInstant
    form_code: Code


class FormsBody(Body):
    """How many forms are printed, each with a code of its own."""

    model_config = example(copies=20)

    copies: int = Field(ge=1, le=COPIES_MAX, strict=True)


class EnteredView(Receipt):
    """The citizen's receipt, and by which id staff find and print the case."""

    id: str
    door: Door


@router.post("/intake/desk", status_code=201)
async def at_the_desk(
    body: DeskBody, who: Clerk, use: UseIt, request: Request, key: IdempotencyKey = None
) -> EnteredView:
    """Enter what somebody at the service desk says (RIGHTS-P5-4); their receipt is printed at once."""
    handed = body.handed(Door.DESK, body.received_at)
    return await _enter(request, use, who, body, handed, key)


@router.post("/intake/phone", status_code=201)
async def by_phone(
    body: CallBody, who: Clerk, use: UseIt, request: Request, key: IdempotencyKey = None
) -> EnteredView:
    """Enter what a caller says, while they say it."""
    handed = body.handed(Door.PHONE, body.received_at, reference=body.reference)
    return await _enter(request, use, who, body, handed, key)


@router.post("/intake/post", status_code=201)
async def from_the_post_box(
    body: LetterBody, who: Clerk, use: UseIt, request: Request, key: IdempotencyKey = None
) -> EnteredView:
    """Enter a letter from the post box; the clock runs from when it came, not from now (COUNTY-D2)."""
    handed = body.handed(Door.POST, body.received_at, reference=body.reference)
    return await _enter(request, use, who, body, handed, key)


@router.post("/intake/email", status_code=201)
async def by_email(
    body: LetterBody, who: Clerk, use: UseIt, request: Request, key: IdempotencyKey = None
) -> EnteredView:
    """Enter an e-mail; the clock runs from when it came, not from now (COUNTY-D2)."""
    handed = body.handed(Door.EMAIL, body.received_at, reference=body.reference)
    return await _enter(request, use, who, body, handed, key)


@router.post("/intake/paper", status_code=201)
async def on_paper(
    body: FormBody, who: Clerk, use: UseIt, request: Request, key: IdempotencyKey = None
) -> EnteredView:
    """Enter a paper form after a disruption, under the code that its citizen took home (RIGHTS-P5-1)."""
    handed = body.handed(Door.PAPER, body.received_at, tracking_code=body.form_code)
    return await _enter(request, use, who, body, handed, key)


@router.post("/intake/paper-forms", response_class=HTMLResponse, response_model=str)
async def paper_forms(body: FormsBody, who: Clerk, use: UseIt, request: Request) -> HTMLResponse:
    """Forms to be printed and kept for when the system is disrupted, each with its code and a stub."""
    agency, codes = await intake.paper_forms(use, who, body.copies)
    return HTMLResponse(printed_forms(agency, codes, language_of(request)), headers=NOTHING_FROM_OUTSIDE)


@router.get("/complaints/{id_}/paper", response_class=HTMLResponse, response_model=str)
async def paper(id_: str, who: Clerk, use: UseIt, request: Request) -> HTMLResponse:
    """The case on paper for its citizen: code, deadline, how to follow, and the answer once there is one."""
    shown = await intake.paper(use, who, id_)
    return HTMLResponse(printed_case(shown, language_of(request)), headers=NOTHING_FROM_OUTSIDE)


async def _enter(
    request: Request, use: Use, who: Who, body: SaidBody, handed: Handed, key: str | None
) -> EnteredView:
    scope = f"{who.agency_id} {handed.door}"
    first = once(key, scope, body, use.master_key, without={"mobile", "identity"})
    saved = await within(intake.take_in(use, who, handed, first))
    receipt = receipt_of(saved, language_of(request))
    return EnteredView(**receipt.model_dump(), id=saved.state.id, door=saved.state.door)
