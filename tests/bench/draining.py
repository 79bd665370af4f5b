"""P7: many messages leave as fast as the gateway allows, and a broadcast doesn't hold up single ones."""

import asyncio
import time
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from datetime import timedelta

from pymongo.asynchronous.database import AsyncDatabase
from typing_extensions import override

from services.notifications.app import assemble
from services.notifications.domain.broadcast import Standing
from services.notifications.domain.lane import Lane
from services.notifications.domain.outcome import Outcome
from services.notifications.domain.recipient import Laid
from services.notifications.gateways.plan import Plan
from services.notifications.gateways.port import PLAIN, Terms
from services.notifications.gateways.sandbox import Sandbox
from services.notifications.gateways.several import Several
from services.notifications.settings import Settings
from services.notifications.sweeps import keep_broadcasting, keep_looking_at_gateways, keep_sending
from services.notifications.usecases import broadcasting, sending
from services.notifications.usecases.queueing import queue
from services.notifications.usecases.use import Use
from shared.directory.lookup import Directory
from shared.mongo import Document
from shared.rule import Figure, Figures
from shared.service import spare_what_stays
from shared.store.history import Act
from tests.bench.people import PIECE, come, number_of, on_a_list
from tests.bench.ratios import Measured, Promise, at
from tests.bench.stage import Stage
from tests.notifications.cases import message_to
from tests.notifications.many import a_list, act, goes_on, started
from tests.province import SATURDAY_NINE
from tests.serving import Serving, serving

DATABASE = "bench_notifications"
DRAINED, LIMIT_PER_S = 10_000, 300
FREE = 2_000
BROADCAST = 100_000
SINGLES, SINGLES_PER_S = 1_000, 10
AT_ONCE = 32

