"""Runs `paygir up` as a person does: a process of its own, in a folder and on ports of its own."""

import os
import secrets
import signal
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

from deploy.embedded import ports
from deploy.embedded.places import ROOT
from tests.leftovers import none_left
from tests.real import free_ports

PATIENCE_S = 120
UP = "Paygir is up:"


@dataclass(slots=True)
class Launcher:
    """One `paygir up`."""

    process: subprocess.Popen[str]
    offset: int
    said: str = ""
    complained: str = ""

    def wait_until_it_says(self, words: str) -> None:
        """Read what it prints until these words come; fails if it ends first."""
        assert self.process.stdout
        for line in self.process.stdout:
            self.said += line
            if words in line:
                return
        raise AssertionError(f"it ended without saying {words!r}: {self.said}")

    def wait_until_up(self) -> "Launcher":
        """Until it has printed all addresses."""
        self.wait_until_it_says(UP)
        self.wait_until_it_says("Ctrl-C stops all")
        return self

    def children(self) -> list[psutil.Process]:
        """The programs it has started."""
        return psutil.Process(self.process.pid).children(recursive=True)

    def send(self, number: signal.Signals) -> None:
        """Send it a signal."""
        self.process.send_signal(number)

    def end(self) -> int:
        """Wait for its end; its code."""
        out, self.complained = self.process.communicate(timeout=PATIENCE_S)
        self.said += out
        return self.process.returncode


def all_ended(programs: list[psutil.Process], *, within_s: float = 20) -> bool:
    """Whether all have ended of themselves; ends those that have not."""
    _, alive = psutil.wait_procs(programs, timeout=within_s)
    for program in alive:
        program.kill()
    return not alive


@contextmanager
def launched(folder: Path, only: str, *, offset: int | None = None) -> Generator[Launcher]:
    """`paygir up --only ...`; killed afterwards if the test left it running."""
    if offset is None:
        bases = [port for name, port in ports.wanted(without=frozenset()).items() if name != "mongodb"]
        [mongodb, *_] = free_ports(ports.MONGODB, *bases)
        offset = mongodb - ports.MONGODB
    with running("up", "--only", only, folder=folder, offset=offset) as launcher:
        yield launcher


@contextmanager
def running(*words: str, folder: Path, offset: int) -> Generator[Launcher]:
    """`paygir ...` with this data folder and these ports; killed afterwards, and what it started must end."""
    sign = f"launch-{secrets.token_hex(8)}"
    given = {"PAYGIR_DATA": str(folder), "PAYGIR_PORT_OFFSET": str(offset), "PAYGIR_LANGUAGE": "en"}
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PAYGIR_")}
    with none_left(sign):
        process = subprocess.Popen(
            [sys.executable, "-m", "deploy.cli", *words],
            cwd=ROOT,
            env={**kept, **given, "TEST_SIGN": sign},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        try:
            yield Launcher(process, offset)
        finally:
            if process.poll() is None:
                process.kill()
            process.communicate()
