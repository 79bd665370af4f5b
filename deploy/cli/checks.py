"""`paygir test`, `quick` and `check`: what must hold before a change goes in."""

import os
import subprocess
import sys
from pathlib import Path

import typer

from deploy.embedded.places import ROOT

PASS_ON = {"allow_extra_args": True, "ignore_unknown_options": True}
BIN = Path(sys.executable).parent
SIDE_BY_SIDE = ("-n", "2", "--dist", "loadfile")
"""Each of the two has real parts of its own; a file's tests stay together."""


def test(context: typer.Context) -> None:
    """Run all tests, real parts included, two files at a time; further words go to pytest, which then runs
    as it is told.
    """
    _pytest(*(context.args or SIDE_BY_SIDE))


def quick(context: typer.Context) -> None:
    """Run the tests that need no real part."""
    _pytest("-m", "not real", *context.args)


def check() -> None:
    """Format, lint, types, imports and tests: stops at the first that fails."""
    for words in (
        ["ruff", "format", "--check", ".", "paygir"],
        ["ruff", "check", ".", "paygir"],
        ["basedpyright"],
        ["lint-imports"],
        ["pytest", *SIDE_BY_SIDE],
    ):
        print("$", *words, flush=True)
        code = subprocess.run([BIN / words[0], *words[1:]], cwd=ROOT, check=False).returncode
        if code:
            raise typer.Exit(code)


def _pytest(*words: str) -> None:
    """Become pytest, so that its code is ours."""
    os.chdir(ROOT)
    os.execv(sys.executable, [sys.executable, "-m", "pytest", *words])  # noqa: S606
