"""What the tests of complaints have in common."""

from typing import Any

import httpx

from tests.serving import Serving, bearer

MOBILE = "09121234567"


def filing(**changes: Any) -> dict[str, Any]:
    """A lawful complaint at water's desk."""
    return {
        "agency_id": "water",
        "service_code": "1001",
        "ground": "put-off-without-reason",
        "text": "سه بار گفتند فردا بیا.",
        "mobile": MOBILE,
        **changes,
    }


async def file(complaints: Serving, **changes: Any) -> dict[str, Any]:
    """File one and return its receipt."""
    answer = await complaints.http.post("/v1/complaints", json=filing(**changes))
    assert answer.status_code == 201, answer.text
    return answer.json()


async def only_id(complaints: Serving, agency: str = "water") -> str:
    """The id of the agency's one complaint."""
    answer = await complaints.http.get("/v1/complaints", headers=bearer(f"{agency}.desk.officer"))
    [one] = answer.json()["items"]
    return one["id"]


async def act(complaints: Serving, post: str, verb: str, id_: str, **body: Any) -> httpx.Response:
    """Take or answer, as the holder of a post."""
    url = f"/v1/complaints/{id_}/{verb}"
    return await complaints.http.post(url, json=body or None, headers=bearer(post))


async def verdict(
    complaints: Serving, receipt: dict[str, Any], *, satisfied: bool, **more: Any
) -> httpx.Response:
    """The citizen's word on the answer."""
    body = {"code": receipt["tracking_code"], "mobile": MOBILE, "satisfied": satisfied, **more}
    return await complaints.http.post("/v1/follow/rating", json=body)


async def event_names(complaints: Serving) -> list[str]:
    """The short names of all events, in order."""
    records = await complaints.published(complaints.parts.repositories[0])
    types = [record["headers"].get("ce_type") for record in records]
    return [type_.split(".")[3] for type_ in types if type_]
