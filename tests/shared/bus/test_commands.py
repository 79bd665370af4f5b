"""What an operator types: `paygir dlq` and `paygir replay`."""

import asyncio
import json
import os
import sys
from typing import Any

import pytest
from pymongo import AsyncMongoClient
from pymongo.asynchronous.database import AsyncDatabase

from shared.bus.effects import Projection, Reaction
from shared.bus.subscribe import Subscription
from shared.cloudevents import Envelope
from shared.events.directory import ServiceWithdrawn
from shared.identity import new_id
from tests.shared.bus.consuming import bus, fold, running
from tests.shared.errands import add, errands, step
from tests.shared.outbox import topic
from tests.shared.outbox.running import running_relay

pytestmark = pytest.mark.real
Database = AsyncDatabase[dict[str, Any]]


class Terminal:
    def __init__(self, kafka: list[str], mongodb: str) -> None:
        named = {"PAYGIR_KAFKA": ",".join(kafka), "PAYGIR_MONGODB": mongodb, "PAYGIR_LANGUAGE": "en"}
        self._environment = {**os.environ, **named}

    async def type(self, *words: str) -> str:
        """What it prints; a failure's sentence follows."""
        command = [sys.executable, "-m", "deploy.cli", *words]
        pipe = asyncio.subprocess.PIPE
        process = await asyncio.create_subprocess_exec(
            *command, stdout=pipe, stderr=pipe, env=self._environment
        )
        printed, failed = await process.communicate()
        return (printed + failed).decode()


async def test_a_letter_is_listed_shown_redriven_and_gone(mongodb: str, kafka: list[str]) -> None:
    terminal, broken, worked = Terminal(kafka, mongodb), {"a:2"}, list[str]()

    async def work(event: Envelope) -> None:
        await asyncio.sleep(0)
        if event.id in broken:
            raise ValueError("a fault in the handler")
        worked.append(event.id)

    async with bus(kafka, partitions=1) as one:
        reaction = Reaction([ServiceWithdrawn], work, name="worker")
        async with running(kafka, one.subscription(reaction)):
            await one.tell("a", [1, 2])
            await topic.until(one.all_committed)
            listed = await terminal.type("dlq", "list", one.service)
            shown = json.loads(await terminal.type("dlq", "show", one.service, "0/0"))
            broken.clear()
            redriven = await terminal.type("dlq", "redrive", one.service, "0/0")
            await topic.until(one.all_committed)
        left = await terminal.type("dlq", "list", one.service)
        twice = await terminal.type("dlq", "redrive", one.service, "0/0")

    assert listed.startswith(f"{one.service} 0/0 ")
    assert f"redrive sub {one.topic}/0/1 ValueError at tests/shared/bus/test_commands.py:" in listed
    assert (shown["key"], shown["headers"]["ce_id"]) == ("a", "a:2")
    assert json.loads(shown["value"])["code"] == "2"
    assert redriven == "0/0: done.\n"
    assert worked[-1] == "a:2"
    assert left == ""
    assert twice == "No open letter is at 0/0.\n"


async def test_a_projections_letter_is_mended_by_a_replay_from_its_owner(
    mongodb: str, kafka: list[str]
) -> None:
    await topic.make(kafka, topic.EVENTS)
    id_, service, terminal = new_id(), f"test{new_id()[-8:]}", Terminal(kafka, mongodb)
    await topic.make(kafka, f"paygir.{service}.dead", partitions=1)
    cannot = {2}

    def fold_or_fail(state: dict[str, Any], told: Envelope) -> dict[str, Any]:
        if told.subject == id_ and told.sequence in cannot:
            raise KeyError("fold")
        return fold(state, told)

    async with AsyncMongoClient[dict[str, Any]](mongodb, tz_aware=True) as client:
        database = client[f"paygir_{service}"]
        repository, facts = await errands(database), database["facts"]
        await add(repository, id_)
        projection = Projection(facts, fold_or_fail)
        subscription = Subscription(service=service, name="facts", topics=[topic.EVENTS], effect=projection)

        async def stands(gaps: int, sequence: int) -> bool:
            found = await facts.find_one({"_id": id_})
            return found is not None and (found["gaps"], found["sequence"]) == (gaps, sequence)

        async with running_relay(database, kafka), running(kafka, subscription):
            await step(repository, id_, 3)
            await topic.until(lambda: stands(1, 3))
            cannot.clear()
            mended = await terminal.type("dlq", "redrive", service, "--all")
            await topic.until(lambda: stands(0, 3))
            left = await terminal.type("dlq", "list", service)
            await facts.update_one({"_id": id_}, {"$set": {"gaps": 1, "state.steps": [1, 3]}})
            again = await terminal.type("replay", "--all-gaps")
            await topic.until(lambda: stands(0, 3))
            by_name = await terminal.type("replay", service, id_)
            nobody = await terminal.type("replay", service, "nobody")
        found = await facts.find_one({"_id": id_})
        await client.drop_database(database)

    assert found is not None
    assert found["state"] == {"steps": [1, 2, 3]}
    assert mended == f"3 events of {id_} will be published again.\n0/0: done.\n"
    assert left == ""
    assert f"3 events of {id_} will be published again.\n" in again
    assert by_name == f"3 events of {id_} will be published again.\n"
    assert nobody == "No service owns nobody.\n"
