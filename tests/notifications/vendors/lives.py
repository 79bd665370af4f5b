"""Processes to be killed: each line on the input makes one more, a fork whose id is printed."""

import asyncio
import os
import sys
from collections.abc import Callable, Coroutine
from typing import Any


def live(life: Callable[[str], Coroutine[Any, Any, None]]) -> None:
    """One life after the other; the line says something about it. Forks before there is any thread."""
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            asyncio.run(life(line.strip()))
            os._exit(0)
        sys.stdout.write(f"{child}\n")
        sys.stdout.flush()
        os.waitpid(child, 0)
        sys.stdout.write("dead\n")
        sys.stdout.flush()
