"""What the tests of content over HTTP have in common."""

from typing import Any

import httpx

from tests.serving import Serving, bearer

WAY: list[tuple[str, str, dict[str, Any]]] = [
    ("water.pr.secretary", "review", {"rank": 2}),
    ("water.deputy", "approval", {}),
    ("water.it.publisher", "publication", {}),
]
"""Who takes which step after the representative, in order."""


def submission(**changes: Any) -> dict[str, Any]:
    """What the representative of works brings in."""
    return {
        "domain": "works",
        "topic": "پروانه‌ها",
        "title": "راهنمای پروانه",
        "text": "گام نخست: درخواست.",
        **changes,
    }


async def submit(content: Serving, agency: str = "water", **changes: Any) -> dict[str, Any]:
    """Submit one and return it."""
    answer = await content.http.post(
        "/v1/items", json=submission(**changes), headers=bearer(f"{agency}.works.representative")
    )
    assert answer.status_code == 201, answer.text
    return answer.json()


def seen(item: dict[str, Any]) -> dict[str, Any]:
    """The revision that somebody has before their eyes."""
    return {"revision": item["revision"], "digest": item["digest"]}


async def step(content: Serving, post: str, verb: str, item: dict[str, Any], **more: Any) -> httpx.Response:
    """Take a step, as the holder of a post, on the revision as it was read."""
    return await content.http.post(
        f"/v1/items/{item['id']}/{verb}", json={**seen(item), **more}, headers=bearer(post)
    )


async def through(content: Serving, item: dict[str, Any], steps: int = len(WAY), **more: Any) -> None:
    """The first steps of its way, each by whom it takes."""
    for post, verb, body in WAY[:steps]:
        extra = {**body, **more} if verb == "review" else body
        answer = await step(content, post, verb, item, **extra)
        assert answer.status_code == 200, answer.text


async def listed(content: Serving, which: str, post: str, **query: str) -> list[str]:
    """The titles of a list that somebody works through; of all items for ""."""
    url = f"/v1/items/{which}" if which else "/v1/items"
    answer = await content.http.get(url, params=query, headers=bearer(post))
    assert answer.status_code == 200, answer.text
    return [row["title"] for row in answer.json()["items"]]


async def public(content: Serving, **query: str) -> list[str]:
    """The titles that the public reads."""
    answer = await content.http.get("/v1/published", params=query)
    assert answer.status_code == 200, answer.text
    return [row["title"] for row in answer.json()["items"]]


async def event_names(content: Serving) -> list[str]:
    """The short names of all events of the items, in order."""
    records = await content.published(content.parts.repositories[0])
    return [record["headers"]["ce_type"].split(".")[3] for record in records]
