"""The answer to a press case: the office drafts, headquarters approves, the public reads."""

from typing import Annotated

from fastapi import APIRouter, Depends, Response
from pydantic import Field

from services.complaints import access
from services.complaints.api.press import Link
from services.complaints.api.press_views import PressView, tagged
from services.complaints.domain.press_answer import DRAFTS_MAX
from services.complaints.usecases import press_answers
from services.complaints.usecases.use import Use
from shared.access.guard import allowed
from shared.access.who import Who
from shared.web.fields import OfNobody
from shared.web.parts import V1, Body, IfMatch, uses

router = APIRouter(prefix=V1, tags=["press"])
ANSWER_MAX, REASON_MAX = 4000, 1000
UseIt = Annotated[Use, Depends(uses)]
Drafter = Annotated[Who, Depends(allowed(access.PRESS_DRAFT))]
Approver = Annotated[Who, Depends(allowed(access.PRESS_APPROVE))]
Reason = Annotated[str, Field(min_length=1, max_length=REASON_MAX), OfNobody]


class DraftBody(Body):
    """An answer that the public is to read. Nobody's number belongs in it."""

    text: Annotated[str, Field(min_length=1, max_length=ANSWER_MAX), OfNobody]


class SeenDraftBody(Body):
    """The draft that was read."""

    draft: int = Field(ge=1, le=DRAFTS_MAX, strict=True)


class SendBackBody(SeenDraftBody):
    """Why it isn't approved."""

    reason: Reason


class ElsewhereBody(Body):
    """Where the public reads the answer, and why not on the site."""

    link: Link
    reason: Reason


@router.post("/press-cases/{id_}/draft")
async def draft(
    id_: str, body: DraftBody, who: Drafter, use: UseIt, response: Response, if_match: IfMatch
) -> PressView:
    """Write an answer, for the approval of headquarters: the office's posts once it was sent there."""
    return tagged(response, await press_answers.draft(use, who, id_, body.text, if_match))


@router.post("/press-cases/{id_}/draft/return")
async def send_back(
    id_: str, body: SendBackBody, who: Approver, use: UseIt, response: Response, if_match: IfMatch
) -> PressView:
    """Send the draft back instead of approving it; the clock runs on."""
    saved = await press_answers.send_back(use, who, id_, body.draft, body.reason, if_match)
    return tagged(response, saved)


@router.post("/press-cases/{id_}/approval")
async def approve(
    id_: str, body: SeenDraftBody, who: Approver, use: UseIt, response: Response, if_match: IfMatch
) -> PressView:
    """Approve exactly the draft you read: from now on its publication is owed."""
    return tagged(response, await press_answers.approve(use, who, id_, body.draft, if_match))


@router.post("/press-cases/{id_}/published-elsewhere")
async def publish_elsewhere(
    id_: str, body: ElsewhereBody, who: Approver, use: UseIt, response: Response, if_match: IfMatch
) -> PressView:
    """Say where the public reads the answer where that isn't the site: it closes the case."""
    saved = await press_answers.publish_elsewhere(use, who, id_, body.link, body.reason, if_match)
    return tagged(response, saved)
