"""The API is killed with -9 between any two steps while systems send; they repeat what got no answer."""

import asyncio
import os
import random
import secrets
import signal
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import httpx
import pytest

from services.notifications.usecases import clients, orders
from tests.notifications.cases import phone, use_of
from tests.notifications.killing import line, lives
from tests.notifications.systems import carry, key_of
from tests.serving import Serving

pytestmark = [pytest.mark.real, pytest.mark.clause("RIGHTS-P5-6")]
API = "tests.notifications.vendors.api"
KILLS, SENDERS, ORDERS, WITHIN_S = 16, 4, 30, 150
COMMANDS_MAX = 30
NO_ANSWER = (httpx.TransportError,)


@dataclass(slots=True)
class Sender:
    """Software of Kavenegar's: it sends under ids of its own until it is answered, and counts its tries."""

    url: str
    tries: Counter[str] = field(default_factory=Counter[str])
    told: dict[str, list[int]] = field(default_factory=dict[str, list[int]])

    async def send_all(self, waiting: list[str]) -> None:
        """Each goes to one receptor, every third to three."""
        while waiting:
            localid = waiting.pop(0)
            to = receptors(localid)
            own = ",".join([localid] * len(to))
            params = {"receptor": ",".join(to), "message": text(localid), "localid": own}
            self.told[localid] = [one["messageid"] for one in await self._answered(localid, params)]

    async def _answered(self, localid: str, params: dict[str, str]) -> list[dict[str, int]]:
        while True:
            self.tries[localid] += 1
            try:
                async with httpx.AsyncClient(timeout=5, trust_env=False) as http:
                    answer = await http.post(self.url, data=params)
            except NO_ANSWER:
                continue
            assert answer.status_code in {200, 409}, answer.text
            if answer.status_code == 200:
                return answer.json()["entries"]


def receptors(localid: str) -> Sequence[str]:
    """Its own: to one number only so many go in an hour."""
    many = 3 if int(localid) % 3 == 0 else 1
    return [f"0912{number}{int(localid):06}" for number in range(many)]


def text(localid: str) -> str:
    return f"نوبت شماره {localid}"


async def killed_again_and_again(
    process: asyncio.subprocess.Process, sending: asyncio.Future[list[None]], chance: random.Random
) -> int:
    """One life after the other until all is answered; how many ended while there was something to answer."""
    assert process.stdin is not None
    kills = 0
    while not sending.done():
        last = kills >= KILLS
        at = 0 if last else chance.randint(1, COMMANDS_MAX)
        process.stdin.write(f"{at} {chance.choice(['started', 'succeeded'])}\n".encode())
        child = int(await line(process))
        over = asyncio.create_task(line(process))
        await asyncio.wait({over, sending}, return_when=asyncio.FIRST_COMPLETED)
        if over.done():
            kills += 1
        else:
            os.kill(child, signal.SIGKILL)
        assert await over == "dead"
    return kills


@pytest.mark.parametrize("codes", [False, True], ids=["texts", "codes"])
async def test_killed_between_any_two_steps_each_of_a_systems_ids_is_one_message_and_none_is_missing(
    running: Serving, codes: bool
) -> None:
    seed = os.environ.get("PAYGIR_JOURNEY_SEED") or secrets.token_hex(4)
    print(f"PAYGIR_JOURNEY_SEED={seed}")  # noqa: T201 - pytest shows it when the test fails
    key, ids = await key_of(running, codes=codes), [str(number) for number in range(1, ORDERS + 1)]
    waiting = list(ids)
    async with lives(running, API) as process, asyncio.timeout(WITHIN_S):
        sender = Sender(f"http://127.0.0.1:{await line(process)}/v1/{key}/sms/send.json")
        sending = asyncio.gather(*[sender.send_all(waiting) for _ in range(SENDERS)])
        kills = await killed_again_and_again(process, sending, random.Random(seed))  # noqa: S311 - chance
        await sending

    use = use_of(running)
    client = await clients.with_key(use, key)
    assert client is not None
    hashes = {orders.local_hash(use, client.id, localid): localid for localid in ids}
    found = [saved.state for saved in (await use.messages.page(None, limit=200)).items]
    made = Counter(hashes[localid] for one in found if one.asked for localid in one.asked.localids)
    assert made == {localid: len(receptors(localid)) for localid in ids}
    assert len({(one.contact_id, one.asked.localids) for one in found if one.asked}) == len(found)
    numbers = {int(one.id.removeprefix("sms-")) for one in found}
    assert sorted(one for told in sender.told.values() for one in told) == sorted(numbers)
    await carry(running)
    assert Counter(await phone(running)) == {text(one): len(receptors(one)) for one in ids}
    assert kills > KILLS / 2
    assert max(sender.tries.values()) > 1, "no kill came between asking and the answer"
