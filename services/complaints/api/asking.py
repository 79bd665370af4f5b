"""The citizen is asked something by staff, and replies with code and mobile."""

from typing import Annotated

from fastapi import APIRouter, Depends, Response
from pydantic import Field

from services.complaints import access
from services.complaints.api.cases import StaffView, tagged
from services.complaints.api.citizens import CitizenView, FollowBody, citizen_view
from services.complaints.usecases import asking
from services.complaints.usecases.use import Use
from shared.access.guard import allowed, open_to_all
from shared.access.who import Who
from shared.web.limits import Tries
from shared.web.parts import V1, Body, IfMatch, example, uses

router = APIRouter(prefix=V1, tags=["complaints"])
UseIt = Annotated[Use, Depends(uses)]
QUESTION_MAX, REPLY_MAX = 1000, 4000


class AskBody(Body):
    """What only the citizen can tell."""

    model_config = example(text="شمارهٔ اشتراک شما چیست و در چه روزی مراجعه کردید؟")

    text: str = Field(min_length=1, max_length=QUESTION_MAX)


class ReplyBody(FollowBody):
    """What the citizen says to the question."""

    text: str = Field(min_length=1, max_length=REPLY_MAX, examples=["شنبه آمدم؛ اشتراک را ندارم."])


@router.post("/complaints/{id_}/ask")
async def ask(
    id_: str,
    body: AskBody,
    who: Annotated[Who, Depends(allowed(access.ASK))],
    use: UseIt,
    response: Response,
    if_match: IfMatch,
) -> StaffView:
    """Ask the citizen what only they know; the clock stands still until the reply, or for days at most."""
    return await tagged(use, who, response, await asking.ask(use, who, id_, body.text, if_match))


@router.post("/follow/reply")
@open_to_all(access.FOLLOW)
async def reply(body: ReplyBody, use: UseIt, tries: Tries) -> CitizenView:
    """Reply to what you were asked: the agency's clock goes on."""
    async with tries.of(body.code):
        saved = await asking.reply(use, body.code, body.mobile, body.text)
    return await citizen_view(use, saved)
