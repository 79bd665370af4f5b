"""Kafka and MongoDB as containers, for those who ask for them with PAYGIR_USE_DOCKER=1."""

import asyncio
import os
from typing import TYPE_CHECKING, Any, Protocol

from deploy.embedded import kafka, mongo, ports
from deploy.embedded.broken import Broken
from deploy.embedded.waiting import until_answered

if TYPE_CHECKING:
    from testcontainers.core.container import DockerContainer

KAFKA_IMAGE = f"apache/kafka:{kafka.VERSION}"
MONGODB_IMAGE = "mongo:8.0"
PATIENCE_S = 180  # the first start pulls the images


def wanted() -> bool:
    """Whether containers were asked for; the embedded programs start faster and are alike everywhere.

    Raises:
        Broken: They were, and no Docker engine answers.
    """
    if os.environ.get("PAYGIR_USE_DOCKER") != "1":
        return False
    import docker  # here, for only those who ask for it need it
    from docker.errors import DockerException

    try:
        engine: Any = docker.from_env()
        engine.ping()
    except DockerException as error:
        raise Broken(
            fa="PAYGIR_USE_DOCKER=1 تنظیم شده ولی موتور Docker پاسخ نمی‌دهد. "
            "آن را راه بیندازید یا این متغیر را بردارید.",
            en="PAYGIR_USE_DOCKER=1 is set but no Docker engine answers. Start it, or unset the variable.",
        ) from error
    return True


class Container(Protocol):
    """One that runs."""

    def stop(self) -> None:
        """End and remove it."""
        ...


async def start_kafka(port: int) -> Container:
    """A container whose broker answers at 127.0.0.1:`port`."""
    container = _on_loopback(KAFKA_IMAGE, inside=9092, port=port).with_envs(**_kafka_settings(port))
    await asyncio.to_thread(container.start)
    async with asyncio.timeout(PATIENCE_S):
        await until_answered(lambda: kafka.answers(f"{ports.HOST}:{port}"))
    return container


async def start_mongodb(port: int) -> Container:
    """A container whose mongod takes writes at 127.0.0.1:`port`."""
    command = f"--replSet {mongo.SET_NAME} --port {port} --bind_ip_all"
    container = _on_loopback(MONGODB_IMAGE, inside=port, port=port).with_command(command)
    await asyncio.to_thread(container.start)
    async with asyncio.timeout(PATIENCE_S):
        await until_answered(lambda: mongo.answers(port))
        await mongo.initiate([port])
        await until_answered(lambda: mongo.has_primary([port]))
    return container


def _on_loopback(image: str, *, inside: int, port: int) -> "DockerContainer":
    from testcontainers.core.container import DockerContainer

    container = DockerContainer(image)
    bound: dict[str, Any] = container.ports  # with_bind_ports() would open it to the whole network
    bound[f"{inside}/tcp"] = (ports.HOST, port)
    return container


def _kafka_settings(port: int) -> dict[str, str]:
    return {
        "KAFKA_PROCESS_ROLES": "broker,controller",
        "KAFKA_NODE_ID": "1",
        "KAFKA_CONTROLLER_QUORUM_VOTERS": "1@localhost:9093",
        "KAFKA_LISTENERS": "PLAINTEXT://:9092,CONTROLLER://:9093",
        "KAFKA_ADVERTISED_LISTENERS": f"PLAINTEXT://{ports.HOST}:{port}",
        "KAFKA_CONTROLLER_LISTENER_NAMES": "CONTROLLER",
        "KAFKA_LISTENER_SECURITY_PROTOCOL_MAP": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
        "KAFKA_AUTO_CREATE_TOPICS_ENABLE": "false",
        "KAFKA_MESSAGE_MAX_BYTES": str(kafka.MESSAGE_BYTES_MAX),
        "KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR": "1",
        "KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR": "1",
        "KAFKA_TRANSACTION_STATE_LOG_MIN_ISR": "1",
        "KAFKA_OFFSETS_RETENTION_MINUTES": str(kafka.OFFSETS_KEPT_MIN),
        "KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS": "0",
    }
