"""What the tests of handing over have in common."""

from typing import Any, TypeVar

import httpx

from services.complaints.usecases.transferring import hear_of_transfer
from shared.cloudevents import Envelope
from shared.events.complaints_course import ComplaintTransferred
from shared.events.event import Event
from tests.complaints.cases import MOBILE, act, file, only_id
from tests.serving import Serving, bearer

WHY = "راه روستا در اختیار راهداری است، نه آب."
HEAD, OFFICER, INSPECTION = "water.head", "water.desk.officer", "governorate.inspection"
EventT = TypeVar("EventT", bound=Event)


async def hand_over(
    complaints: Serving, id_: str, post: str = HEAD, agency: str = "roads", **changes: Any
) -> httpx.Response:
    """To roads, as its one service."""
    body = {"agency_id": agency, "service_code": "2001", "reason": WHY, **changes}
    return await act(complaints, post, "transfer", id_, **body)


async def told(complaints: Serving, kind: type[Event] = ComplaintTransferred) -> list[Envelope]:
    """What the service would hear of what was handed over."""
    records = await complaints.published(complaints.parts.repositories[0])
    return [
        Envelope.read({name: text.encode() for name, text in one["headers"].items()}, one["value"])
        for one in records
        if one["headers"].get("ce_type") == kind.type_name()
    ]


async def events(complaints: Serving, kind: type[EventT]) -> list[EventT]:
    """All of this kind."""
    found = [one.event() for one in await told(complaints, kind)]
    return [one for one in found if isinstance(one, kind)]


async def bring(complaints: Serving, times: int = 1) -> None:
    """Its own worker hears of it, so many times."""
    for envelope in await told(complaints) * times:
        await hear_of_transfer(complaints.parts.use, envelope)


async def handed_over(complaints: Serving, **changes: Any) -> tuple[dict[str, Any], str, str]:
    """One filed at water that is at roads now: its receipt, and its ids there and here."""
    receipt = await file(complaints, **changes)
    before = await only_id(complaints)
    answer = await hand_over(complaints, before)
    assert answer.status_code == 200, answer.text
    await bring(complaints)
    return receipt, before, await only_id(complaints, "roads")


async def citizen(
    complaints: Serving, receipt: dict[str, Any], path: str = "", mobile: str = MOBILE, **body: Any
) -> httpx.Response:
    """With the code and the mobile."""
    own = {"code": receipt["tracking_code"], "mobile": mobile, **body}
    return await complaints.http.post(f"/v1/follow{path}", json=own)


async def erase(complaints: Serving, post: str) -> httpx.Response:
    """A post forgets the citizen at its agency."""
    body = {"mobile": MOBILE, "why": "ordered-by-law"}
    return await complaints.http.post("/v1/persons/erasure", json=body, headers=bearer(post))


async def get(complaints: Serving, path: str, post: str) -> httpx.Response:
    return await complaints.http.get(f"/v1/{path}", headers=bearer(post))
