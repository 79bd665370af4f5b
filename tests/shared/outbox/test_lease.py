"""One holder at a time, on the server's clock."""

import asyncio
from typing import Any

import pytest
from pymongo.asynchronous.database import AsyncDatabase

from shared.outbox.lease import MongoLease
from tests.shared.outbox.topic import until

pytestmark = pytest.mark.real
Database = AsyncDatabase[dict[str, Any]]


def lease(database: Database, owner: str, *, ttl_ms: int = 60_000) -> MongoLease:
    return MongoLease(database["leases"], "relay", owner, ttl_ms=ttl_ms)


async def test_only_one_of_many_that_ask_at_once_gets_it(database: Database) -> None:
    asking = [lease(database, f"r{n}") for n in range(6)]

    took = await asyncio.gather(*[one.take() for one in asking])

    assert sorted(took) == [False] * 5 + [True]
    assert [one.held for one in asking] == took


async def test_its_holder_renews_it_and_nobody_else_can_take_it(database: Database) -> None:
    first, second = lease(database, "r1"), lease(database, "r2")

    assert [await first.take(), await second.take(), await first.take()] == [True, False, True]


async def test_what_is_given_back_is_free_at_once(database: Database) -> None:
    first, second = lease(database, "r1"), lease(database, "r2")
    await first.take()

    await second.release()  # not its own to give
    assert await second.take() is False
    await first.release()

    assert first.held is False
    assert await second.take() is True


async def test_a_holder_that_died_is_followed_when_its_time_is_over(database: Database) -> None:
    dead, heir = lease(database, "r1", ttl_ms=300), lease(database, "r2")
    await dead.take()

    await until(heir.take)

    assert dead.held is False
