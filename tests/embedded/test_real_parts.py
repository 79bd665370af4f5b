"""The real parts that tests stand on do what the design asks of them."""

from contextlib import AsyncExitStack
from typing import Any

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from pymongo import AsyncMongoClient
from pymongo.asynchronous.database import AsyncDatabase

from tests.real import Broker, Trio


@pytest.mark.real
async def test_a_message_comes_back_from_the_broker(kafka: list[str], topic: str) -> None:
    producer: Any = AIOKafkaProducer(bootstrap_servers=",".join(kafka), acks="all")
    async with producer:
        await producer.send_and_wait(topic, b"said", key=b"k")
    consumer: Any = AIOKafkaConsumer(topic, bootstrap_servers=",".join(kafka), auto_offset_reset="earliest")
    async with consumer:
        record = await consumer.getone()

    assert (record.key, record.value) == (b"k", b"said")


@pytest.mark.real
async def test_a_killed_broker_comes_back_with_what_it_had(own_kafka: Broker) -> None:
    admin: Any = AIOKafkaAdminClient(bootstrap_servers=",".join(own_kafka.bootstrap))
    async with AsyncExitStack() as leaving:
        await admin.start()
        leaving.push_async_callback(admin.close)
        await admin.create_topics([NewTopic("kept", 1, 1)])
    await own_kafka.kill()
    await own_kafka.start()
    consumer: Any = AIOKafkaConsumer(bootstrap_servers=",".join(own_kafka.bootstrap))
    async with consumer:
        topics = await consumer.topics()

    assert topics == {"kept"}


@pytest.mark.real
async def test_a_transaction_that_fails_leaves_nothing(
    database: AsyncDatabase[dict[str, Any]],
) -> None:
    await database["things"].insert_one({"_id": "before"})

    async def fail() -> None:
        async with database.client.start_session() as session, await session.start_transaction():
            await database["things"].insert_one({"_id": "inside"}, session=session)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail()

    assert [found["_id"] async for found in database["things"].find()] == ["before"]


@pytest.mark.real
async def test_a_change_stream_tells_of_a_write(database: AsyncDatabase[dict[str, Any]]) -> None:
    async with await database["things"].watch() as changes:
        await database["things"].insert_one({"_id": "new"})
        change = await changes.next()

    assert change["fullDocument"] == {"_id": "new"}


@pytest.mark.real
async def test_a_write_to_three_members_is_on_most_of_them(mongodb_trio: Trio) -> None:
    async with AsyncMongoClient[dict[str, Any]](mongodb_trio.uri, w="majority") as client:
        await client["test_trio"]["things"].insert_one({"_id": "kept"})
        status = await client.admin.command("replSetGetStatus")

    assert sorted(member["stateStr"] for member in status["members"]) == [
        "PRIMARY",
        "SECONDARY",
        "SECONDARY",
    ]


@pytest.mark.real
async def test_three_members_go_on_without_a_killed_primary(mongodb_trio: Trio) -> None:
    killed = await mongodb_trio.primary()
    await mongodb_trio.kill(killed)
    try:
        async with AsyncMongoClient[dict[str, Any]](mongodb_trio.uri, w="majority") as client:
            await client["test_trio"]["things"].insert_one({"_id": "after"})
        successor = await mongodb_trio.primary()
    finally:
        await mongodb_trio.revive(killed)

    assert successor != killed
