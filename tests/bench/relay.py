"""P5: how fast the relay empties what waits, against the fastest that can be written."""

import asyncio
import time

from tests.bench.ratios import Measured, Promise
from tests.bench.stage import PATIENCE_S, Stage

DRAIN = Promise(
    id="P5",
    says="the relay's rate of complaints published and cleared, against the highest rate of filing",
    goal=1.5,
    floor=1.0,
)
LOOK_EVERY_S = 0.2


async def measure(stage: Stage, *, rounds: int, seconds: float) -> list[Measured]:
    """Each round: file at full speed while no relay works, then let it work alone."""
    written, drained = list[float](), list[float]()
    async with stage.serving("api") as api:
        await stage.load(api, seconds=1)
        for _ in range(rounds):
            await stage.empty()
            written.append((await stage.load(api, seconds=seconds))["per_s"])
            drained.append(await _drain(stage))
    ratios = [out / into for out, into in zip(drained, written, strict=True)]
    figures = {"complaints published/s": drained, "complaints filed/s": written}
    return [Measured(promise=DRAIN, ratios=ratios, figures=figures)]


async def _drain(stage: Stage) -> float:
    """Complaints a second, from the first look at which some were gone to the last one gone."""
    waiting = await stage.pending()
    worker = stage.run("drain-worker", "services.complaints", "--role", "worker")
    try:
        async with asyncio.timeout(PATIENCE_S):
            while (first := await stage.pending()) == waiting:  # noqa: ASYNC110  another process's work
                await asyncio.sleep(LOOK_EVERY_S / 4)
            started = time.monotonic()
            while await stage.pending():  # noqa: ASYNC110  as above
                await asyncio.sleep(LOOK_EVERY_S)
            took_s = time.monotonic() - started
    finally:
        await stage.processes.stop(worker)
    return first / took_s
