"""A voice menu files for its caller, with the key of a system that may file."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from pydantic import Field

from services.complaints import access
from services.complaints.api.receipts import Receipt, receipt_of
from services.complaints.usecases import ivr
from services.complaints.usecases.ivr import Call
from services.complaints.usecases.use import Use
from shared.access.guard import open_to_all
from shared.web.fields import Mobile
from shared.web.parts import V1, Body, example, uses
from shared.web.problems import language_of

router = APIRouter(prefix=V1, tags=["complaints"])
UseIt = Annotated[Use, Depends(uses)]
KEY_MAX, CALL_MAX, GROUNDS_MAX = 200, 64, 7


class CallBody(Body):
    """What a caller chose: `digit` is the ground, in the order of `GET /v1/grounds`; 0 is none of them.

    `call` is the menu's own id of the call, by which a repeat is known: never the caller's number.
    """

    model_config = example(
        api_key="the-key-that-was-told-once",
        agency_id="water",
        digit=6,
        mobile="09121234567",
        call="1700000000.42",
    )

    api_key: str = Field(min_length=1, max_length=KEY_MAX)
    agency_id: str = Field(max_length=64)
    service_code: str | None = Field(default=None, max_length=32)
    digit: int = Field(ge=0, le=GROUNDS_MAX, strict=True)
    mobile: Mobile
    call: str = Field(max_length=CALL_MAX, pattern=r"^[A-Za-z0-9._-]+$")


@router.post("/ivr/complaints", status_code=201)
@open_to_all(access.IVR)
async def file(body: CallBody, use: UseIt, request: Request) -> Receipt:
    """File what a caller chose; the receipt's code is read to them, and sent by SMS. A wrong key is 404."""
    call = Call(
        agency_id=body.agency_id,
        service_code=body.service_code,
        digit=body.digit,
        mobile=body.mobile,
        reference=body.call,
    )
    return receipt_of(await ivr.file(use, body.api_key, call), language_of(request))
