"""Messages from citizens, as gateways bring them."""

from collections.abc import Callable, Mapping
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import PlainTextResponse
from starlette.datastructures import FormData

from services.notifications import access
from services.notifications.api.parts import UseIt
from services.notifications.domain.inbound import Arrived
from services.notifications.settings import SECRET_MAX, Shape
from services.notifications.usecases import inbound
from shared.access.guard import open_to_all
from shared.language import Text
from shared.rule import Invalid
from shared.store.repository import NotFound
from shared.web.parts import V1

router = APIRouter(prefix=V1, tags=["inbound"])
REFERENCE_MAX, SENDER_MAX, LINE_MAX, TEXT_MAX = 200, 40, 40, 20_000
NAMES: Mapping[Shape, tuple[str, str, str, str]] = {
    Shape.KANNEL: ("id", "from", "to", "text"),
    Shape.KAVENEGAR: ("messageid", "from", "to", "message"),
}
"""How each shape calls the message's id, its sender, its line and its words.

Kannel is told so by us: `get-url = ".../v1/inbound/NAME?secret=...&id=%I&from=%p&to=%P&text=%a"`.
"""
Given = Mapping[str, str]
Secret = Annotated[str, Query(max_length=SECRET_MAX)]


async def given(request: Request) -> Given:
    """What stands in the address and in a form, if one came: the form's word holds."""
    form = await _form(request) if request.method == "POST" else FormData()
    return {**request.query_params, **{name: one for name, one in form.items() if isinstance(one, str)}}


@router.get("/inbound/{gateway}", response_model=str, response_class=PlainTextResponse)
@open_to_all(access.INBOUND)
async def got(
    gateway: str, use: UseIt, said: Annotated[Given, Depends(given)], secret: Secret = ""
) -> Response:
    """A message that came in, in the shape of the gateway; brought again it is the same message."""
    return await _take(use, gateway, secret, said)


@router.post("/inbound/{gateway}", response_model=str, response_class=PlainTextResponse)
@open_to_all(access.INBOUND)
async def posted(
    gateway: str, use: UseIt, said: Annotated[Given, Depends(given)], secret: Secret = ""
) -> Response:
    """The same as a form."""
    return await _take(use, gateway, secret, said)


async def _take(use: UseIt, gateway: str, secret: str, said: Given) -> Response:
    if not use.doors.is_gateway(gateway, secret):
        raise NotFound(gateway)  # who doesn't know the secret learns not even which gateways there are
    await inbound.receive(use, gateway, READ[use.doors.gateways[gateway].shape](said))
    return PlainTextResponse("")  # Kannel would send on to the citizen what stands here


def _reader(shape: Shape) -> Callable[[Given], Arrived]:
    reference, sender, line, text = NAMES[shape]

    def read(said: Given) -> Arrived:
        return Arrived(
            reference=value_of(said, reference, REFERENCE_MAX, least=1),
            sender=value_of(said, sender, SENDER_MAX, least=1),
            line=value_of(said, line, LINE_MAX),
            text=value_of(said, text, TEXT_MAX),
        )

    return read


READ: Mapping[Shape, Callable[[Given], Arrived]] = {shape: _reader(shape) for shape in Shape}


def value_of(said: Given, name: str, most: int, *, least: int = 0) -> str:
    """One of the values; 422 where it is too long or lacks."""
    value = said.get(name, "").strip()
    if not least <= len(value) <= most:
        raise Invalid(
            f"/{name}", Text(fa="لازم است و اندازه دارد.", en="It is needed, and has a limit to its length.")
        )
    return value


async def _form(request: Request) -> FormData:
    async with request.form(max_files=0, max_fields=50) as form:
        return FormData(form.multi_items())
