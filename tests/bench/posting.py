"""P1 and P2: a complaint over HTTP against raw inserts, and against an empty request on the same server."""

import bson

from deploy.embedded.processes import Running
from tests.bench.ratios import Measured, Promise
from tests.bench.stage import CLIENTS, Stage, standing_still

AGAINST_RAW = Promise(
    id="P1",
    says="POST /v1/complaints, durable, its event guaranteed, one worker, against raw inserts "
    "each awaited until a majority has it on disk (32 clients)",
    goal=1.3,
    floor=1.0,
)
AGAINST_EMPTY = Promise(
    id="P2",
    says="the same against an empty POST whose body is checked, on the same server",
    goal=0.6,
    floor=0.45,
)


async def measure(stage: Stage, *, rounds: int, seconds: float) -> list[Measured]:
    """Each round: raw, service, empty; the relay at work meanwhile, as in life."""
    raw, posts, empty = list[float](), list[float](), list[float]()
    p99_ms, alone, load_cpu = list[float](), list[float](), list[float]()
    async with (
        stage.serving("api") as api,
        stage.worker() as worker,
        stage.serving("api", module="tests.bench.empty_service") as nothing,
    ):
        await stage.load(api, seconds=seconds)  # warms everything
        size = await document_bytes(stage, api, worker)
        for _ in range(rounds):
            await stage.from_nothing()
            raw.append(await raw_inserts(stage, seconds=seconds, document_bytes=size))
            said = await stage.load(api, seconds=seconds)
            posts.append(said["per_s"])
            p99_ms.append(said["p99_ms"])
            await stage.drained()
            with standing_still(worker):
                alone.append((await stage.load(api, seconds=seconds))["per_s"])
            await stage.drained()
            said = await stage.load(nothing, seconds=seconds)
            empty.append(said["per_s"])
            load_cpu.append(said["cpu_share"])
    return [
        Measured(
            promise=AGAINST_RAW,
            ratios=[post / other for post, other in zip(posts, raw, strict=True)],
            figures={
                "complaints/s": posts,
                "their p99, ms": p99_ms,
                "complaints/s while the relay stood still": alone,
                f"raw inserts/s of {size} bytes": raw,
            },
        ),
        Measured(
            promise=AGAINST_EMPTY,
            ratios=[post / other for post, other in zip(posts, empty, strict=True)],
            figures={"empty POSTs/s": empty, "of a core for making that load": load_cpu},
        ),
    ]


async def raw_inserts(stage: Stage, *, seconds: float, document_bytes: int) -> float:
    """Inserts a second of as many bytes as a complaint has."""
    said = await stage.program(
        "tests.bench.raw_inserts",
        *("--mongodb", stage.mongodb, "--clients", str(CLIENTS)),
        *("--seconds", str(seconds), "--bytes", str(document_bytes)),
    )
    return said["per_s"]


async def document_bytes(stage: Stage, api: int, worker: Running) -> int:
    """How large a complaint is as it is written, its events in it."""
    with standing_still(worker):
        await stage.empty()
        await stage.load(api, seconds=0.5)
        async with stage.database() as database:
            newest = await database["complaints"].find_one({}, sort=[("_id", -1)])
    assert newest is not None
    return len(bson.encode(newest))
