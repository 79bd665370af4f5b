"""Tells the person at the terminal something, in their language."""

import contextlib
import os
import sys

from deploy.embedded.broken import language


def say(*, fa: str, en: str) -> None:
    """Print it at once. A terminal that was closed is no reason to leave servers behind."""
    try:
        print(fa if language() == "fa" else en, flush=True)
    except OSError:
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115, PTH123  for the rest of this process
        with contextlib.suppress(OSError):
            sys.stderr.flush()
