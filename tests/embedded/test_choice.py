"""An address in the environment comes first, containers only if asked for, then the embedded program."""

import asyncio
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from deploy.cli.up import Issuer, up
from deploy.embedded import docker, environment
from deploy.embedded.broken import Broken
from deploy.embedded.environment import Idp
from deploy.embedded.processes import Processes
from deploy.embedded.stack import Stack, Wanted
from tests.conftest import pytest_collection_modifyitems


@pytest.fixture(autouse=True)
def nothing_given(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (
        "PAYGIR_KAFKA",
        "PAYGIR_MONGODB",
        "PAYGIR_ISSUER",
        "PAYGIR_PERSON_CLAIM",
        "PAYGIR_USE_DOCKER",
        "PAYGIR_PORT_OFFSET",
    ):
        monkeypatch.delenv(name, raising=False)


def test_nothing_is_started_for_an_address_that_was_given(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PAYGIR_MONGODB", "mongodb://db.example:27017/?replicaSet=rs0")
    wanted = Wanted(folder=tmp_path, names=frozenset({"mongodb"}))
    stack = Stack(wanted, environment.addresses(), Processes(tmp_path), Processes(tmp_path))

    asyncio.run(stack.start())

    assert stack.where.mongodb == "mongodb://db.example:27017/?replicaSet=rs0"
    assert list(tmp_path.iterdir()) == []


def test_without_addresses_the_embedded_ones_are_told_to_the_services(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PAYGIR_PORT_OFFSET", "100")
    told = environment.of_service(environment.addresses(), tmp_path, scaled_clock=False)

    assert told["PAYGIR_KAFKA"] == "127.0.0.1:19192"
    assert told["PAYGIR_MONGODB"] == "mongodb://127.0.0.1:27217/?replicaSet=rs0"
    assert told["PAYGIR_ISSUER"] == "http://127.0.0.1:8209"
    assert "PAYGIR_CLOCK_FILE" not in told
    assert Path(told["PAYGIR_KEY_FILE"]).stat().st_mode & 0o777 == 0o600


def test_with_keycloak_the_services_are_told_its_realm_and_which_claim_names_a_person(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def told() -> tuple[str, str]:
        env = environment.of_service(environment.addresses(Idp.KEYCLOAK), tmp_path, scaled_clock=False)
        return env["PAYGIR_ISSUER"], env["PAYGIR_PERSON_CLAIM"]

    assert told() == ("http://127.0.0.1:8108/realms/province", "person")
    monkeypatch.setenv("PAYGIR_ISSUER", "https://sso.example")
    assert told() == ("https://sso.example", "sub")
    monkeypatch.setenv("PAYGIR_PERSON_CLAIM", "employee")
    assert told() == ("https://sso.example", "employee")


def test_commands_beside_the_stack_find_the_issuer_that_was_started_with_the_folder(tmp_path: Path) -> None:
    assert environment.idp_of(tmp_path) is Idp.DEV
    environment.idp_file(tmp_path).write_text("keycloak\n")

    assert environment.idp_of(tmp_path) is Idp.KEYCLOAK


def test_keycloak_is_not_started_beside_an_issuer_that_was_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAYGIR_ISSUER", "https://sso.example")
    with pytest.raises(Broken, match="PAYGIR_ISSUER is set"):
        up(only="issuer", idp=Issuer.KEYCLOAK)


def test_docker_is_used_only_when_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not docker.wanted()

    monkeypatch.setenv("PAYGIR_USE_DOCKER", "1")
    monkeypatch.setenv("DOCKER_HOST", "tcp://127.0.0.1:1")
    with pytest.raises(Broken, match="no Docker engine answers"):
        docker.wanted()


async def test_a_folder_that_ran_on_a_scaled_clock_does_not_go_back_in_time(tmp_path: Path) -> None:
    def stack(*, scaled_clock: bool) -> Stack:
        wanted = Wanted(folder=tmp_path, names=frozenset(), scaled_clock=scaled_clock)
        return Stack(wanted, environment.addresses(), Processes(tmp_path), Processes(tmp_path))

    await stack(scaled_clock=True).start()
    before = environment.clock_file(tmp_path).read_text()
    await stack(scaled_clock=True).start()

    assert environment.clock_file(tmp_path).read_text() == before
    with pytest.raises(Broken, match="scaled clock"):
        await stack(scaled_clock=False).start()


@pytest.mark.parametrize("marked", [True, False])
def test_a_test_of_real_parts_must_be_marked(marked: bool) -> None:
    item: Any = SimpleNamespace(
        nodeid="tests/x.py::test_x", fixturenames=["mongodb"], get_closest_marker={"real": marked}.get
    )

    if marked:
        pytest_collection_modifyitems([item])
    else:
        with pytest.raises(pytest.UsageError, match=r"tests/x\.py::test_x"):
            pytest_collection_modifyitems([item])
