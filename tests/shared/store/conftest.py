"""A mongod that can be told to fail."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.embedded import mongo, ports
from deploy.embedded.processes import Processes
from tests.real import STOP_GRACE_S, free_ports, waiting_for
from tests.throw_away import throw_away_folder

FAIL_POINTS = ("--setParameter", "enableTestCommands=1")


@pytest.fixture(scope="session")
def fallible_mongodb() -> Iterator[str]:
    """Address of a replica set of one that takes `configureFailPoint`."""
    with throw_away_folder() as name:
        processes = Processes(Path(name) / "logs")
        [port] = free_ports(ports.MONGODB + 4)
        try:
            waiting_for(mongo.start(processes, Path(name) / "mongodb", port=port, more=FAIL_POINTS))
            yield mongo.uri([port])
        finally:
            waiting_for(processes.stop_all(grace_s=STOP_GRACE_S))
