"""What gateways tell later of messages that they took."""

import json
from collections.abc import Mapping
from typing import Any, cast
from urllib.parse import parse_qsl

from fastapi import APIRouter, Request, Response

from services.notifications import access
from services.notifications.api.parts import UseIt
from services.notifications.usecases import receipts
from shared.access.guard import open_to_all
from shared.web.parts import V1

router = APIRouter(prefix=V1, tags=["messages"])
NO_CONTENT = 204


@router.get("/receipts/{gateway}/{about}/{mark}", status_code=NO_CONTENT, response_class=Response)
@open_to_all(access.RECEIPTS)
async def receipt_by_query(gateway: str, about: str, mark: str, request: Request, use: UseIt) -> None:
    """A gateway tells what became of a message, in the query. Told twice or too late it changes nothing."""
    await receipts.called(use, gateway, about, mark, request.query_params)


@router.post("/receipts/{gateway}/{about}/{mark}", status_code=NO_CONTENT, response_class=Response)
@open_to_all(access.RECEIPTS)
async def receipt_by_body(gateway: str, about: str, mark: str, request: Request, use: UseIt) -> None:
    """The same in a form or in JSON, whatever the gateway uses."""
    said = {**request.query_params, **_fields(await request.body())}
    await receipts.called(use, gateway, about, mark, said)


def _fields(body: bytes) -> Mapping[str, str]:
    """The fields of a JSON object, else of a form. What is neither has none."""
    text = body.decode("utf-8", errors="replace")
    try:
        given: Any = json.loads(text)
    except ValueError:
        return dict(parse_qsl(text))
    match given:
        case dict():
            return {str(name): str(value) for name, value in cast("dict[Any, Any]", given).items()}
        case _:
            return {}
