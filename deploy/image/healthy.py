"""Asks the container's service how it is: `python healthy.py /live`. Standard library only: it runs often."""

import http.client
import sys
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

WAIT_S = 4
FIRST_PROCESS = Path("/proc/1/cmdline")


def port_of(command: Sequence[str]) -> int | None:
    """The port that the container's command names; None for a job, which listens to nobody."""
    named = dict(pairwise(command)).get("--port")
    return int(named) if named else None


def is_well(port: int, path: str) -> bool:
    """Whether it answers 200."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=WAIT_S)
    try:
        connection.request("GET", path)
        return connection.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def main() -> None:
    """Code 0 when well."""
    port = port_of(FIRST_PROCESS.read_bytes().decode().split("\0"))
    sys.exit(0 if port is None or is_well(port, sys.argv[1]) else 1)


if __name__ == "__main__":
    main()
