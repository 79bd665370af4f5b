"""The development phone."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query, Request
from pydantic import Field

from services.notifications import access
from services.notifications.domain.sms import parts_of
from services.notifications.gateways.sandbox import Sandbox
from shared.access.guard import open_to_all
from shared.store.repository import PAGE_MAX
from shared.web.fields import Mobile
from shared.web.parts import V1, View

router = APIRouter(prefix=V1, tags=["sandbox"])


class ArrivedView(View):
    """A message on the development phone."""

    id: str
    to: str = Field(examples=["0912***4567"])
    text: str
    parts: int
    at: datetime


@router.get("/sandbox/messages")
@open_to_all(access.SANDBOX)
async def arrived(
    request: Request,
    mobile: Annotated[Mobile | None, Query()] = None,
    limit: Annotated[int, Query(ge=1, le=PAGE_MAX)] = 50,
) -> list[ArrivedView]:
    """The development phone: every SMS that was sent, newest first, open to everybody.

    It is there only where `PAYGIR_SANDBOX` is set, which is never in production.
    """
    sandbox: Sandbox = request.app.state.use.sandbox
    return [
        ArrivedView(id=one.id, to=one.to, text=one.text, parts=parts_of(one.text), at=one.at)
        for one in await sandbox.newest(mobile=mobile, limit=limit)
    ]
