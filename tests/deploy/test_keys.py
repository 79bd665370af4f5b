"""`paygir keys rewrap` tells in one sentence what keeps it from wrapping."""

import base64
from pathlib import Path

import pytest
from typer.testing import CliRunner

from deploy.cli.keys import app
from deploy.embedded.broken import Broken


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> pytest.MonkeyPatch:
    """A master key, and no MongoDB."""
    monkeypatch.setenv("PAYGIR_KEY", base64.b64encode(bytes(32)).decode())
    monkeypatch.setenv("PAYGIR_DATA", str(tmp_path))
    monkeypatch.setenv("PAYGIR_LANGUAGE", "en")
    return monkeypatch


def broken() -> str:
    """What the command breaks off with."""
    error = CliRunner().invoke(app, ["rewrap"]).exception
    assert isinstance(error, Broken)
    return error.said()


def test_a_wrapping_key_that_is_none_is_told_by_its_line(
    environment: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "wrapping"
    file.write_text("nonsense!")
    environment.setenv("PAYGIR_WRAPPING_KEY_FILE", str(file))

    assert "wrapping key 1 of PAYGIR_WRAPPING_KEY_FILE is not base64" in broken()


def test_a_vault_without_a_token_is_told(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("PAYGIR_VAULT_URL", "http://127.0.0.1:1")

    assert "PAYGIR_VAULT_TOKEN_FILE" in broken()
