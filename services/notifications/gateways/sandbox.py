"""The development phone: every message arrives at once and anybody can read it. Never in production."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from pymongo.asynchronous.database import AsyncDatabase

from services.notifications.domain.outcome import Outcome, delivered, refused
from services.notifications.gateways.phone import Arrived, Phone
from services.notifications.gateways.port import PLAIN, Terms
from shared.clock import Clock
from shared.mobile import masked
from shared.sealing import MasterKey

DELIVERED = delivered()
NOBODYS = "+989900012345"
"""The one number that it refuses, and quotes as gateways do: so that a refusal can be seen."""


class Sandbox:
    """A gateway that keeps what it is given, once for each id, so that asking it is exact."""

    certain_after = timedelta()

    def __init__(self, database: AsyncDatabase[dict[str, Any]], clock: Clock, master_key: MasterKey) -> None:
        self._phone, self._clock, self._master_key = Phone(database), clock, master_key

    async def make_indexes(self) -> None:
        """Those of the phone."""
        await self._phone.make_indexes()

    async def send(self, message_id: str, number: str, text: str, terms: Terms = PLAIN) -> Outcome:  # noqa: ARG002
        """It arrives, whether by this call or an earlier one."""
        if number == NOBODYS:
            return refused(f"no route for {number}", passing=False)
        arrived = Arrived(id=message_id, to=masked(number), text=text, at=self._clock.now())
        await self._phone.put(arrived, self._hash(number))
        return DELIVERED

    async def find(
        self,
        message_id: str,
        *,
        gateway_id: str | None = None,  # noqa: ARG002
        age: timedelta = timedelta(),  # noqa: ARG002
    ) -> Outcome | None:
        """Exact: a message is there or it never arrived."""
        return DELIVERED if await self._phone.has(message_id) else None

    async def newest(self, *, mobile: str | None, limit: int) -> Sequence[Arrived]:
        """What lies on the phone, newest first; of one number where one is given."""
        return await self._phone.newest(None if mobile is None else self._hash(mobile), limit)

    def _hash(self, number: str) -> str:
        return self._master_key.keyed_hash("mobile", number)
