"""While citizens complain and agencies work, every process is killed with -9, again and again, at random.

The run prints its seed; PAYGIR_JOURNEY_SEED repeats its choices (not the machine's own timing).
"""

import asyncio
import os
import random
import secrets

import httpx

from shared.clock import FileClock
from shared.identity import read_code
from tests.journeys.bus import SERVICES, readers
from tests.journeys.citizens import Citizens, complaint
from tests.journeys.effects import assert_each_once, told, until_quiet
from tests.journeys.offices import Offices
from tests.journeys.stack import MARKS, Stack, stack_for
from tests.meetings.groups import CONVENES

pytestmark = MARKS
KILLS = {
    "complaints.api": 3,
    "complaints.worker": 3,
    "content.api": 2,
    "content.worker": 2,
    "meetings.api": 2,
    "meetings.worker": 2,
    "directory.api": 2,
    "directory.worker": 2,
    "notifications": 3,
    "reporting": 3,
    "mongodb": 2,
    "kafka": 2,
}
PROCESSES = tuple(name for name in KILLS if name not in {"mongodb", "kafka"})
DOORS = {name.partition(".")[0]: name for name in PROCESSES if name.endswith(".api")}
BETWEEN_KILLS_S = (0.3, 3.0)
DOWN_S = (0.0, 1.0)
EACH_S = 0.1
WORKED_EVERY = 5
FILED_AT_LEAST = 100
EACH_WORK_S = 2.0
WORKED_AT_LEAST = 10
EVENTS_OF_A_WORKED_CASE = [1, 2, 3, 4]  # filed, taken, answered, closed
DONE = frozenset({httpx.codes.OK, httpx.codes.CONFLICT})  # a conflict: the first try did it, its answer died


async def test_whatever_dies_each_complaint_has_its_effects_once() -> None:
    seed = os.environ.get("PAYGIR_JOURNEY_SEED") or secrets.token_hex(4)
    print(f"PAYGIR_JOURNEY_SEED={seed}")  # noqa: T201 - pytest shows it when the test fails
    chance = random.Random(seed)  # noqa: S311 - chance, no secret
    async with stack_for(*PROCESSES, scaled_clock=True) as stack:
        # The week before a meeting: a new group is convened at once, and no complaint is due before Saturday.
        FileClock(stack.folder / "clock.json").set(to=CONVENES, scale=1.0)
        await stack.start("kafka", "mongodb", "issuer")
        await stack.settle(*SERVICES)
        await stack.start(*PROCESSES)
        citizens, offices = Citizens(stack, DOORS["complaints"]), Offices(stack, DOORS)
        officer = await stack.bearer("water.desk.officer")
        await offices.found()

        over = asyncio.Event()
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(keep_filing(citizens, officer, over))
            tasks.create_task(keep_working(offices, over))
            killed = await kill_all(stack, chance)
            over.set()

        assert killed == sum(KILLS.values()) >= 20
        assert len(citizens.receipts) >= FILED_AT_LEAST
        assert citizens.repeated > 0, "no citizen noticed anything: nothing was tried"
        await until_quiet(stack, await readers())
        await assert_each_once(stack, citizens.receipts.values())
        assert len(offices.joined) >= WORKED_AT_LEAST <= len(offices.published)
        await offices.assert_each_once()
        stories = (await told(stack)).values()
        worked = [story for story in stories if story == EVENTS_OF_A_WORKED_CASE]
        assert len(worked) == len(range(0, len(citizens.receipts), WORKED_EVERY))


async def keep_filing(citizens: Citizens, officer: dict[str, str], over: asyncio.Event) -> None:
    """One complaint after the other until the killing is over; some cases are worked to their end."""
    number = 0
    async with asyncio.TaskGroup() as tasks:
        while not over.is_set() or number < FILED_AT_LEAST:
            worked = number % WORKED_EVERY == 0
            tasks.create_task(work(citizens, number, officer) if worked else citizens.file(number))
            number += 1
            await asyncio.sleep(EACH_S)


async def keep_working(offices: Offices, over: asyncio.Event) -> None:
    """An agency joins and an item goes its way, one after the other until the killing is over."""
    number = 0
    async with asyncio.TaskGroup() as tasks:
        while not over.is_set() or number < WORKED_AT_LEAST:
            tasks.create_task(offices.join(f"power-{number}"))
            tasks.create_task(offices.publish(number))
            number += 1
            await asyncio.sleep(EACH_WORK_S)


async def work(citizens: Citizens, number: int, officer: dict[str, str]) -> None:
    """File it, take it, answer it, and say that the answer is good."""
    code = await citizens.file(number)
    path = f"/v1/complaints/{await id_of(citizens, code, officer)}"
    taken = await citizens.insist("POST", f"{path}/take", headers=officer)
    assert taken.status_code in DONE, taken.text
    answered = await citizens.insist("POST", f"{path}/answer", headers=officer, json={"text": "درست شد."})
    assert answered.status_code in DONE, answered.text
    verdict = {"code": code, "mobile": complaint(number)["mobile"], "satisfied": True}
    rated = await citizens.insist("POST", "/v1/follow/rating", json=verdict)
    assert rated.status_code == httpx.codes.OK, rated.text


async def id_of(citizens: Citizens, code: str, officer: dict[str, str]) -> str:
    """As the officer finds it in the agency's list, newest first."""
    query = {"limit": "200"}
    while True:
        answer = await citizens.insist("GET", "/v1/complaints", params=query, headers=officer)
        page = answer.json()
        for one in page["items"]:
            if read_code(one["tracking_code"]) == code:
                return one["id"]
        assert page["next"], "a receipt was given for what isn't there"
        query["after"] = page["next"]


async def kill_all(stack: Stack, chance: random.Random) -> int:
    """Kill each as often as it is its turn, in a random order; how many died."""
    victims = [name for name, times in KILLS.items() for _ in range(times)]
    chance.shuffle(victims)
    for name in victims:
        await asyncio.sleep(chance.uniform(*BETWEEN_KILLS_S))
        await stack.kill(name)
        await asyncio.sleep(chance.uniform(*DOWN_S))
        if name in PROCESSES:
            stack.spawn(name)  # the next one dies whether or not this one is ready again
        else:
            await stack.start(name)
    await stack.until_ready(*PROCESSES)
    return len(victims)
