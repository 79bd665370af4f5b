"""The real parts as fixtures, each started once a run if a test marked `real` asks for it."""

import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from typing import Any

import pytest
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from hypothesis import settings
from pymongo import AsyncMongoClient
from pymongo.asynchronous.database import AsyncDatabase

from tests.real import (
    FIXTURES,
    Broker,
    Provider,
    Trio,
    real_broker,
    real_kafka,
    real_keycloak,
    real_mongodb,
    real_mongodb_trio,
)
from tests.sockets import closed_when_cancelled

MakeTopic = Callable[..., Awaitable[str]]
settings.register_profile("anywhere", deadline=None)  # a busy machine is no fault of the code
settings.load_profile("anywhere")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    unmarked = [
        item.nodeid
        for item in items
        if FIXTURES & set(getattr(item, "fixturenames", ())) and not item.get_closest_marker("real")
    ]
    if unmarked:
        raise pytest.UsageError(f"These tests use real parts, so they need the mark `real`: {unmarked}")


@pytest.fixture(scope="session", autouse=True)
def _no_socket_left_by_the_driver() -> Iterator[None]:
    with closed_when_cancelled():
        yield


@pytest.fixture(scope="session")
def kafka() -> Iterator[list[str]]:
    """Bootstrap addresses."""
    with real_kafka() as bootstrap:
        yield bootstrap


@pytest.fixture
def own_kafka() -> Iterator[Broker]:
    """A broker of this test's own, to stop, kill and start again."""
    with real_broker() as broker:
        yield broker


@pytest.fixture(scope="session")
def mongodb() -> Iterator[str]:
    """Address of a replica set of one."""
    with real_mongodb() as uri:
        yield uri


@pytest.fixture(scope="session")
def mongodb_trio() -> Iterator[Trio]:
    """A replica set of three whose members a test may kill, freeze and start again."""
    with real_mongodb_trio() as trio:
        yield trio


@pytest.fixture(scope="session")
def keycloak() -> Iterator[Provider]:
    """A real OIDC provider with the demo's people; `tests/keycloak/` has accounts to sign in with."""
    with real_keycloak() as provider:
        yield provider


@pytest.fixture
async def database(mongodb: str) -> AsyncIterator[AsyncDatabase[dict[str, Any]]]:
    """An empty database, dropped after the test, with that of its keys."""
    async with AsyncMongoClient[dict[str, Any]](mongodb, tz_aware=True, w="majority") as client:
        fresh = client[f"test_{secrets.token_hex(6)}"]
        yield fresh
        await client.drop_database(fresh)
        await client.drop_database(f"{fresh.name}_keys")


@pytest.fixture
async def make_topic(kafka: list[str]) -> AsyncIterator[MakeTopic]:
    """Makes topics of a new name; all are deleted after the test."""
    made: list[str] = []
    admin = AIOKafkaAdminClient(bootstrap_servers=",".join(kafka))
    await admin.start()

    async def make(stem: str = "test", *, partitions: int = 1, **config: str) -> str:
        name = f"{stem}.{secrets.token_hex(6)}"
        settings = {key.replace("_", "."): value for key, value in config.items()}
        await admin.create_topics([NewTopic(name, partitions, 1, topic_configs=settings)])
        made.append(name)
        return name

    yield make
    if made:
        await admin.delete_topics(made)
    await admin.close()


@pytest.fixture
async def topic(make_topic: MakeTopic) -> str:
    """A new topic of one partition."""
    return await make_topic()
