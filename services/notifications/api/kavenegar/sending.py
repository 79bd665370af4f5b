"""`sms/send` and `sms/sendarray`."""

from collections.abc import Sequence
from datetime import datetime

from fastapi import APIRouter, Request, Response

from services.notifications import access
from services.notifications.api.kavenegar.reading import (
    BODY_BYTES_MAX,
    Caller,
    Said,
    orders,
    orders_of_arrays,
    wanted_at,
)
from services.notifications.api.kavenegar.rows import row_of
from services.notifications.api.kavenegar.words import Code, Wrong, answer
from services.notifications.api.parts import UseIt
from services.notifications.domain.asked import Order
from services.notifications.domain.client import Client
from services.notifications.usecases import orders as ordering
from services.notifications.usecases.use import Use
from shared.access.guard import open_to_all
from shared.web.answers import within
from shared.web.bodies import up_to
from shared.web.parts import V1

router = APIRouter(prefix=V1, include_in_schema=False)
METHODS = ["GET", "POST"]


@router.api_route(
    "/{apikey}/sms/send.json", methods=METHODS, response_model=str, openapi_extra=up_to(BODY_BYTES_MAX)
)
@open_to_all(access.KAVENEGAR)
async def send(request: Request, client: Caller, use: UseIt, said: Said) -> Response:
    """One text to up to 200 receptors; answered once each is queued."""
    return await _send(request, use, client, orders(said), wanted_at(said, use.clock.now()))


@router.api_route(
    "/{apikey}/sms/sendarray.json", methods=METHODS, response_model=str, openapi_extra=up_to(BODY_BYTES_MAX)
)
@open_to_all(access.KAVENEGAR)
async def send_array(request: Request, client: Caller, use: UseIt, said: Said) -> Response:
    """Up to 200 texts, each to its own receptor from its own line."""
    return await _send(request, use, client, orders_of_arrays(said), wanted_at(said, use.clock.now()))


async def _send(
    request: Request, use: Use, client: Client, wanted: Sequence[Order], at: datetime | None
) -> Response:
    try:
        taken = await within(ordering.send(use, client, wanted, at))
    except ordering.NotItsLine:
        raise Wrong(Code.SENDER) from None
    except ordering.OverQuota:
        raise Wrong(Code.CREDIT) from None
    except ordering.TooLate:
        raise Wrong(Code.DATE) from None
    now = use.clock.now()
    return answer(request, [row_of(one.message, one.order.number, one.text, now) for one in taken])
