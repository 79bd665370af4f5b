"""`sms/receive` and `sms/countinbox`: what citizens sent to the system's own lines."""

from datetime import timedelta

from fastapi import APIRouter, Request, Response

from services.notifications import access
from services.notifications.api.kavenegar.reading import Caller, Said, instant, is_set, line_of
from services.notifications.api.kavenegar.words import Code, Wrong, answer
from services.notifications.api.parts import UseIt
from services.notifications.domain.asked import number_of
from services.notifications.gateways.http import national
from services.notifications.usecases import receiving
from shared.access.guard import open_to_all
from shared.web.answers import within
from shared.web.parts import V1

router = APIRouter(prefix=V1, include_in_schema=False)
METHODS = ["GET", "POST"]
SPAN_MAX = timedelta(days=1)


@router.api_route("/{apikey}/sms/receive.json", methods=METHODS, response_model=str)
@open_to_all(access.KAVENEGAR)
async def receive(request: Request, client: Caller, use: UseIt, said: Said) -> Response:
    """Up to 100 messages: with `isread` 0 the unread, which are read with that; with 1 the read."""
    line, read = line_of(said), is_set(said, "isread")
    try:
        letters = await within(receiving.receive(use, client, line, read=read))
    except receiving.NotItsLine:
        raise Wrong(Code.SENDER) from None
    rows = [
        {
            "messageid": number_of(one.message.id),
            "message": one.text,
            "sender": national(one.sender),
            "receptor": one.message.line,
            "date": int(one.message.received_at.timestamp()),
        }
        for one in letters
    ]
    return answer(request, rows)


@router.api_route("/{apikey}/sms/countinbox.json", methods=METHODS, response_model=str)
@open_to_all(access.KAVENEGAR)
async def count(request: Request, client: Caller, use: UseIt, said: Said) -> Response:
    """How many came between two moments, a day apart at most; without an end until now."""
    line, since = line_of(said), instant(said, "startdate")
    until = instant(said, "enddate") if said.get("enddate", "").strip() else use.clock.now()
    if not since <= until <= since + SPAN_MAX:
        raise Wrong(Code.DATE)
    read = is_set(said, "isread") if said.get("isread", "").strip() else None
    try:
        found = await within(receiving.count(use, client, line, read=read, since=since, until=until))
    except receiving.NotItsLine:
        raise Wrong(Code.SENDER) from None
    span = {"startdate": int(since.timestamp()), "enddate": int(until.timestamp())}
    return answer(request, [{**span, "sumcount": found}])
