"""`paygir bench`: what Paygir promises of speed, measured on real parts of its own."""

import os
import sys

import typer

from deploy.embedded.places import ROOT


def bench(context: typer.Context) -> None:
    """Measure P1 to P10 as ratios and write docs/performance.md; `paygir bench --help` tells the words."""
    os.chdir(ROOT)
    os.execv(sys.executable, [sys.executable, "-m", "tests.bench", *context.args])  # noqa: S606
