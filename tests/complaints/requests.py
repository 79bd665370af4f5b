"""What a citizen wants by SMS, as the bus brings it to complaints."""

from collections.abc import Mapping
from typing import Any

import orjson

from services.complaints.usecases.use import Use
from shared.bus.effects import Mirror
from shared.bus.records import Received
from shared.events.contacts import Gone
from shared.events.requests import REQUESTS_TOPIC, CitizenRequest, RequestKind
from shared.keys.requests import seal_request
from shared.store.repository import private_record
from tests.serving import Serving

MOBILE_E164 = "+989121234567"


async def wants(
    complaints: Serving,
    kind: RequestKind,
    id_: str = "r-1",
    said: Mapping[str, Any] | None = None,
    *,
    offset: int = 0,
    **more: Any,
) -> None:
    """A request comes, by the service's own subscription."""
    use: Use = complaints.parts.use
    given: dict[str, Any] = {
        "kind": kind,
        "mobile": MOBILE_E164,
        "received_at": complaints.clock.now(),
        **(said or {}),
        **more,
    }
    request = CitizenRequest.model_validate(given)
    sealed = await seal_request(use.wrapper, request, request_id=id_, agency_id="water")
    await reads(complaints, private_record(sealed, None).value, id_, offset)


async def ends(complaints: Serving, id_: str, *, offset: int = 1) -> None:
    """It is done: the word that ends it comes."""
    record = private_record(Gone(topic=REQUESTS_TOPIC, contact_id=id_), None)
    await reads(complaints, record.value, record.key, offset)


async def reads(complaints: Serving, value: bytes | None, key: str, offset: int) -> None:
    """A record of the private topic."""
    [one] = [one for one in complaints.parts.subscriptions if one.name == "requests"]
    assert isinstance(one.effect, Mirror)
    record = Received(
        topic=REQUESTS_TOPIC, partition=0, offset=offset, key=key.encode(), value=value, headers=()
    )
    await one.effect.work([one.effect.read(record)])


async def outcomes(complaints: Serving) -> list[tuple[str, str, str | None]]:
    """What is told of requests: event, kind and clause."""
    use: Use = complaints.parts.use
    found: list[tuple[str, str, str | None]] = []
    for record in await complaints.published(use.requests):
        data = orjson.loads(record["value"])
        found.append((record["headers"]["ce_type"].split(".")[3], data["kind"], data["clause"]))
    return found
