"""Whether a process outlives the test it was started for, whoever started it."""

from collections.abc import Generator
from contextlib import contextmanager, suppress
from time import monotonic, sleep

import psutil

WITHIN_S = 20.0


@contextmanager
def none_left(sign: str, *, within_s: float = WITHIN_S) -> Generator[None]:
    """Fails when a process that bears the sign runs on after the block, and ends it.

    The sign is what stands in its command line or environment and in nobody else's: the test's own folder, or
    a word that was given to its launcher. So a process is found also when its launcher was killed.
    """
    try:
        yield
    finally:
        until = monotonic() + within_s
        while (left := bearing(sign)) and monotonic() < until:
            sleep(0.1)
        for one in left:
            with suppress(psutil.NoSuchProcess):
                one.kill()
        named = [f"{one.pid}: {command}" for one, command in left.items()]
        assert not named, f"still running {within_s:g} s after the end: {named}"


def bearing(sign: str) -> dict[psutil.Process, str]:
    """The processes that bear it now, each with its command line."""
    found: dict[psutil.Process, str] = {}
    for one in psutil.process_iter():
        try:
            command, given = " ".join(one.cmdline()), one.environ().values()
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            continue  # it has ended, or is another person's
        if any(sign in words for words in (command, *given)):
            found[one] = command
    return found
