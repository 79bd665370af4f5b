"""Without PostgreSQL or Django the bench says what is missing and how to get it, and measures the rest."""

import pwd
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.bench.django_peer import compare
from tests.bench.ratios import NotMeasured


async def not_measured() -> NotMeasured:
    nowhere: Any = None  # it must not come as far as to use the stage
    [outcome] = await compare.measure(nowhere, rounds=1, seconds=1)
    assert isinstance(outcome, NotMeasured)
    return outcome


async def test_without_postgresql_the_line_that_installs_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compare, "_programs", lambda: None)

    assert compare.missing() == "PostgreSQL is not installed (Debian: apt-get install -y postgresql)"
    assert (await not_measured()).why == compare.missing()


def test_root_is_told_that_the_servers_own_user_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compare, "_programs", lambda: Path("/usr/bin"))
    monkeypatch.setattr(compare.os, "geteuid", lambda: 0)
    monkeypatch.setattr(pwd, "getpwall", list[pwd.struct_passwd])

    assert "its user postgres is not there (Debian: apt-get install -y postgresql)" in compare.missing()


def test_an_ordinary_user_needs_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compare, "_programs", lambda: Path("/usr/bin"))
    monkeypatch.setattr(compare.os, "geteuid", lambda: 1000)
    monkeypatch.setattr(pwd, "getpwall", list[pwd.struct_passwd])

    assert compare.missing() == ""


async def test_without_a_network_for_django_the_bench_goes_on(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def fails(command: Any, **how: Any) -> None:
        raise subprocess.CalledProcessError(1, command)

    monkeypatch.setattr(compare, "_programs", lambda: Path("/usr/bin"))
    monkeypatch.setattr(compare, "missing", str)
    monkeypatch.setattr(compare, "VENV", tmp_path / "bench-venv")
    monkeypatch.setattr(subprocess, "run", fails)

    assert (await not_measured()).why == "Django could not be installed; check the network"
