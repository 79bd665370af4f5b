"""What goes to many gives way to what somebody waits for, at each of its steps."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import datetime

import pytest
from pymongo.asynchronous.database import AsyncDatabase
from typing_extensions import override

from services.notifications.domain.broadcast import Standing
from services.notifications.domain.lane import Lane
from services.notifications.domain.message import Message
from services.notifications.domain.outcome import Outcome, accepted
from services.notifications.domain.recipient import Laid
from services.notifications.gateways.port import PLAIN, Terms
from services.notifications.storage.messages import Messages
from services.notifications.usecases import broadcasting, duplicates, precedence, sending
from shared.mongo import Document
from shared.store.repository import Saved
from tests.notifications.cases import Case, use_of, with_gateways
from tests.notifications.many import a_list, started
from tests.notifications.test_failover import Other, queued
from tests.serving import Serving

pytestmark = [pytest.mark.real, pytest.mark.clause("RIGHTS-P5-6")]
LONG_S, SOON_S = 60.0, 0.4


class HeldUp(Messages):
    """Whoever reads what a lane may send waits for the test."""

    def __init__(self, database: AsyncDatabase[Document]) -> None:
        super().__init__(database)
        self.reads, self.goes_on = asyncio.Event(), asyncio.Event()

    @override
    async def ready(self, now: datetime, lane: Lane) -> AsyncIterator[Sequence[Saved[Message]]]:
        if lane is not Lane.BROADCAST:
            self.reads.set()
            await self.goes_on.wait()
        async for page in super().ready(now, lane):
            yield page


class Slow(Other):
    """Takes a message only when the test lets it."""

    def __init__(self) -> None:
        super().__init__(accepted("1"))
        self.has_it, self.answers = asyncio.Event(), asyncio.Event()

    @override
    async def send(self, message_id: str, number: str, text: str, terms: Terms = PLAIN) -> Outcome:
        self.has_it.set()
        await self.answers.wait()
        return await super().send(message_id, number, text, terms)


async def status_of(running: Serving, id_: str) -> str:
    """A message's status, as it stands in the database."""
    found = await running.database["messages"].find_one({"_id": id_})
    assert found is not None
    return found["state"]["status"]


async def test_while_others_are_looked_for_nothing_goes_to_many(
    running: Serving, case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Their way begins with the reading, not only when the first of them is at a gateway."""
    monkeypatch.setattr(precedence, "WAITS_MAX_S", LONG_S)
    await case.contact_comes()
    gateway, queue = Other(accepted("1")), HeldUp(running.database)
    use = use_of(with_gateways(running, sandbox=gateway), queue=queue)
    [single] = await queued(running, case, Lane.STATUS)
    [many] = await queued(running, case, Lane.BROADCAST)
    urgent = asyncio.create_task(sending.send_ready(use, (Lane.STATUS,)))
    await queue.reads.wait()
    broadcast = asyncio.create_task(sending.send_ready(use, (Lane.BROADCAST,)))
    await asyncio.sleep(SOON_S)
    assert gateway.sent == []
    queue.goes_on.set()
    await asyncio.gather(urgent, broadcast)
    assert gateway.sent == [single, many]


async def test_what_the_gateway_has_of_many_is_noted_after_the_others(
    running: Serving, case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(precedence, "WAITS_MAX_S", LONG_S)
    await case.contact_comes()
    gateway = Slow()
    use = use_of(with_gateways(running, sandbox=gateway))
    [many] = await queued(running, case, Lane.BROADCAST)
    broadcast = asyncio.create_task(sending.send_ready(use, (Lane.BROADCAST,)))
    await gateway.has_it.wait()
    with use.precedence.of(Lane.CODE):
        gateway.answers.set()
        await asyncio.sleep(SOON_S)
        assert gateway.sent == [many]
        assert await status_of(running, many) == "sending"
    await broadcast
    assert await status_of(running, many) == "accepted"


async def test_whom_it_is_for_is_written_down_after_what_somebody_waits_for(
    running: Serving, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(precedence, "WAITS_MAX_S", LONG_S)
    id_ = await started(running, await a_list(running, 1))
    use = use_of(running)
    with use.precedence.of(Lane.STATUS):
        begins = asyncio.create_task(broadcasting.advance(use, id_))
        await asyncio.sleep(SOON_S)
        assert await use.many.recipients.counts(id_) == {}
    await begins
    assert await use.many.recipients.counts(id_) == {Laid.OUT: 1}


async def test_who_was_told_the_same_before_is_looked_for_after_what_somebody_waits_for(
    running: Serving, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(precedence, "WAITS_MAX_S", LONG_S)
    guests, use = await a_list(running, 1), use_of(running)
    first, second = [await started(running, guests) for _ in range(2)]
    await broadcasting.advance(use, first)
    await broadcasting.advance(use, second)
    held = (await use.many.broadcasts.load(second)).state
    assert held.status is Standing.HELD
    with use.precedence.of(Lane.STATUS):
        looks = asyncio.create_task(duplicates.let_go(use, held, running.clock.now()))
        await asyncio.sleep(SOON_S)
        assert not looks.done()
    assert await looks == held.first


async def test_nobody_waits_for_long(running: Serving, case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somewhere somebody always waits for something: that must not stop a broadcast."""
    monkeypatch.setattr(precedence, "WAITS_MAX_S", 0.01)
    await case.contact_comes()
    gateway = Other(accepted("1"))
    use = use_of(with_gateways(running, sandbox=gateway))
    [many] = await queued(running, case, Lane.BROADCAST)
    with use.precedence.of(Lane.STATUS):
        await sending.send_ready(use, (Lane.BROADCAST,))
    assert gateway.sent == [many]


async def test_what_waits_at_a_gateway_holds_up_no_broadcast(
    running: Serving, case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a busy day somebody is always at a gateway, for a tenth of a second or for ten."""
    monkeypatch.setattr(precedence, "WAITS_MAX_S", LONG_S)
    await case.contact_comes()
    slow = Slow()
    [single] = await queued(running, case, Lane.STATUS)
    [many] = await queued(running, case, Lane.BROADCAST)
    use = use_of(with_gateways(running, sandbox=slow))
    urgent = asyncio.create_task(sending.send_ready(use, (Lane.STATUS,)))
    await slow.has_it.wait()
    quick = Other(accepted("2"))
    beside = replace(use, gateways=use_of(with_gateways(running, sandbox=quick)).gateways)
    async with asyncio.timeout(LONG_S / 2):
        await sending.send_ready(beside, (Lane.BROADCAST,))
    assert (quick.sent, slow.sent) == ([many], [])
    slow.answers.set()
    await urgent
    assert slow.sent == [single]


async def test_between_two_steps_of_what_is_waited_for_nobody_else_gets_in(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Queued, it wakes its sender: a broadcast's messages must not begin a step in between."""
    monkeypatch.setattr(precedence, "WAITS_MAX_S", LONG_S)
    turns, woken, began = precedence.Precedence(), asyncio.Event(), list[str]()

    async def many() -> None:
        await turns.give_way(Lane.BROADCAST)
        began.append("many")

    async def sender() -> None:
        await woken.wait()
        with turns.of(Lane.STATUS):
            began.append("single")
            await asyncio.sleep(0.01)

    with turns.of(Lane.STATUS):
        both = [asyncio.create_task(many()), asyncio.create_task(sender())]
        await asyncio.sleep(0.01)
    woken.set()
    await asyncio.gather(*both)
    assert began == ["single", "many"]
