"""All workers together send no faster than a gateway allows, and leave it alone together."""

import asyncio
import time
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import permutations
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pymongo.errors import AutoReconnect
from typing_extensions import override

from services.notifications import sweeps
from services.notifications.domain.breaker import Breaker
from services.notifications.domain.lane import Lane
from services.notifications.domain.outcome import Outcome, delivered, refused
from services.notifications.domain.shared_gateway import SharedGateway
from services.notifications.gateways.pace import Pace
from services.notifications.gateways.plan import Plan
from services.notifications.gateways.port import PLAIN, Terms
from services.notifications.gateways.several import Several
from services.notifications.storage.shared_gateways import SharedGateways
from services.notifications.usecases import sending, sharing
from services.notifications.usecases.use import Use
from shared.clock import wall_now
from tests.notifications.cases import Case, Other, queued, use_of
from tests.serving import Serving

NOW = datetime(2026, 11, 21, 5, 30, tzinfo=UTC)
LIMIT = 100.0
WORKERS = st.sampled_from("abcde")
MINUTE = timedelta(minutes=1)


def living(gateway: SharedGateway, now: datetime) -> dict[str, float]:
    """What each may send now."""
    return {one.worker: one.per_s for one in gateway.shares if now < one.until}


@given(
    steps=st.lists(
        st.tuples(WORKERS, st.sampled_from(["leases", "leases", "leases", "ends"]), st.floats(0, 6)),
        max_size=60,
    )
)
def test_whoever_comes_renews_ends_or_dies_all_together_may_never_send_faster_than_the_gateway_allows(
    steps: Sequence[tuple[str, str, float]],
) -> None:
    gateway, now = SharedGateway(), NOW
    for worker, what, passed_s in steps:
        now += timedelta(seconds=passed_s)
        leases = what == "leases"
        gateway = gateway.leased(worker, LIMIT, now) if leases else gateway.given_back(worker, now)
        assert sum(living(gateway, now).values()) <= LIMIT * (1 + 1e-9)
        assert len({one.worker for one in gateway.shares}) == len(gateway.shares)


@given(workers=st.lists(WORKERS, min_size=1, unique=True), before=st.lists(WORKERS, max_size=9))
def test_when_each_has_renewed_three_times_all_have_an_equal_share_and_one_alone_has_all(
    workers: list[str], before: list[str]
) -> None:
    gateway = SharedGateway()
    for worker in before:
        gateway = gateway.leased(worker, LIMIT, NOW)
    for gone in set(before) - set(workers):
        gateway = gateway.given_back(gone, NOW)
    for worker in workers * 3:
        gateway = gateway.leased(worker, LIMIT, NOW)

    assert living(gateway, NOW) == pytest.approx({worker: LIMIT / len(workers) for worker in workers})


def test_what_a_dead_worker_had_is_the_others_after_ten_seconds() -> None:
    gateway = SharedGateway()
    for worker in "abab":
        gateway = gateway.leased(worker, LIMIT, NOW)
    instant = timedelta.resolution
    before = gateway.leased("a", LIMIT, NOW + timedelta(seconds=10) - instant)
    after = gateway.leased("a", LIMIT, NOW + timedelta(seconds=10))

    assert (before.share_of("a"), after.share_of("a")) == (LIMIT / 2, LIMIT)


def test_who_comes_last_has_nothing_until_another_gave_its_part_up() -> None:
    gateway = SharedGateway().leased("a", LIMIT, NOW).leased("b", LIMIT, NOW)

    assert (gateway.share_of("a"), gateway.share_of("b"), gateway.share_of("c")) == (LIMIT, 0, 0)


def broken(breaker: Breaker, now: datetime) -> Breaker:
    """After five faults in a row."""
    for _ in range(5):
        breaker = breaker.failed(now)
    return breaker


@given(st.permutations(range(6)))
def test_of_what_workers_found_out_the_newest_holds_in_whatever_order_it_is_heard(order: list[int]) -> None:
    opened = broken(Breaker(), NOW)
    tried = opened.tried(NOW + MINUTE)
    closed = tried.went(NOW + 2 * MINUTE)
    again = broken(closed, NOW + 3 * MINUTE)
    all_known = [Breaker(), Breaker(failures=3), opened, tried, closed, again]
    heard = all_known[order[0]]
    for one in order[1:]:
        heard = heard.newest(all_known[one])

    assert heard == again
    for one, other, third in permutations(all_known[2:], 3):
        assert one.newest(other) == other.newest(one)
        assert one.newest(other.newest(third)) == one.newest(other).newest(third)
        assert one.newest(one) == one


def test_faults_of_one_worker_are_not_forgotten_because_another_had_none() -> None:
    counting = Breaker(failures=4)

    assert counting.newest(Breaker()) == counting
    assert not counting.newest(Breaker(failures=1)).failed(NOW).lets(NOW)


