"""Who asks a service and sends the same request again until there is an answer; citizens who complain so."""

import asyncio
from dataclasses import dataclass, field
from typing import Any

import httpx

from shared.identity import read_code
from tests.journeys.stack import PATIENCE_S, Stack

CREATED = 201
REPEAT_ON = frozenset({429, 500, 502, 503, 504})


def complaint(number: int, **changes: Any) -> dict[str, Any]:
    """The complaint of the citizen with this number: each has a mobile of their own."""
    return {
        "agency_id": "water",
        "service_code": "1001",
        "ground": "put-off-without-reason",
        "text": "دو بار مراجعه کردم و گفتند فردا بیایید.",
        "mobile": f"0912{number:07d}",
        **changes,
    }


@dataclass(slots=True)
class Asking:
    """Asks at one door, through every fault; `repeated` counts how often that had to be done again."""

    stack: Stack
    door: str
    repeated: int = 0

    async def insist(self, method: str, path: str, **request: Any) -> httpx.Response:
        """The first answer that isn't "try again", through every fault."""
        async with asyncio.timeout(PATIENCE_S):
            while True:
                try:
                    answer = await self.stack.http.request(method, self.stack.url(self.door, path), **request)
                except httpx.TransportError:
                    answer = None
                if answer is not None and answer.status_code not in REPEAT_ON:
                    return answer
                self.repeated += 1
                await asyncio.sleep(0.3)


@dataclass(slots=True)
class Citizens(Asking):
    """Files complaints; `receipts` has the tracking code of each by its number."""

    receipts: dict[int, str] = field(default_factory=dict[int, str])

    async def file(self, number: int, **headers: str) -> str:
        """Send the same request, with the same key, until there is a receipt; its tracking code."""
        keyed = {"idempotency-key": f"citizen-{number}", **headers}
        answer = await self.insist("POST", "/v1/complaints", json=complaint(number), headers=keyed)
        assert answer.status_code == CREATED, answer.text
        code = read_code(answer.json()["tracking_code"])
        assert code is not None, answer.text
        assert self.receipts.setdefault(number, code) == code
        return code

    async def file_all(self, numbers: range, *, each_s: float) -> None:
        """One after another begins, `each_s` seconds apart, without waiting for the one before."""
        async with asyncio.TaskGroup() as tasks:
            for number in numbers:
                tasks.create_task(self.file(number))
                await asyncio.sleep(each_s)
