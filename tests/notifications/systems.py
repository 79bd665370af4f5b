"""What the tests of other systems have in common: one with a key, and how it calls."""

from itertools import count
from typing import Any

import httpx

from services.notifications.usecases.use import Use
from shared.bus.records import Received
from tests.notifications.cases import send, subscription
from tests.notifications.inbound import WATERS
from tests.serving import Serving, bearer

ROUTE = "/v1/sms-clients"
CITIZEN, CITIZEN_E164, OTHER = "09121234567", "+989121234567", "09350000000"
TEXT = "نوبت شما فردا ساعت ۱۰ است."
Row = dict[str, Any]
_OFFSETS = count()


async def made(running: Serving, post: str = "water.head", **terms: Any) -> Row:
    """A system of the post's agency, with its key."""
    given = {"name": "نوبت‌دهی", **terms}
    answer = await running.http.post(ROUTE, json=given, headers=bearer(post))
    assert answer.status_code == 201, answer.text
    return answer.json()


async def key_of(running: Serving, post: str = "water.head", **terms: Any) -> str:
    """Its key alone."""
    own = {"lines": [WATERS]} if post.startswith("water.") else {}
    return (await made(running, post, **{**own, **terms}))["key"]


async def call(running: Serving, key: str, method: str, **params: Any) -> httpx.Response:
    """As a form, the usual way."""
    return await running.http.post(f"/v1/{key}/sms/{method}.json", data=params)


async def rows(running: Serving, key: str, method: str, **params: Any) -> list[Row]:
    """What it is told when all is well."""
    answer = await call(running, key, method, **params)
    said = answer.json()
    assert (answer.status_code, said["return"]["status"]) == (200, 200), answer.text
    return said["entries"]


async def sent(running: Serving, key: str, **params: Any) -> Row:
    """One text to one citizen."""
    [row] = await rows(running, key, "send", **{"receptor": CITIZEN, "message": TEXT, **params})
    return row


async def carry(running: Serving) -> None:
    """The new persons come over the bus, all in one batch; then what is queued is sent."""
    await persons_come(running)
    running.clock.forward(seconds=4)
    await send(running)


async def persons_come(running: Serving) -> None:
    """Numbers and keys, or the word that somebody was erased."""
    use: Use = running.parts.use
    records = await running.published(use.senders.keys)
    await use.senders.keys.collection.update_many({}, {"$set": {"pending": []}})
    for name in ("contacts", "keys"):
        one = subscription(running, name)
        come = [
            Received(
                topic=record["topic"],
                partition=0,
                offset=offset,
                key=record["key"].encode(),
                value=record["value"],
                headers=(),
            )
            for offset, record in zip(_OFFSETS, records, strict=False)
            if record["topic"] in one.topics
        ]
        if come:
            await one.effect.work([one.effect.read(record) for record in come])
