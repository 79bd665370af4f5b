"""The declared topics are made once, as declared."""

import secrets
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType

from deploy.embedded import topics
from deploy.embedded.broken import Broken

DAY_MS = 24 * 3600 * 1000
SERVICES = ("content", "meetings", "complaints", "notifications", "reporting", "directory")


def test_every_service_has_its_events_and_its_dead_letters() -> None:
    found = {topic.name: topic for topic in topics.declared()}

    assert set(found) == {"paygir.contacts", "paygir.keys", "paygir.requests"} | {
        f"paygir.{s}.{k}" for s in SERVICES for k in ("events", "dead")
    }
    for service in SERVICES:
        assert found[f"paygir.{service}.events"].partitions == 12
        config = found[f"paygir.{service}.events"].config
        # Kept for good, each of them: a copy is built anew from the first event on.
        assert (config["retention.ms"], config["cleanup.policy"]) == ("-1", "delete")
        assert found[f"paygir.{service}.dead"].partitions == 3
        dead = found[f"paygir.{service}.dead"].config
        assert (dead["cleanup.policy"], int(dead["retention.ms"])) == ("delete", 365 * DAY_MS)
    assert int(found["paygir.contacts"].config["delete.retention.ms"]) == DAY_MS
    assert int(found["paygir.keys"].config["delete.retention.ms"]) == 30 * DAY_MS
    for private in ("paygir.contacts", "paygir.keys"):
        assert found[private].config["cleanup.policy"] == "compact"
    assert found["paygir.keys"].config["max.compaction.lag.ms"] == "3600000"
    assert all(int(topic.config["max.message.bytes"]) > 1024 * 1024 for topic in found.values())


class Declaration:
    """A file of topics."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def grow(self) -> None:
        """Want one partition more than there are."""
        self._file.write_text(self._file.read_text().replace("partitions: 3", "partitions: 4"))


@pytest.fixture
def declaration(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Declaration:
    """A file that declares one topic of three partitions, under a new name."""
    file = tmp_path / "topics.yaml"
    name = f"test.{secrets.token_hex(6)}"
    file.write_text(f"one: {{name: {name}, partitions: 3, config: {{retention.ms: -1}}}}")
    read = topics.declared
    monkeypatch.setattr(topics, "declared", lambda: read(file))
    return Declaration(file)


@pytest.mark.real
async def test_a_topic_is_made_once_with_its_settings(kafka: list[str], declaration: Declaration) -> None:
    first = await topics.make(kafka, replication=1)
    second = await topics.make(kafka, replication=1)

    assert len(first) == 1
    assert second == []
    assert await _settings(kafka, first[0]) >= {("retention.ms", "-1"), ("min.insync.replicas", "1")}


@pytest.mark.real
async def test_another_number_of_partitions_is_for_a_person_to_mend(
    kafka: list[str], declaration: Declaration
) -> None:
    await topics.make(kafka, replication=1)
    declaration.grow()

    with pytest.raises(Broken, match="has 3 partitions, not 4"):
        await topics.make(kafka, replication=1)


@pytest.mark.real
async def test_more_copies_than_brokers_is_told_as_it_is(kafka: list[str], declaration: Declaration) -> None:
    with pytest.raises(Broken, match="could not be made"):
        await topics.make(kafka, replication=3)


@pytest.mark.real
async def test_a_dead_letter_and_the_word_that_somebody_is_gone_have_their_time_on_the_broker(
    kafka: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, mark = tmp_path / "topics.yaml", secrets.token_hex(6)
    file.write_text(topics.FILE.read_text().replace("paygir.", f"test.{mark}."))
    dead, keys = (
        next(one for one in topics.declared(file) if one.name.endswith(name))
        for name in ("complaints.dead", ".keys")
    )
    mine = [replace(dead, name=f"test.{mark}.dead"), keys]
    monkeypatch.setattr(topics, "declared", lambda: mine)
    await topics.make(kafka, replication=1)

    assert ("retention.ms", str(365 * DAY_MS)) in await _settings(kafka, f"test.{mark}.dead")
    assert ("delete.retention.ms", str(30 * DAY_MS)) in await _settings(kafka, f"test.{mark}.keys")


async def _settings(bootstrap: list[str], topic: str) -> set[tuple[str, str]]:
    admin: Any = AIOKafkaAdminClient(bootstrap_servers=",".join(bootstrap))
    await admin.start()
    try:
        [answer] = await admin.describe_configs([ConfigResource(ConfigResourceType.TOPIC, topic)])
    finally:
        await admin.close()
    return {(entry[0], entry[1]) for resource in answer.resources for entry in resource[4]}
