"""P4: from the request to the consumer's handler, against a service that saves, then publishes."""

import asyncio
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx

from deploy.embedded import ports
from tests.bench.bus import skip_what_is_there
from tests.bench.listener import GROUP
from tests.bench.ratios import Measured, Promise, at
from tests.bench.stage import COMPLAINT, PATIENCE_S, Stage, settle_in

RATE_PER_S = 200
CONNECTIONS = 400  # a request goes out at its time, whether or not those before it are answered
MEDIAN = Promise(
    id="P4",
    says=f"request to consumer at {RATE_PER_S} writes/s, p50, against an unsafe write-then-produce",
    goal=1.5,
    floor=2,
    at_most=True,
)
SLOW = Promise(id="P4", says="the same, p99", goal=2, floor=4, at_most=True)
UNSAFE = "paygir_bench_unsafe"


async def measure(stage: Stage, *, rounds: int, seconds: float) -> list[Measured]:
    """Each round: ours, the unsafe one; the same consumer hears both."""
    await settle_in(stage, UNSAFE)
    await skip_what_is_there(stage.kafka, GROUP)
    heard = stage.folder / "heard.jsonl"
    words = ("--kafka", ",".join(stage.kafka), "--heard", str(heard))
    listener = stage.run("listener", "tests.bench.listener", *words)
    took: dict[str, list[list[float]]] = {"ours": [], "unsafe": []}
    try:
        async with (
            stage.serving("api") as ours,
            stage.worker(),
            stage.serving("api", module="tests.bench.unsafe_service", PAYGIR_DATABASE=UNSAFE) as unsafe,
        ):
            for port in (ours, unsafe):
                await _until_heard(port, heard)
            for _ in range(rounds):
                for name, port in (("ours", ours), ("unsafe", unsafe)):
                    said = await stage.load(
                        port, seconds=seconds, rate=str(RATE_PER_S), connections=CONNECTIONS
                    )
                    took[name].append(await _delays_ms(said, heard))
    finally:
        await stage.processes.stop(listener)
    await stage.empty()
    await stage.empty(UNSAFE)
    return [_ratio(MEDIAN, 0.5, took), _ratio(SLOW, 0.99, took)]


def _ratio(promise: Promise, share: float, took: Mapping[str, list[list[float]]]) -> Measured:
    ours, unsafe = ([at(delays, share) for delays in took[name]] for name in ("ours", "unsafe"))
    ratios = [mine / other for mine, other in zip(ours, unsafe, strict=True)]
    label = f"p{share * 100:.0f}, ms"
    return Measured(
        promise=promise, ratios=ratios, figures={f"ours {label}": ours, f"unsafe {label}": unsafe}
    )


async def _delays_ms(said: Mapping[str, Any], heard: Path) -> list[float]:
    """From sending to handling, sorted; every accepted complaint must have been heard."""
    sent = {code.replace("-", ""): at for code, at in said["codes"]}
    async with asyncio.timeout(PATIENCE_S):
        while missing := sent.keys() - (times := _times(heard)).keys():  # noqa: ASYNC110 - another process's file
            await asyncio.sleep(0.2 + len(missing) / 1e6)
    return sorted((times[code] - at) * 1000 for code, at in sent.items())


def _times(heard: Path) -> dict[str, float]:
    whole, _, _ = heard.read_text().rpartition("\n")
    return dict(json.loads(line) for line in whole.splitlines())


async def _until_heard(port: int, heard: Path) -> None:
    """A first complaint goes all the way: consumers have joined, connections are open."""
    async with httpx.AsyncClient(trust_env=False, timeout=10) as client:
        answer = await client.post(f"http://{ports.HOST}:{port}/v1/complaints", json=COMPLAINT)
    code = answer.raise_for_status().json()["tracking_code"]
    await _delays_ms({"codes": [(code, 0.0)]}, heard)