BY_THE_LIMIT = Promise(
    id="P7",
    says=f"{DRAINED:,} messages leave through a gateway that allows {LIMIT_PER_S} a second: their rate "
    "against its limit",
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
    says=f"the p99 of {SINGLES:,} single messages from the start of a broadcast to {BROADCAST:,} on, "
    "against that of as many alone",
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Single:
    """A single message: when it was due to be queued (`time.monotonic`), and how long after it was sent."""

    due_at: float
    took_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """Single messages beside a broadcast, of which the first left at `left_from`, and `left` in all."""

    singles: Sequence[Single]
    left_from: float
    left: int

    @property
    def while_written_down(self) -> Sequence[Single]:
        """Those of the time before: when its people are written down and looked for in earlier ones."""
        return [one for one in self.singles if one.due_at < self.left_from]


async def measure(stage: Stage, *, rounds: int, seconds: float) -> list[Measured]:
    """Each round: as fast as the gateway allows, as fast as it can, the gateway alone; single ones alone and
    beside the broadcast. Numbers of messages end each of them, not seconds.
    """
    limited, free, bare, overhead = list[float](), list[float](), list[float](), list[float]()
    alone, beside = list[float](), list[Beside]()
    async with stage.database(DATABASE) as database, _running(database) as running:
        everybody, earlier = await on_a_list(running, BROADCAST), await a_list(running, BROADCAST)
        spare_what_stays()  # as a worker does
        for number in range(rounds):
            await _laid_out(running, f"limit-{number}", DRAINED)
            limited.append(DRAINED / await _drain(_with(running, Plan(per_second=LIMIT_PER_S)), DRAINED))
            await _laid_out(running, f"free-{number}", FREE)
            free.append(FREE / await _drain(_with(running, Plan()), FREE))
            bare.append(await _alone(running, f"bare-{number}"))
            overhead.append(bare[-1] / free[-1])
            async with _sending(running) as (use, noting):
                alone.append(_p99_ms(await _singles(running, use, noting, f"alone-{number}")))
            beside.append(await _beside_broadcast(running, f"beside-{number}", everybody, earlier))
    moved = [_p99_ms(one.singles) for one in beside]
    return [
        Measured(
            promise=BY_THE_LIMIT,
            ratios=[one / LIMIT_PER_S for one in limited],
            figures={"messages/s under the limit": limited, "without a limit": free},
        ),
        Measured(promise=OVERHEAD, ratios=overhead, figures={"messages/s of the gateway alone": bare}),
        Measured(
            promise=UNMOVED,
            ratios=[one / other for one, other in zip(moved, alone, strict=True)],
            figures={
                "p99 alone, ms": alone,
                "beside the broadcast, ms": moved,
                "of these while its people are written down, ms": [
                    _p99_ms(one.while_written_down) for one in beside
                ],
                "messages of the broadcast that left meanwhile": [one.left for one in beside],
            },
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


async def _laid_out(running: Serving, name: str, count: int) -> None:
    """So many messages to as many people: one is queued as always, the others are made like it."""
    use, now = running.parts.use, running.clock.now()
    first = message_to(f"{name}-0", f"{name}-first", Lane.STATUS, now)
    await use.messages.add(Act(name="queue", by="bench", at=now), (first, []))
    shape = await use.messages.collection.find_one_and_delete({"_id": first.id})
    numbers = {f"{name}-{number}": number_of(number) for number in range(count)}
    ids = [*numbers]
    for start in range(0, count, PIECE):
        piece = ids[start : start + PIECE]
        messages = [
            {
                **shape,
                "_id": id_,
                "state": {
                    **shape["state"],
                    "id": id_,
                    "contact_id": id_,
                    "cause": {**shape["state"]["cause"], "event_id": id_, "subject": id_},
                },
            }
            for id_ in piece
        ]
        await come(running, {id_: numbers[id_] for id_ in piece})
        await use.messages.collection.insert_many(messages)


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
    ids = iter([f"{name}-{number}" for number in range(FREE)])

    async def one() -> None:
        for id_ in ids:
            await sandbox.send(id_, number_of(0), "سلام از دستگاه water")

    started = time.monotonic()
    await asyncio.gather(*[one() for _ in range(AT_ONCE)])
    return FREE / (time.monotonic() - started)


async def _beside_broadcast(running: Serving, name: str, everybody: str, earlier: str) -> Beside:
    """Single ones from the start of a true broadcast on. Some others were told the same before, so that it is
    looked for each of its people there.
    """
    wish = {"occasion": name, "text": f"از شما دعوت می‌شود در آیین {name} شرکت کنید. {{agency}}"}
    many = running.parts.use.many
    await started(running, earlier, **wish)
    await goes_on(running)
    async with _sending(running) as (use, noting):
        id_ = await started(running, everybody, **wish)
        singles = await _singles(running, use, noting, name)
        status = (await many.broadcasts.load(id_)).state.status
        laid = await many.recipients.counts(id_)
        left = [at_ for one, at_ in noting.came.items() if not one.startswith(name)]
    if status is not Standing.RUNNING or not left or not laid.get(Laid.WAITING):
        raise RuntimeError(f"the broadcast did not go out all the while: {status}, {laid}, {len(left)} left")
    await act(running, id_, "stop")
    await broadcasting.advance_all(running.parts.use)
    await running.parts.use.messages.collection.delete_many({})
    return Beside(singles=singles, left_from=min(left), left=len(left))


@asynccontextmanager
async def _sending(running: Serving) -> AsyncGenerator[tuple[Use, Noting]]:
    """All lanes' senders at work and who lays broadcasts out, as in a worker."""
    use, noting = _with(running, Plan())
    works = [
        keep_looking_at_gateways(use),
        keep_broadcasting(use),
        *[keep_sending(use, lane) for lane in Lane],
    ]
    tasks = [asyncio.create_task(one) for one in works]
    try:
        yield use, noting
    finally:
        for one in tasks:
            one.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _singles(running: Serving, use: Use, noting: Noting, name: str) -> Sequence[Single]:
    """At an even pace: one that is late holds up no other, and counts from when it was due."""
    person, ids = f"{name}-person", [f"{name}-{number}" for number in range(SINGLES)]
    await come(running, {person: number_of(0)})
    started_at = time.monotonic()
    due_at = {id_: started_at + place / SINGLES_PER_S for place, id_ in enumerate(ids)}

    async def one(id_: str) -> None:
        await asyncio.sleep(due_at[id_] - time.monotonic())
        now = running.clock.now()
        message = message_to(person, id_, Lane.STATUS, now)
        await queue(use, Act(name="queue", by="bench", at=now), message)

    await asyncio.gather(*[one(id_) for id_ in ids])
    with suppress(TimeoutError):
        async with asyncio.timeout(timedelta(minutes=1).total_seconds()):
            while not all(one in noting.came for one in ids):  # noqa: ASYNC110  the senders' work
                await asyncio.sleep(0.1)
    return [Single(due_at=due, took_s=noting.came[id_] - due) for id_, due in due_at.items()]


def _p99_ms(singles: Sequence[Single]) -> float:
    return at(sorted(one.took_s for one in singles), 0.99) * 1000
