"""Doctor says what is wrong and the command that mends it."""

import os
import socket
from pathlib import Path

import pytest

from deploy.embedded import doctor, environment, folder, ports
from deploy.embedded.doctor import Finding
from shared.language import Text


def test_what_is_well_needs_no_mend() -> None:
    assert Finding(Text(fa="خوب", en="well")).line("en") == "ok   well"


def test_a_held_port_is_told_with_its_holder_and_how_to_end_it() -> None:
    with socket.socket() as server:
        server.bind((ports.HOST, 0))
        server.listen()
        port = server.getsockname()[1]
        [finding] = doctor.port_findings({"kafka": port})

    pid = os.getpid()
    assert finding.line("en").startswith(f"BAD  port {port} for kafka, held by ")
    assert finding.line("en").endswith(f"(pid {pid}) -> kill {pid}  |  export PAYGIR_PORT_OFFSET=100")
    assert str(port) in finding.line("fa")


def test_missing_jars_are_counted(tmp_path: Path) -> None:
    finding = doctor.jars_finding(tmp_path)

    assert finding.line("en") == "BAD  Kafka's files: 0 of 45 -> ./paygir up --only kafka"


def test_keycloak_is_looked_for_only_where_it_was_started(tmp_path: Path) -> None:
    absent = doctor.keycloak_finding(tmp_path / "nothing").line("en")
    assert absent == "BAD  Keycloak 26.3.2 -> ./paygir up --idp keycloak --only issuer"
    before = [finding.line("en") for finding in doctor.examine(tmp_path)]
    environment.idp_file(tmp_path).write_text("keycloak\n")
    after = [finding.line("en") for finding in doctor.examine(tmp_path)]

    def lines_of(lines: list[str], *words: str) -> int:
        return sum(any(word in line for word in words) for line in lines)

    assert lines_of(before, " Keycloak ", "for keycloak") == 0
    assert lines_of(after, " Keycloak ", "for keycloak") == 2  # the program and its port
    assert (lines_of(before, "for issuer"), lines_of(after, "for issuer")) == (1, 0)


def test_a_folder_in_use_is_no_fault_but_is_told(tmp_path: Path) -> None:
    with folder.held(tmp_path):
        *_, last = doctor.folder_findings(tmp_path)

    assert last.line("en") == f"ok   Paygir is up (pid {os.getpid()})"


def test_an_address_that_does_not_answer_is_named_with_its_variable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PAYGIR_ISSUER", f"http://{ports.HOST}:1")
    lines = [finding.line("en") for finding in doctor.examine(tmp_path)]

    assert f"BAD  issuer at http://{ports.HOST}:1 answers -> unset PAYGIR_ISSUER" in lines


def test_every_finding_is_in_both_languages(tmp_path: Path) -> None:
    for finding in doctor.examine(tmp_path):
        assert finding.what.fa != finding.what.en or finding.what.fa.isascii()
        assert finding.line("fa")[:5] == finding.line("en")[:5]
