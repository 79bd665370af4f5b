"""P7: many messages leave as fast as the gateway allows, and a broadcast doesn't hold up single ones."""

import asyncio
import time
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from datetime import timedelta

from pymongo.asynchronous.database import AsyncDatabase
from typing_extensions import override

from services.notifications.app import assemble
from services.notifications.domain.message import Cause, Lane, Message
from services.notifications.domain.outcome import Outcome
from services.notifications.gateways.plan import Plan
from services.notifications.gateways.port import PLAIN, Terms
from services.notifications.gateways.sandbox import Sandbox
from services.notifications.gateways.several import Several
from services.notifications.settings import Settings
from services.notifications.sweeps import keep_looking_at_gateways, keep_sending
from services.notifications.usecases import sending
from services.notifications.usecases.queueing import queue
from services.notifications.usecases.use import Use
from shared.directory.lookup import Directory
from shared.keys.storage import KEYS, keys_database
from shared.mongo import Document
from shared.rule import Figure, Figures
from shared.sealing import new_key, seal
from shared.store.history import Act
from tests.bench.ratios import Measured, Promise, at
from tests.bench.stage import Stage
from tests.province import SATURDAY_NINE
from tests.serving import Serving, serving

DATABASE = "bench_notifications"
DRAINED, LIMIT_PER_S = 10_000, 100
BROADCAST = 100_000
SINGLES, SINGLES_PER_S = 200, 10
AT_ONCE = 32
PIECE = 2_000

BY_THE_LIMIT = Promise(
    id="P7",
    says=f"messages leave through a gateway that allows {LIMIT_PER_S} a second: their rate against its limit",
    goal=0.95,
    floor=0.9,
)
OVERHEAD = Promise(
    id="P7",
    says="a message's time through the queue, each step durable, against the development gateway alone",
    goal=30,  # the development gateway takes thousands a second, an operator's some hundreds
    floor=60,
    at_most=True,
)
UNMOVED = Promise(
    id="P7",
    says=f"a single message's p99 while a broadcast of {BROADCAST:,} goes out, against its p99 alone",
    goal=1.5,
    floor=2,
    at_most=True,
)


class Freely(Directory):
    """The copy of the directory, in which agencies may send as much as is measured."""

    @override
    async def figures(self, agency_id: str) -> Figures:
        day = SATURDAY_NINE.date()
        names = ("quota", "to-one-number")
        return Figures.made_of(Figure(name=f"RIGHTS-P5-6/{one}", value=10**9, from_day=day) for one in names)


class Noting(Sandbox):
    """The development gateway, which notes when a message came to it."""

    came: dict[str, float]

    @override
    async def send(self, message_id: str, number: str, text: str, terms: Terms = PLAIN) -> Outcome:
        self.came[message_id] = time.monotonic()
        return await super().send(message_id, number, text, terms)


