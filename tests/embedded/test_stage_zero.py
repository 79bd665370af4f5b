"""`./paygir` makes .venv from a lock once, and says in one sentence why it can't."""

import importlib.util
import sys
from importlib.machinery import SourceFileLoader
from pathlib import Path
from typing import Any

import pytest

from deploy.embedded.places import ROOT

RUN, ALL = "deploy/embedded/requirements.lock", "requirements.lock"


@pytest.fixture
def stage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The script as a module, at work in an empty checkout; `installed` has what each installation was of."""
    loader = SourceFileLoader("stage_zero", str(ROOT / "paygir"))
    spec = importlib.util.spec_from_loader("stage_zero", loader)
    assert spec
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    module: Any = importlib.util.module_from_spec(spec)
    loader.exec_module(module)
    for lock in (ALL, RUN):
        (tmp_path / lock).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / lock).write_text(f"first {lock}")
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    places = {
        "ROOT": tmp_path,
        "VENV": tmp_path / ".venv",
        "STAMP": tmp_path / ".venv" / "stamp",
        "PYTHON": tmp_path / ".venv" / "bin" / "python",
        "LOG": tmp_path / "var" / "logs" / "install.log",
    }
    for name, value in places.items():
        setattr(module, name, value)
    module.installed = []

    def install(lock: str) -> None:
        module.installed.append(lock)
        module.PYTHON.touch()

    module.really_install = module.install
    module.install = install
    return module


@pytest.mark.parametrize(
    ("words", "lock"),
    [
        (["up", "--clock", "scaled"], RUN),
        (["serve", "complaints"], RUN),
        (["demo"], RUN),
        (["docs"], RUN),
        ([], RUN),
        (["test", "tests/embedded"], ALL),
        (["quick"], ALL),
        (["check"], ALL),
        (["bench", "--only", "P1"], ALL),
    ],
)
def test_a_command_gets_what_it_needs_and_the_second_time_nothing_is_installed(
    stage: Any, words: list[str], lock: str
) -> None:
    stage.ensure(words)
    stage.ensure(words)

    assert stage.installed == [lock]


def test_who_runs_it_first_gets_the_rest_with_the_first_test_and_keeps_it(stage: Any) -> None:
    for words in (["up"], ["test"], ["up"], ["check"]):
        stage.ensure(words)

    assert stage.installed == [RUN, ALL]


@pytest.mark.parametrize(("words", "lock"), [(["up"], RUN), (["test"], ALL)])
def test_another_lock_is_installed_anew(stage: Any, words: list[str], lock: str) -> None:
    stage.ensure(words)
    (stage.ROOT / lock).write_bytes(b"second")
    stage.ensure(words)

    assert stage.installed == [lock, lock]


def test_another_python_is_another_stamp(stage: Any) -> None:
    assert stage.stamp_of(RUN, "3.11.2") != stage.stamp_of(RUN, "3.12.1")


@pytest.mark.parametrize("lock_then", [b"first", b"second"])
def test_an_interrupted_installation_is_begun_again(
    stage: Any, monkeypatch: pytest.MonkeyPatch, lock_then: bytes
) -> None:
    (stage.ROOT / RUN).write_bytes(b"first")
    stage.ensure(["up"])
    (stage.ROOT / RUN).write_bytes(b"second")
    whole = stage.install

    def interrupted(lock: str) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(stage, "install", interrupted)
    with pytest.raises(KeyboardInterrupt):
        stage.ensure(["up"])
    (stage.ROOT / RUN).write_bytes(lock_then)  # what was whole may be half replaced
    monkeypatch.setattr(stage, "install", whole)
    stage.ensure(["up"])

    assert stage.installed == [RUN, RUN]


def test_without_venv_the_exact_apt_line_is_said(
    stage: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(stage, "install", stage.really_install)
    monkeypatch.setitem(sys.modules, "ensurepip", None)
    monkeypatch.setenv("PAYGIR_LANGUAGE", "en")

    with pytest.raises(SystemExit) as ended:
        stage.main()

    said = capsys.readouterr().err
    assert ended.value.code == 1
    assert "apt-get install -y python3-venv" in said
    assert said.count("\n") == 1


def test_without_network_one_sentence_is_said_and_no_host(
    stage: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def install(lock: str) -> None:
        stage.run([sys.executable, "-c", "raise ConnectionError('no route to registry.example')"])

    monkeypatch.setattr(stage, "install", install)
    monkeypatch.setenv("PAYGIR_LANGUAGE", "en")

    with pytest.raises(SystemExit) as ended:
        stage.main()

    said = capsys.readouterr().err
    assert ended.value.code == 1
    assert said == (
        "The packages were not installed; check the network and run it again. "
        "Details are in var/logs/install.log.\n"
    )
    assert "registry.example" in stage.LOG.read_text()


@pytest.mark.parametrize("lock", [ALL, RUN, "deploy/image/requirements.lock", "deploy/embedded/kafka.lock"])
def test_a_lock_names_no_host(lock: str) -> None:
    assert "://" not in (ROOT / lock).read_text()
