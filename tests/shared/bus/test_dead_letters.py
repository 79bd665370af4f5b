"""A dead letter can be read, sent once more to the one that could not work it, and is then off the list."""

import asyncio
from typing import Any

import pytest
from pydantic import BaseModel
from pymongo.asynchronous.database import AsyncDatabase

from shared.bus.dead_letters import NotThisWay, mark_done, open_letters, redrive
from shared.bus.effects import Mend, Mirror, Projection, Reaction
from shared.cloudevents import Envelope
from shared.events.directory import ServiceWithdrawn
from tests.shared.bus.consuming import bus, envelope, fold, running, states
from tests.shared.outbox.topic import until

pytestmark = pytest.mark.real
Database = AsyncDatabase[dict[str, Any]]


class Anything(BaseModel):
    """Any JSON object."""


class Worker:
    """A handler that can't work some events until it is mended."""

    def __init__(self, *cannot: str) -> None:
        self.cannot, self.worked = set(cannot), list[str]()

    async def work(self, event: Envelope) -> None:
        await asyncio.sleep(0)
        if event.id in self.cannot:
            raise ValueError("a fault in the handler")
        self.worked.append(event.id)

    def reaction(self) -> Reaction:
        return Reaction([ServiceWithdrawn], self.work, name="worker")


async def test_a_letter_tells_what_came_from_where_for_whom_and_why(kafka: list[str]) -> None:
    async with bus(kafka, partitions=1) as one:
        async with running(kafka, one.subscription(Worker("a:2").reaction(), "worker")):
            await one.tell("a", [1, 2])
            await one.put(b"k", b"{", {"x": "1"})
            await until(lambda: one.all_committed("worker"))
        event, poison = sorted(await open_letters(kafka, one.service), key=lambda letter: letter.origin)

    assert (event.service, event.subscription, event.mend) == (one.service, "worker", Mend.REDRIVE)
    assert (event.origin, event.origin_topic) == (f"{one.topic}/0/1", one.topic)
    assert event.error.startswith("ValueError at tests/shared/bus/test_dead_letters.py:")
    original = envelope("a", 2).record(one.topic)
    assert (event.key, event.value) == (b"a", original.value)
    assert {name: value.decode() for name, value in event.headers} == original.headers
    assert (poison.key, poison.value, poison.headers) == (b"k", b"{", (("x", b"1"),))
    assert poison.error.startswith("Unreadable")


async def test_a_redriven_record_is_worked_by_its_subscription_and_by_no_other(
    database: Database, kafka: list[str]
) -> None:
    broken, sound, facts = Worker("a:2"), Worker(), database["facts"]
    async with bus(kafka, partitions=1) as one:
        subscriptions = [
            one.subscription(broken.reaction(), "broken"),
            one.subscription(sound.reaction(), "sound"),
            one.subscription(Projection(facts, fold), "facts"),
        ]
        async with running(kafka, *subscriptions):
            await one.tell("a", [1, 2, 3])
            await until(lambda: one.all_committed("broken"))
            broken.cannot.clear()
            [letter] = await open_letters(kafka, one.service)
            await redrive(one.producer, letter)
            for name in ("broken", "sound", "facts"):
                await until(lambda name=name: one.all_committed(name))
            left = await open_letters(kafka, one.service)

    assert [*dict.fromkeys(broken.worked)] == ["a:1", "a:3", "a:2"]
    assert sound.worked == ["a:1", "a:2", "a:3"]
    assert await states(facts) == {"a": [1, 2, 3]}
    assert left == []


async def test_what_still_cannot_be_worked_comes_back_as_it_was(kafka: list[str]) -> None:
    broken = Worker("a:1")
    async with bus(kafka, partitions=1) as one, running(kafka, one.subscription(broken.reaction())):
        await one.tell("a", [1])
        await until(one.all_committed)
        [first] = await open_letters(kafka, one.service)
        await redrive(one.producer, first)
        await until(one.all_committed)
        [second] = await open_letters(kafka, one.service)

    assert (first.key, first.value, first.headers) == (second.key, second.value, second.headers)
    assert (first.origin, second.origin) == (f"{one.topic}/0/0", f"{one.topic}/0/1")


async def test_what_a_redrive_would_not_mend_is_not_redriven(database: Database, kafka: list[str]) -> None:
    def cannot_fold(state: dict[str, Any], told: Envelope) -> dict[str, Any]:
        if told.sequence == 2:
            raise KeyError("fold")
        return fold(state, told)

    async with bus(kafka, partitions=1) as one:
        facts = one.subscription(Projection(database["facts"], cannot_fold), "facts")
        mirror = one.subscription(Mirror(database["mirror"], Anything), "mirror")
        async with running(kafka, facts, mirror):
            await one.tell("a", [1, 2])
            await one.put(b"k", b"[]")
            for name in ("facts", "mirror"):
                await until(lambda name=name: one.all_committed(name))
        letters = await open_letters(kafka, one.service)
        refused: list[Mend] = []
        for letter in letters:
            with pytest.raises(NotThisWay):
                await redrive(one.producer, letter)
            refused.append(letter.mend)
        await mark_done(one.producer, letters[0])
        left = await open_letters(kafka, one.service)

    assert sorted(refused) == [Mend.REPLAY, Mend.REPLAY, Mend.RESEND]
    assert left == letters[1:]


async def test_a_service_without_dead_letters_has_an_empty_list(kafka: list[str]) -> None:
    async with bus(kafka) as one:
        assert await open_letters(kafka, one.service) == []
    assert await open_letters(kafka, "without-a-topic") == []


async def test_a_record_that_calls_itself_mended_is_a_letter_like_any_other(kafka: list[str]) -> None:
    async with bus(kafka, partitions=1) as one:
        async with running(kafka, one.subscription(Worker().reaction())):
            await one.put(b"k", b"first")
            await one.put(b"k", b"second", {"paygir_done": "0"})
            await one.put(b"k", b"third", {"paygir_done": "no number"})
            await until(one.all_committed)
        letters = await open_letters(kafka, one.service)

    assert [letter.value for letter in letters] == [b"first", b"second", b"third"]


async def test_a_record_too_large_to_be_kept_is_kept_cut_and_holds_nobody_up(kafka: list[str]) -> None:
    sound = Worker()
    async with bus(kafka, partitions=1) as one:
        large = b"x" * (1024 * 1024 - 120)  # with what is said about it, over what a producer sends
        async with running(kafka, one.subscription(sound.reaction())):
            await one.put(b"k", large, {"ce_subject": "a"})
            await one.tell("a", [1])
            await until(one.all_committed)
        [letter] = await open_letters(kafka, one.service)
        with pytest.raises(NotThisWay):
            await redrive(one.producer, letter)

    assert sound.worked == ["a:1"]
    assert (letter.key, letter.value, letter.origin) == (b"k", large[:1024], f"{one.topic}/0/0")
    assert (letter.mend, letter.headers) == (Mend.RESEND, (("ce_subject", b"a"),))
