"""A voice menu asks for the state of its caller's case, and reads it to them (RIGHTS-P5-5)."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Request

from services.notifications import access
from services.notifications.api.inbound import Given, given, value_of
from services.notifications.api.parts import UseIt
from services.notifications.domain.case import Standing
from services.notifications.settings import SECRET_MAX
from services.notifications.usecases import ivr
from shared.access.guard import open_to_all
from shared.store.repository import NotFound
from shared.web.fields import TYPED_MAX
from shared.web.limits import Tries
from shared.web.parts import V1, View
from shared.web.problems import language_of

router = APIRouter(prefix=V1, tags=["inbound"])
Said = Annotated[Given, Depends(given)]


class StateView(View):
    """Where a case stands, as a code and as sentences to be read aloud in the caller's language.

    A time that isn't waited for is null.
    """

    state: Standing
    level: int
    answer_due_at: datetime | None
    reply_by_at: datetime | None
    rate_by_at: datetime | None
    sentences: list[str]


@router.get("/ivr/state")
@open_to_all(access.IVR)
async def asked_by_address(use: UseIt, said: Said, tries: Tries, request: Request) -> StateView:
    """Ask with `key` (the menu's own), `code` and `caller`; five wrong tries a minute for each of the two.

    A wrong code, another's number and a wrong key are all the same: not found.
    """
    return await _state(use, said, tries, request)


@router.post("/ivr/state")
@open_to_all(access.IVR)
async def asked_by_form(use: UseIt, said: Said, tries: Tries, request: Request) -> StateView:
    """The same as a form: so no number stands in an address that others may log."""
    return await _state(use, said, tries, request)


def must_be_menu(use: UseIt, said: Given) -> None:
    """NotFound for who doesn't know a voice menu's key."""
    if not use.doors.is_menu(value_of(said, "key", SECRET_MAX)):
        raise NotFound("menu")


async def _state(use: UseIt, said: Given, tries: Tries, request: Request) -> StateView:
    must_be_menu(use, said)
    asked = ivr.Asked.read(value_of(said, "code", TYPED_MAX), value_of(said, "caller", TYPED_MAX))
    async with tries.of(f"ivr code {asked.code}"), tries.of(f"ivr caller {asked.caller}"):
        case, sentences = await ivr.state(use, asked)
    language = language_of(request)
    return StateView(
        state=case.standing,
        level=case.level,
        answer_due_at=case.answer_due_at,
        reply_by_at=case.waits_until,
        rate_by_at=case.rated_until,
        sentences=[one.in_(language) for one in sentences],
    )
