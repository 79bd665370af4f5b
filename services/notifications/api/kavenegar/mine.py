"""What a system asks of messages of its own: `status`, `statuslocalmessageid`, `select`, `cancel`."""

from fastapi import APIRouter, Request, Response

from services.notifications import access
from services.notifications.api.kavenegar.reading import Caller, Said, numbers, own_ids
from services.notifications.api.kavenegar.rows import own_row, row_of, status_row
from services.notifications.api.kavenegar.words import answer
from services.notifications.api.parts import UseIt
from services.notifications.usecases import asked
from shared.access.guard import open_to_all
from shared.web.answers import within
from shared.web.parts import V1

router = APIRouter(prefix=V1, include_in_schema=False)
METHODS = ["GET", "POST"]


@router.api_route("/{apikey}/sms/status.json", methods=METHODS, response_model=str)
@open_to_all(access.KAVENEGAR)
async def status(request: Request, client: Caller, use: UseIt, said: Said) -> Response:
    """Where up to 500 messages stand, in the order asked for."""
    wanted, now = numbers(said), use.clock.now()
    found = await within(asked.known(use, client, wanted))
    return answer(request, [status_row(number, found.get(number), now) for number in wanted])


@router.api_route("/{apikey}/sms/statuslocalmessageid.json", methods=METHODS, response_model=str)
@open_to_all(access.KAVENEGAR)
async def status_by_own_id(request: Request, client: Caller, use: UseIt, said: Said) -> Response:
    """The same by the system's own ids: a row for each message that it gave the id."""
    wanted, now = own_ids(said), use.clock.now()
    found = await within(asked.known_as(use, client, wanted))
    return answer(
        request, [own_row(localid, one, now) for localid in wanted for one in found.get(localid, [None])]
    )


@router.api_route("/{apikey}/sms/select.json", methods=METHODS, response_model=str)
@open_to_all(access.KAVENEGAR)
async def select(request: Request, client: Caller, use: UseIt, said: Said) -> Response:
    """The messages themselves; receptor and text are empty once their person was erased."""
    wanted, now = numbers(said), use.clock.now()
    found = await within(asked.known(use, client, wanted))
    told = await within(asked.told(use, found.values()))
    rows = [
        row_of(found[one], *told.get(found[one].id, ("", "")), now)
        if one in found
        else status_row(one, None, now)
        for one in wanted
    ]
    return answer(request, rows)


@router.api_route("/{apikey}/sms/cancel.json", methods=METHODS, response_model=str)
@open_to_all(access.KAVENEGAR)
async def cancel(request: Request, client: Caller, use: UseIt, said: Said) -> Response:
    """Take back what nobody has begun to send; the status says which those are."""
    wanted, now = numbers(said), use.clock.now()
    found = await within(asked.cancel(use, client, wanted))
    return answer(request, [status_row(number, found.get(number), now) for number in wanted])
