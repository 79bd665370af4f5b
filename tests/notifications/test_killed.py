"""The sender is killed with -9 between any two steps, again and again, and the gateway counts."""

import asyncio
import contextlib
import itertools
import os
import random
import secrets
import signal
from collections import Counter

import orjson
import pytest

from services.notifications.domain.message import Message
from services.notifications.gateways.http import number_of
from shared.events.complaints import ComplaintFiled
from tests.notifications.cases import Case, use_of
from tests.notifications.killing import line, lives
from tests.serving import Serving

pytestmark = [pytest.mark.real, pytest.mark.clause("RIGHTS-P5-6")]
SENDER = "tests.notifications.vendors.sender"
TOLD_EACH, KILLS, WITHIN_S = 3, 20, 180
MESSAGES = TOLD_EACH * (KILLS + 3)
"""In each life so many are told: after the last kill there are some that nothing happens to."""
LIVES_S = (0.15, 0.9)
DIES_IN_THE_GATEWAY = 0.25


class Counting:
    """A gateway that is asked by our number, counts what it took, and at times sees its caller die."""

    def __init__(self, chance: random.Random) -> None:
        self.taken: Counter[str] = Counter()
        self.caller: int | None = None
        self.kills = KILLS
        self._chance = chance

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, any number of requests."""
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode()
                length = next(
                    (
                        int(one.split(":")[1])
                        for one in head.splitlines()
                        if one.lower().startswith("content-length:")
                    ),
                    0,
                )
                body = await reader.readexactly(length)
                said = self.answer(head.split()[1], body)
                writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n%b" % (len(said), said))
                await writer.drain()
        writer.close()

    def answer(self, path: str, body: bytes) -> bytes:
        """Whether the caller dies before it is heard or after, nobody answers the dead."""
        if path.startswith("/state/"):
            return b'{"code": "%s"}' % (b"here" if self.taken[path.removeprefix("/state/")] else b"absent")
        step = self._chance.random()
        if step < DIES_IN_THE_GATEWAY / 2 and self._kill():
            return b"{}"
        self.taken[orjson.loads(body)["uid"]] += 1
        if step > 1 - DIES_IN_THE_GATEWAY / 2:
            self._kill()
        return b'{"code": "here"}'

    def _kill(self) -> bool:
        if self.caller is None or self.kills == 0:
            return False
        self.kills -= 1
        os.kill(self.caller, signal.SIGKILL)
        self.caller = None
        return True


async def settled(running: Serving) -> list[Message] | None:
    """All messages, once none is on its way."""
    messages = [saved.state for saved in (await use_of(running).messages.page(None, limit=200)).items]
    return None if any(one.is_open for one in messages) else messages


async def all_settle(
    running: Serving, gateway: Counting, plans: bytes, chance: random.Random
) -> list[Message]:
    """Senders live and die until nothing is open."""
    async with lives(running, SENDER, plans.decode()) as process, asyncio.timeout(WITHIN_S):
        assert process.stdin is not None
        for told in itertools.count(0, TOLD_EACH):
            for number in range(told, min(told + TOLD_EACH, MESSAGES)):
                case = Case(running, f"case-{number}", f"+98912000{number:04}")
                await case.contact_comes()
                await case.tells(ComplaintFiled)
            process.stdin.write(b"\n")
            child = gateway.caller = int(await line(process))
            over = asyncio.create_task(line(process))
            lives_s = chance.uniform(*LIVES_S) if gateway.kills else 2.0
            await asyncio.wait([over], timeout=lives_s)
            messages = await settled(running)
            gateway.caller = None
            if not over.done():
                gateway.kills = max(0, gateway.kills - 1)
                os.kill(child, signal.SIGKILL)
            assert await over == "dead"
            if messages is not None and len(messages) == MESSAGES:
                return messages
    raise TimeoutError


def plans_of(port: int, *, can_be_asked: bool) -> bytes:
    url = f"http://127.0.0.1:{port}"
    reading = {"code": "code", "accepted": ["here"], "absent": ["absent"]}
    plan = {
        "type": "http",
        "send": {"url": f"{url}/send", "json": {"uid": "{uid}", "to": "{to}"}, "answer": reading},
        "arrives_within_s": 1,
    }
    find = {"find": {"method": "GET", "url": f"{url}/state/{{uid}}", "answer": reading}}
    return orjson.dumps({"counting": {**plan, **(find if can_be_asked else {})}})


@pytest.mark.parametrize("can_be_asked", [True, False], ids=["it can be asked", "it can not"])
async def test_killed_again_and_again_no_message_comes_twice_none_is_missing_and_doubt_is_marked(
    running: Serving, can_be_asked: bool
) -> None:
    seed = os.environ.get("PAYGIR_JOURNEY_SEED") or secrets.token_hex(4)
    print(f"PAYGIR_JOURNEY_SEED={seed}")  # noqa: T201 - pytest shows it when the test fails
    chance = random.Random(seed)  # noqa: S311 - chance, no secret
    gateway = Counting(chance)
    server = await asyncio.start_server(gateway.serve, "127.0.0.1", 0)
    async with server:
        plans = plans_of(server.sockets[0].getsockname()[1], can_be_asked=can_be_asked)
        messages = await all_settle(running, gateway, plans, chance)

    arrived = {one.id: gateway.taken[str(number_of(one.id))] for one in messages}
    doubted = {one.id for one in messages if one.reason == "in-doubt"}
    assert max(arrived.values()) == 1
    assert {one.status.value for one in messages if one.id not in doubted} == {"accepted"}
    assert [id_ for id_, count in arrived.items() if count == 0 and id_ not in doubted] == []
    if can_be_asked:
        assert doubted == set()
    else:
        assert doubted, "no kill came between handing over and the answer"
