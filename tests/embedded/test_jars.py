"""Kafka's jars are exactly the locked ones, whatever was interrupted before."""

import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest

from deploy.embedded import jars, kafka, keycloak
from deploy.embedded.broken import Broken
from deploy.embedded.jars import Jar

SAID = b"a jar"
LOCKED = jars.locked
JAR = Jar("org.example", "thing", "1.0", hashlib.sha256(SAID).hexdigest())


def the_lock(jar: Jar) -> Callable[[Path], list[Jar]]:
    """A lock of this one, whichever is read."""

    def locked(_: Path) -> list[Jar]:
        return [jar]

    return locked


@pytest.fixture(autouse=True)
def one_jar(monkeypatch: pytest.MonkeyPatch) -> None:
    """A lock of one jar, and a registry that has it."""

    def download(jar: Jar, apart: Path) -> Path:
        apart.mkdir(exist_ok=True)
        (apart / "download").write_bytes(SAID)
        return apart / "download"

    monkeypatch.setattr(jars, "locked", the_lock(JAR))
    monkeypatch.setattr(jars, "_download", download)


def test_a_missing_jar_is_fetched_and_nothing_else_stays(tmp_path: Path) -> None:
    jars.ensure(tmp_path)

    assert [path.name for path in tmp_path.iterdir()] == ["thing-1.0.jar"]
    assert jars.missing(tmp_path) == []


def test_a_truncated_jar_is_missing_and_fetched_again(tmp_path: Path) -> None:
    (tmp_path / "thing-1.0.jar").write_bytes(SAID[:-1])

    assert jars.missing(tmp_path) == [JAR]
    jars.ensure(tmp_path)
    assert (tmp_path / "thing-1.0.jar").read_bytes() == SAID


def test_another_file_than_the_locked_one_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jars, "locked", the_lock(JAR._replace(sha256="0" * 64)))

    with pytest.raises(Broken, match="is not the file that"):
        jars.ensure(tmp_path)

    assert list(tmp_path.iterdir()) == []


def test_the_lock_holds_the_broker_with_a_way_to_log() -> None:
    lines = jars.LOCK.read_text().splitlines()
    found = {line.split()[0]: line.split()[1] for line in lines}

    assert f"org.apache.kafka:kafka_2.13:{kafka.VERSION}" in found
    assert "org.slf4j:slf4j-simple:1.7.36" in found
    assert len(found) == len(lines) == 45
    assert all(len(sha256) == 64 for sha256 in found.values())


def test_the_lock_of_keycloak_is_the_one_archive_of_its_version() -> None:
    [archive] = LOCKED(keycloak.LOCK)

    assert archive.file_name == f"keycloak-quarkus-dist-{keycloak.VERSION}.zip"
    assert len(archive.sha256) == 64
