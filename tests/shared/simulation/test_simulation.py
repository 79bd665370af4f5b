"""Three hundred lives of two processes that are killed, frozen and cut off: every promise holds in each."""

import asyncio
from collections.abc import Iterable

import pytest
from structlog.testing import capture_logs

from tests.shared.simulation.service import GROUPS, Service
from tests.shared.simulation.virtual_time import Standstill, run
from tests.shared.simulation.world import Bug, Process, World

SEEDS = 300
BLOCK = 50
PROCESSES = 2
FAULTS = 12
SETTLES_WITHIN_S = 300  # of virtual time


async def live(world: World) -> None:
    """Write, relay and consume under faults; then in peace until nothing moves any more."""
    service = Service(world)
    processes: list[Process] = [Process(world, service.run) for _ in range(PROCESSES)]
    ended: list[Process] = []
    world.assign(processes)
    for _ in range(FAULTS):
        await asyncio.sleep(world.rng.expovariate(1.5))
        one = world.rng.choice(processes)
        match world.rng.choice(["kill", "kill", "freeze", "bus", "rebalance"]):
            case "kill":
                one.kill()
                ended.append(one)
                processes.remove(one)
                processes.append(Process(world, service.run))
            case "freeze":
                one.frozen_until = world.now_s + world.rng.uniform(0.2, 4)
            case "bus":
                world.bus_down_until = world.now_s + world.rng.uniform(0.2, 4)
            case _:
                pass
        world.assign(processes)
    service.writing = world.faulty = False
    try:
        async with asyncio.timeout(SETTLES_WITHIN_S):
            while not world.is_settled(GROUPS):  # noqa: ASYNC110 - the world rings no bell
                await asyncio.sleep(0.5)
    finally:
        for process in [*ended, *processes]:
            process.kill()
            await process.ended()


def broken_promises(seed: int, bug: Bug | None = None) -> list[str]:
    """What went wrong in the life of this seed."""
    world = World(seed, bug)
    with capture_logs():
        try:
            run(live(world))
        except TimeoutError:
            return [f"nothing settles: {world.committed}", *world.wrong()]
    assert len(world.acknowledged) > 1, "a life without work proves nothing"
    return world.wrong()


@pytest.mark.parametrize("first", range(0, SEEDS, BLOCK))
def test_every_promise_holds_whatever_dies_and_when(first: int) -> None:
    broken = {seed: wrong for seed in range(first, first + BLOCK) if (wrong := broken_promises(seed))}

    assert broken == {}


@pytest.mark.parametrize("bug", Bug)
def test_the_simulation_catches_each_wrong_order(bug: Bug) -> None:
    assert any(broken_promises(seed, bug) for seed in range(SEEDS))


def test_a_life_can_be_lived_again_exactly() -> None:
    def story(seed: int) -> Iterable[object]:
        world = World(seed)
        with capture_logs():
            run(live(world))
        return [world.log, world.letters, world.acknowledged]

    assert story(7) == story(7)
    assert story(7) != story(8)


def test_time_passes_at_once_and_a_wait_without_end_is_found() -> None:
    async def sleep() -> float:
        await asyncio.sleep(3600)
        return asyncio.get_running_loop().time()

    assert run(sleep()) == 3600
    with pytest.raises(Standstill):
        run(asyncio.Event().wait())
