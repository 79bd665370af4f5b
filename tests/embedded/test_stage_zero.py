"""`./paygir` makes .venv from the lock once, and says in one sentence why it can't."""

import importlib.util
import sys
from importlib.machinery import SourceFileLoader
from pathlib import Path
from typing import Any

import pytest

from deploy.embedded.places import ROOT


@pytest.fixture
def stage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The script as a module, at work in an empty checkout; `installed` counts its installations."""
    loader = SourceFileLoader("stage_zero", str(ROOT / "paygir"))
    spec = importlib.util.spec_from_loader("stage_zero", loader)
    assert spec
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    module: Any = importlib.util.module_from_spec(spec)
    loader.exec_module(module)
    (tmp_path / "requirements.lock").write_bytes(b"first")
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
    module.installed = 0

    def install() -> None:
        module.installed += 1
        module.PYTHON.touch()

    module.really_install = module.install
    module.install = install
    return module


def test_the_second_time_nothing_is_installed(stage: Any) -> None:
    stage.ensure()
    stage.ensure()

    assert stage.installed == 1


def test_another_lock_is_installed_anew(stage: Any) -> None:
    stage.ensure()
    (stage.ROOT / "requirements.lock").write_bytes(b"second")
    stage.ensure()

    assert stage.installed == 2


def test_another_python_is_another_stamp(stage: Any) -> None:
    assert stage.stamp_of(b"lock", "3.11.2") != stage.stamp_of(b"lock", "3.12.1")


@pytest.mark.parametrize("lock_then", [b"first", b"second"])
def test_an_interrupted_installation_is_begun_again(
    stage: Any, monkeypatch: pytest.MonkeyPatch, lock_then: bytes
) -> None:
    stage.ensure()
    (stage.ROOT / "requirements.lock").write_bytes(b"second")
    whole = stage.install

    def interrupted() -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(stage, "install", interrupted)
    with pytest.raises(KeyboardInterrupt):
        stage.ensure()
    (stage.ROOT / "requirements.lock").write_bytes(lock_then)  # what was whole may be half replaced
    monkeypatch.setattr(stage, "install", whole)
    stage.ensure()

    assert stage.installed == 2


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
    def install() -> None:
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


def test_the_lock_names_no_host() -> None:
    for lock in ("requirements.lock", "deploy/embedded/kafka.lock"):
        text = (ROOT / lock).read_text()
        assert "://" not in text
