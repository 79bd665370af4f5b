"""What looking for repeats costs a complaint filed: `python -m tests.bench.repeats`.

Old and new in turn. Each time complaints are filed for some seconds while the worker stands still; then it
works alone, until all is told and heard. Processor time of the worker and of MongoDB for each of them.
"""

import argparse
import asyncio
import logging
import sys
from typing import Any

import psutil
import uvloop
from aiokafka import AIOKafkaConsumer
from aiokafka.admin import AIOKafkaAdminClient

from shared.bus.records import group_of
from shared.events.event import events_topic
from tests.bench.ratios import short, spread
from tests.bench.stage import PATIENCE_S, Stage, prepare, real_parts

OLD, NEW = "tests.bench.each_by_itself", "services.complaints"
HEARS, TOPIC = group_of("complaints", "repeats"), events_topic("complaints")
PARTS = ("worker", "mongod", "both")


def used_s(processes: list[psutil.Process]) -> float:
    """Processor time so far."""
    return sum(sum(one.cpu_times()[:2]) for one in processes)


async def _cost(stage: Stage, api: int, module: str, seconds: float) -> dict[str, float]:
    """Microseconds a complaint, of each part."""
    await stage.empty()
    await stage.load(api, seconds=seconds)
    async with stage.database() as database:
        many = await database["complaints"].count_documents({})
    mongod = [one for one in psutil.process_iter(["name"]) if _is_ours(one, stage)]
    before = used_s(mongod)
    worker = stage.run("worker", module, "--role", "worker")
    try:
        own = psutil.Process(worker.pid)
        began = await _until_heard(stage, own)
        found = {"worker": used_s([own, *own.children(recursive=True)]) - began}
        found["mongod"] = used_s(mongod) - before
    finally:
        await stage.processes.stop(worker)
    found["both"] = found["worker"] + found["mongod"]
    return {part: used * 1e6 / many for part, used in found.items()}


def _is_ours(process: psutil.Process, stage: Stage) -> bool:
    port = stage.mongodb.split(":")[-1].split("/")[0]
    return process.info["name"] == "mongod" and port in process.cmdline()


async def _until_heard(stage: Stage, worker: psutil.Process) -> float:
    """Wait until all was told and heard; what the worker had used when it first told anything."""
    waiting = await stage.pending()
    async with asyncio.timeout(PATIENCE_S):
        while await stage.pending() == waiting:  # noqa: ASYNC110  another process's work
            await asyncio.sleep(0.05)
        began = used_s([worker])
        while await stage.pending() or await _unheard(stage):  # noqa: ASYNC110  as above
            await asyncio.sleep(0.5)
    return began


async def _unheard(stage: Stage) -> int:
    """How many events whoever looks for repeats has not worked yet."""
    servers = ",".join(stage.kafka)
    admin: Any = AIOKafkaAdminClient(bootstrap_servers=servers)
    consumer: Any = AIOKafkaConsumer(TOPIC, bootstrap_servers=servers)
    await admin.start()
    await consumer.start()
    try:
        told = await consumer.end_offsets(list(consumer.assignment()))
        heard = await admin.list_consumer_group_offsets(HEARS)
        return sum(told.values()) - sum(heard[one].offset for one in told if one in heard)
    finally:
        await consumer.stop()
        await admin.close()


async def _measure(stage: Stage, rounds: int, seconds: float) -> None:
    await prepare(stage)
    costs: dict[str, list[dict[str, float]]] = {OLD: [], NEW: []}
    async with stage.serving("api") as api:
        for number in range(rounds):
            for module in (OLD, NEW) if number % 2 else (NEW, OLD):
                costs[module].append(await _cost(stage, api, module, seconds))
    for part in PARTS:
        old, new = ([one[part] for one in costs[module]] for module in (OLD, NEW))
        ratios = spread([two / one for one, two in zip(old, new, strict=True)])
        sys.stdout.write(f"{part}: {ratios}; us each: old {spread(old)}, new {spread(new)}; ")
        sys.stdout.write(f"new by round {' '.join(short(one) for one in new)}\n")


def main() -> None:
    """How many rounds, and how long complaints are filed in each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=4)
    parser.add_argument("--seconds", type=float, default=4.0)
    asked = parser.parse_args()
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)
    with real_parts() as stage:
        uvloop.run(_measure(stage, asked.rounds, asked.seconds))


if __name__ == "__main__":
    main()