def leased(limit: float, share: float, **lasts: float) -> Pace:
    """A worker's, whose room is empty: nothing was waited for yet."""
    pace = Pace(limit)
    pace.lease(share, asked_at=time.monotonic(), lasts=timedelta(**lasts or {"seconds": 10}))
    return pace


async def test_a_gateway_is_sent_to_no_faster_than_it_allows_and_urgent_ones_find_room() -> None:
    pace = leased(8.0, 8.0)
    await asyncio.sleep(1)
    to_many = [await pace.room(urgent=False) for _ in range(6)]

    assert all(to_many)  # after that the rest is kept free
    assert all([await pace.room(urgent=True) for _ in range(2)])
    slow = leased(0.1, 0.1)
    assert await slow.room(urgent=True)
    assert not await slow.room(urgent=True)


async def test_a_share_of_one_a_second_is_the_single_messages_first() -> None:
    pace, order = leased(4.0, 1.0), list[str]()
    assert await pace.room(urgent=True)

    async def one(name: str, *, urgent: bool) -> None:
        while not await pace.room(urgent=urgent):  # noqa: ASYNC110 - senders come again with each round
            await asyncio.sleep(0.05)
        order.append(name)

    broadcasts = [asyncio.create_task(one("broadcast", urgent=False)) for _ in range(3)]
    await asyncio.sleep(0.2)
    await one("code", urgent=True)
    for each in broadcasts:
        each.cancel()

    assert order == ["code"]


async def test_without_a_lease_a_worker_keeps_to_a_tenth_and_with_none_of_it_sends_nothing() -> None:
    assert [Pace(50.0).per_s, leased(50.0, 25.0).per_s, leased(50.0, 25.0, seconds=0).per_s] == [5, 25, 5]
    lowered = leased(50.0, 25.0)
    lowered.lower(10.0)
    lowered.lower(20.0)
    assert lowered.per_s == 10
    none = leased(50.0, 0.0)
    assert await none.room(urgent=True)  # the one that every worker begins with
    assert not await none.room(urgent=True)


class Counted(Other):
    """Takes everything, and notes when and from which worker."""

    def __init__(self, came: list[tuple[float, str]], worker: str) -> None:
        super().__init__(delivered())
        self.came, self.worker = came, worker

    @override
    async def send(self, message_id: str, number: str, text: str, terms: Terms = PLAIN) -> Outcome:
        self.came.append((time.monotonic(), self.worker))
        return await super().send(message_id, number, text, terms)


def worker(running: Serving, plan: Plan, gateway: Other) -> Use:
    """What one more process would work with, on the same database."""
    shared = SharedGateways(running.database)
    return use_of(running, gateways=Several({"one": gateway}, {"one": plan}), shared=shared)


@asynccontextmanager
async def at_work(use: Use) -> AsyncGenerator[asyncio.Task[None]]:
    """Sending and looking at the gateways, as a worker does."""
    looking = asyncio.create_task(sweeps.keep_looking_at_gateways(use))
    sender = asyncio.create_task(sweeps.keep_sending(use, Lane.STATUS))
    try:
        yield looking
    finally:
        for task in (sender, looking):
            task.cancel()
        await asyncio.gather(sender, looking, return_exceptions=True)


def share(use: Use) -> float:
    """Messages a second that it may send now."""
    return use.gateways.line("one").pace.per_s


@pytest.mark.real
@pytest.mark.clause("RIGHTS-P5-6")
async def test_two_workers_send_together_as_fast_as_the_gateway_allows_and_no_faster(
    running: Serving, case: Case
) -> None:
    limit, seen_s, came = 25, 4.0, list[tuple[float, str]]()
    await queued(running, case, Lane.STATUS, int(limit * (seen_s + 8)))
    one, other = [worker(running, Plan(per_second=limit), Counted(came, name)) for name in "ab"]
    with patch.object(sweeps, "GATEWAYS_EVERY_S", 0.2):
        async with at_work(one):
            await asyncio.sleep(1)
            async with at_work(other), asyncio.timeout(10):
                while share(other) < limit / 2:  # noqa: ASYNC110 - the workers' work
                    await asyncio.sleep(0.05)
                began = time.monotonic()
                await asyncio.sleep(seen_s)
        shares = (share(one), share(other))

    within = [name for at, name in came if began <= at < began + seen_s]
    # A second's worth may be saved up before, and each worker begins with one.
    assert 0.7 * limit * seen_s < len(within) <= limit * seen_s + limit + 2
    assert min(within.count(name) for name in "ab") > 0.2 * len(within)
    first, last = came[0][0], came[-1][0]
    assert len(came) <= limit * (last - first) + limit + 2
    assert shares == (0, 0)


