"""Makes the topics of deploy/topics.yaml on a broker."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import TopicAlreadyExistsError, for_code

from deploy.embedded.broken import Broken

FILE = Path(__file__).parents[1] / "topics.yaml"
IN_SYNC_OF_THREE = 2


@dataclass(frozen=True, slots=True)
class Topic:
    """One topic as the file wants it."""

    name: str
    partitions: int
    config: dict[str, str]


def declared(file: Path = FILE) -> list[Topic]:
    """All topics of the file."""
    groups: dict[str, dict[str, Any]] = yaml.safe_load(file.read_text())
    return [topic for kind, group in groups.items() for topic in _of_group(kind, group)]


def _of_group(kind: str, group: dict[str, Any]) -> Iterator[Topic]:
    config = {key: str(value) for key, value in group["config"].items()}
    services: list[str] = group.get("services", [])
    for name in [f"paygir.{service}.{kind}" for service in services] or [group["name"]]:
        yield Topic(name, group["partitions"], config)


async def make(bootstrap: Sequence[str], *, replication: int) -> list[str]:
    """Make the missing topics, each in `replication` copies; returns their names.

    Raises:
        Broken: A topic is there with another number of partitions. Changing it would break the order
            of an aggregate's events, so that is for a person to decide.
    """
    admin: Any = AIOKafkaAdminClient(bootstrap_servers=",".join(bootstrap))
    wanted = declared()
    try:
        await admin.start()
        there = {found["topic"]: found for found in await admin.describe_topics()}
        missing = [topic for topic in wanted if topic.name not in there]
        for topic in wanted:
            if topic.name in there:
                _check_partitions(topic, len(there[topic.name]["partitions"]))
        if missing:
            answer = await admin.create_topics([_new(topic, replication) for topic in missing])
            for name, code, message in answer.topic_errors:
                _check_made(name, code, message)
    finally:
        await admin.close()
    return [topic.name for topic in missing]


def _new(topic: Topic, replication: int) -> NewTopic:
    in_sync = {"min.insync.replicas": str(min(replication, IN_SYNC_OF_THREE))}
    return NewTopic(topic.name, topic.partitions, replication, topic_configs={**topic.config, **in_sync})


def _check_partitions(topic: Topic, found: int) -> None:
    if found != topic.partitions:
        raise Broken(
            fa=f"تاپیک {topic.name} به‌جای {topic.partitions} بخش، {found} بخش دارد.",
            en=f"Topic {topic.name} has {found} partitions, not {topic.partitions}.",
        )


def _check_made(name: str, code: int, message: str | None) -> None:
    """Two launchers may make the same topics at once: one of them finds them made."""
    if code not in (0, TopicAlreadyExistsError.errno):
        reason = message or for_code(code).__name__
        raise Broken(
            fa=f"تاپیک {name} ساخته نشد: {reason}",
            en=f"Topic {name} could not be made: {reason}",
        )
