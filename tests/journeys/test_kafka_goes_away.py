"""Kafka stops in the middle, in order or as in a power cut: citizens notice nothing, and nothing is lost."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from tests.journeys.citizens import Citizens
from tests.journeys.effects import assert_each_once, complaint_ids, pending, until_quiet
from tests.journeys.stack import MARKS, Stack, stack_for

pytestmark = [*MARKS, pytest.mark.asyncio(loop_scope="module")]
SERVICES = ("complaints", "notifications", "reporting")
BEFORE, AWAY, AFTER = 10, 30, 10
WAITS_AT_MOST_S = 5.0


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stack() -> AsyncIterator[Stack]:
    async with stack_for(*SERVICES) as one:
        await one.start("kafka", "mongodb")
        await one.settle(*SERVICES)
        await one.start(*SERVICES)
        yield one


@pytest.mark.parametrize(("how", "first"), [("in order", 0), ("kill -9", 100)])
async def test_what_is_filed_while_kafka_is_away_has_its_effects_once(
    stack: Stack, how: str, first: int
) -> None:
    citizens = Citizens(stack, "complaints")
    numbers = iter(range(first, first + BEFORE + AWAY + AFTER))

    async def file(count: int) -> None:
        await asyncio.gather(*[citizens.file(next(numbers)) for _ in range(count)])

    earlier = set(await complaint_ids(stack))
    await file(BEFORE)
    await until_quiet(stack)
    await (stack.kafka.stop() if how == "in order" else stack.kafka.kill())

    await file(AWAY)
    assert citizens.repeated == 0, "every citizen had a receipt at the first try"
    assert await stack.is_ready("complaints"), "a short outage is no reason to send nobody here"
    waiting = {"paygir_complaints.complaints": AWAY, "paygir_complaints_keys.keys": AWAY}
    assert await pending(stack) == waiting, "it waits in the documents"

    await stack.start("kafka")
    await file(AFTER)
    await until_quiet(stack)

    assert len(citizens.receipts) == BEFORE + AWAY + AFTER
    await assert_each_once(stack, earlier | set(citizens.receipts.values()))


async def test_when_too_much_has_waited_too_long_it_asks_for_no_more_and_still_refuses_nobody(
    stack: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PAYGIR_PENDING_AGE_MAX_S", str(WAITS_AT_MOST_S))  # for the test; 300 s otherwise
    citizens = Citizens(stack, "complaints")
    earlier = set(await complaint_ids(stack))
    await stack.stop("complaints")
    await stack.start("complaints")

    async def readiness() -> dict[str, Any]:
        answer = await stack.http.get(stack.url("complaints", "/ready"))
        said = answer.json()
        assert answer.status_code == (200 if said["pending_oldest_s"] <= WAITS_AT_MOST_S else 503), said
        return said

    await stack.kafka.stop()
    assert (await readiness())["pending_oldest_s"] == 0, "that Kafka is away is no reason by itself"
    await asyncio.gather(*map(citizens.file, range(200, 210)))
    said = await stack.eventually("not ready", readiness, lambda said: not said["ready"])
    assert (said["database"], said["prepared"]) == (True, True), "nothing else is the reason"
    await asyncio.gather(*map(citizens.file, range(210, 220)))
    assert citizens.repeated == 0, "whoever comes all the same has a receipt at the first try"

    await stack.start("kafka")
    await stack.eventually("ready again", readiness, lambda said: said["ready"])
    await until_quiet(stack)
    await assert_each_once(stack, earlier | set(citizens.receipts.values()))