@pytest.mark.real
async def test_what_does_not_leave_after_all_takes_no_room_from_the_next(
    running: Serving, case: Case
) -> None:
    gateway = Other(delivered())
    use = worker(running, Plan(per_second=0.1), gateway)  # it begins with room for one
    await queued(running, case, Lane.STATUS, 1, agency_id="nobody-knows-it", name="held")
    assert await sending.send_ready(use) == 0
    await queued(running, case, Lane.STATUS, 1)

    assert (await sending.send_ready(use), len(gateway.sent)) == (1, 1)


@pytest.mark.real
async def test_what_a_killed_worker_had_is_anothers_when_its_lease_is_over(running: Serving) -> None:
    killed, other = [worker(running, Plan(per_second=40), Counted([], name)) for name in "ab"]
    for use in (killed, other, killed, other):
        await sharing.look_at_gateways(use)
    assert (share(killed), share(other)) == (20, 20)
    await sharing.look_at_gateways(other)
    assert share(other) == 20
    time_passes = {"$set": {"state.shares.$[dead].until": datetime(2020, 1, 1, tzinfo=UTC)}}
    await running.database["gateways"].update_one(
        {"_id": "one"}, time_passes, array_filters=[{"dead.worker": killed.gateways.worker}]
    )
    await sharing.look_at_gateways(other)

    assert share(other) == 40


@pytest.mark.real
async def test_who_ends_gives_its_share_back_at_once(running: Serving) -> None:
    ends, other = [worker(running, Plan(per_second=40), Counted([], name)) for name in "ab"]
    for use in (ends, other, ends, other):
        await sharing.look_at_gateways(use)
    await sharing.give_back(ends)
    await sharing.look_at_gateways(other)

    assert (share(ends), share(other)) == (0, 40)


class Away(SharedGateways):
    """The database takes what is asked, or not, and doesn't say so."""

    @override
    async def save(self, seen: object, state: object) -> bool:
        await super().save(seen, state)  # pyright: ignore[reportArgumentType]
        raise AutoReconnect


@pytest.mark.real
async def test_when_the_database_doesnt_say_whether_a_share_was_given_up_it_was(running: Serving) -> None:
    one, other = [worker(running, Plan(per_second=40), Counted([], name)) for name in "ab"]
    for use in (one, other):
        await sharing.look_at_gateways(use)
    with pytest.raises(AutoReconnect):
        await sharing.look_at_gateways(replace(one, shared=Away(running.database)))
    await sharing.look_at_gateways(other)

    assert (share(one), share(other)) == (20, 20)


@pytest.mark.real
async def test_many_who_look_at_the_same_moment_never_have_more_than_there_is(running: Serving) -> None:
    workers = [worker(running, Plan(per_second=40), Counted([], str(number))) for number in range(6)]
    for _ in range(4):
        await asyncio.gather(*map(sharing.look_at_gateways, workers))
        leases = (await workers[0].shared.of(["one"]))["one"].state
        assert sum(map(share, workers)) <= 40 * (1 + 1e-9)
        assert sum(one.per_s for one in leases.shares) <= 40 * (1 + 1e-9)

    assert list(map(share, workers)) == pytest.approx([40 / 6] * 6)


@pytest.mark.real
@pytest.mark.clause("RIGHTS-P5-6")
async def test_a_gateway_that_one_worker_leaves_alone_the_others_leave_alone_and_one_of_all_tries_it(
    running: Serving, case: Case
) -> None:
    gateways = [Other(refused("busy", passing=True)) for _ in range(3)]
    workers = [worker(running, Plan(), gateway) for gateway in gateways]
    first, *others = workers
    await queued(running, case, Lane.STATUS, 8)
    await sending.send_ready(first)
    running.clock.forward(minutes=5)
    for use in workers:
        await sharing.look_at_gateways(use)
    for use in others:
        await sending.send_ready(use)
    assert len(gateways[0].sent) >= 5
    assert [len(gateway.sent) for gateway in gateways[1:]] == [0, 0]

    def after_the_pause() -> datetime:
        return wall_now() + timedelta(seconds=11)

    running.clock.forward(minutes=5)  # what was held is tried again
    before = sum(len(gateway.sent) for gateway in gateways)
    later = [replace(use, real_now=after_the_pause) for use in workers]
    await asyncio.gather(*[sending.send_ready(use) for use in later])
    assert sum(len(gateway.sent) for gateway in gateways) == before + 1


@pytest.mark.real
async def test_when_the_one_message_went_all_workers_send_again(running: Serving, case: Case) -> None:
    gateways = [Other(delivered()) for _ in range(2)]
    one, other = workers = [worker(running, Plan(), gateway) for gateway in gateways]
    began = wall_now() - timedelta(seconds=11)
    for use in workers:
        use.gateways.line("one").breaker = broken(Breaker(), began)
    await queued(running, case, Lane.STATUS, 1)
    assert await sending.send_ready(one) == 1
    for use in workers:
        await sharing.look_at_gateways(use)
    await queued(running, case, Lane.STATUS, 4, name="more")

    assert not other.gateways.line("one").breaker.is_open
    assert await sending.send_ready(other) == 4