async def measure(stage: Stage, *, rounds: int, seconds: float) -> list[Measured]:
    """Each round: as fast as the gateway allows, as fast as it can, the gateway alone; single ones alone and
    beside the broadcast.
    """
    limited, free, bare, overhead = list[float](), list[float](), list[float](), list[float]()
    alone, beside, moved = list[float](), list[float](), list[float]()
    async with stage.database(DATABASE) as database, _running(database) as running:
        count = int(LIMIT_PER_S * max(seconds, 5.0) * 4)
        for number in range(rounds):
            await _laid_out(running, f"limit-{number}", count, Lane.STATUS)
            limited.append(count / await _drain(_with(running, Plan(per_second=LIMIT_PER_S)), count))
            await _laid_out(running, f"free-{number}", DRAINED // 5, Lane.STATUS)
            free.append(DRAINED // 5 / await _drain(_with(running, Plan()), DRAINED // 5))
            bare.append(await _alone(running, f"bare-{number}"))
            overhead.append(bare[-1] / free[-1])
            alone.append(await _singles(running, f"alone-{number}"))
            beside.append(await _beside_broadcast(running, f"beside-{number}"))
            moved.append(beside[-1] / alone[-1])
    return [
        Measured(
            promise=BY_THE_LIMIT,
            ratios=[one / LIMIT_PER_S for one in limited],
            figures={"messages/s under the limit": limited, "without a limit": free},
        ),
        Measured(promise=OVERHEAD, ratios=overhead, figures={"messages/s of the gateway alone": bare}),
        Measured(
            promise=UNMOVED,
            ratios=moved,
            figures={"p99 alone, ms": alone, "beside the broadcast, ms": beside},
        ),
    ]


@asynccontextmanager
async def _running(database: AsyncDatabase[Document]) -> AsyncGenerator[Serving]:
    async with serving("notifications", Settings(sandbox=True), assemble, database) as running:
        yield running


def _with(running: Serving, plan: Plan) -> tuple[Use, Noting]:
    use: Use = running.parts.use
    noting = Noting(running.database, running.clock, running.master_key)
    noting.came = {}
    plan = plan.model_copy(update={"at_once": AT_ONCE})
    gateways = Several({"sandbox": noting}, {"sandbox": plan})
    return replace(use, gateways=gateways, directory=Freely(running.database)), noting


def _message(running: Serving, id_: str, contact_id: str, lane: Lane) -> Message:
    now = running.clock.now()
    return Message(
        id=id_,
        agency_id="water",
        cause=Cause(event_id=id_, subject=id_, sequence=1, at=now),
        lane=lane,
        template="words",
        template_version=1,
        variables={},
        wording="از شما دعوت می‌شود در آیین روز جهانی آب شرکت کنید. {agency}",
        contact_id=contact_id,
        queued_at=now,
        status_at=now,
        send_at=now,
    )


async def _laid_out(running: Serving, name: str, count: int, lane: Lane) -> list[str]:
    """So many messages to as many people: one is queued as always, the others are made like it."""
    use: Use = running.parts.use
    contacts, keys = running.database["contacts"], keys_database(running.database)[KEYS]
    first = _message(running, f"{name}-first", f"{name}-0", lane)
    await use.messages.add(Act(name="queue", by="bench", at=first.queued_at), (first, []))
    [shape] = await use.messages.collection.find({"_id": first.id}).to_list()
    await use.messages.collection.delete_one({"_id": first.id})
    ids = [f"{name}-{number}" for number in range(count)]
    for start in range(0, count, PIECE):
        people, wrapped, messages = list[Document](), list[Document](), list[Document]()
        for number, id_ in enumerate(ids[start : start + PIECE], start):
            key = new_key()
            sealed = seal(key, f"+989{number % 10**9:09}", purpose=id_)
            people.append({"_id": id_, "value": {"agency_id": "water", "sealed": sealed}})
            wrapped.append({"_id": id_, "value": {"wrapped_key": await use.wrapper.wrap(key, about=id_)}})
            cause = {**shape["state"]["cause"], "event_id": id_, "subject": id_}
            state = {**shape["state"], "id": id_, "contact_id": id_, "cause": cause}
            messages.append({**shape, "_id": id_, "state": state})
        await asyncio.gather(
            contacts.insert_many(people),
            keys.insert_many(wrapped),
            use.messages.collection.insert_many(messages),
        )
    return ids


async def _drain(with_noting: tuple[Use, Noting], count: int) -> float:
    """Seconds until all have left, by a worker that has all of the gateway's speed."""
    use, noting = with_noting
    looking = asyncio.create_task(keep_looking_at_gateways(use))
    [(_, line)] = use.gateways.lines()
    while line.pace.per_s < (line.plan.per_second or 0.0):  # noqa: ASYNC110  the lease's work
        await asyncio.sleep(0.01)
    started = time.monotonic()
    while len(noting.came) < count:
        await sending.send_ready(use, (Lane.STATUS,))
    took_s = time.monotonic() - started
    looking.cancel()
    await asyncio.gather(looking, return_exceptions=True)
    return took_s


async def _alone(running: Serving, name: str) -> float:
    """Messages a second that the development gateway takes by itself."""
    sandbox = Sandbox(running.database, running.clock, running.master_key)
    count = DRAINED // 5
    ids = iter([f"{name}-{number}" for number in range(count)])

    async def one() -> None:
        for id_ in ids:
            await sandbox.send(id_, "+989121234567", "از شما دعوت می‌شود در آیین روز جهانی آب شرکت کنید.")

    started = time.monotonic()
    await asyncio.gather(*[one() for _ in range(AT_ONCE)])
    return count / (time.monotonic() - started)


async def _singles(running: Serving, name: str) -> float:
    """The p99 of single messages from queueing to the gateway, in ms."""
    async with _sending(running) as (use, noting):
        return await _p99_ms(running, use, noting, name)


async def _beside_broadcast(running: Serving, name: str) -> float:
    await running.parts.use.messages.collection.delete_many({})
    await _laid_out(running, f"{name}-all", BROADCAST, Lane.BROADCAST)
    async with _sending(running) as (use, noting):
        await asyncio.sleep(1)
        measured = await _p99_ms(running, use, noting, name)
        if sum(one.startswith(f"{name}-all") for one in noting.came) in {0, BROADCAST}:
            raise RuntimeError("the broadcast did not go out meanwhile")
    await running.parts.use.messages.collection.delete_many({})
    return measured


@asynccontextmanager
async def _sending(running: Serving) -> AsyncGenerator[tuple[Use, Noting]]:
    """All lanes' senders at work, as in a worker."""
    use, noting = _with(running, Plan())
    senders = [asyncio.create_task(keep_sending(use, lane)) for lane in Lane]
    try:
        yield use, noting
    finally:
        for one in senders:
            one.cancel()
        await asyncio.gather(*senders, return_exceptions=True)


async def _p99_ms(running: Serving, use: Use, noting: Noting, name: str) -> float:
    ids = [f"{name}-{number}" for number in range(SINGLES)]
    people = await _laid_out(running, f"{name}-people", 1, Lane.CODE)
    queued_at: dict[str, float] = {}
    for id_ in ids:
        queued_at[id_] = time.monotonic()
        message = _message(running, id_, people[0], Lane.STATUS)
        await queue(use, Act(name="queue", by="bench", at=message.queued_at), message)
        await asyncio.sleep(1 / SINGLES_PER_S)
    with suppress(TimeoutError):
        async with asyncio.timeout(timedelta(minutes=1).total_seconds()):
            while not all(one in noting.came for one in ids):  # noqa: ASYNC110  the senders' work
                await asyncio.sleep(0.1)
    took: Mapping[str, float] = {one: noting.came[one] - queued_at[one] for one in ids}
    ordered: Sequence[float] = sorted(took.values())
    return at(ordered, 0.99) * 1000
