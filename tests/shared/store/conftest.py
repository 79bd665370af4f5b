"""A mongod that can be told to fail."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from typing_extensions import override

from deploy.embedded import mongo, ports
from deploy.embedded.processes import Processes, Running
from tests.real import STOP_GRACE_S, free_ports, waiting_for
from tests.throw_away import throw_away_folder


class WithFailPoints(Processes):
    """Starts mongod with the commands that only tests may use."""

    @override
    def spawn(self, name: str, command: Sequence[str | Path], **how: Any) -> Running:
        return super().spawn(name, [*command, "--setParameter", "enableTestCommands=1"], **how)


@pytest.fixture(scope="session")
def fallible_mongodb() -> Iterator[str]:
    """Address of a replica set of one that takes `configureFailPoint`."""
    with throw_away_folder() as name:
        processes = WithFailPoints(Path(name) / "logs")
        [port] = free_ports(ports.MONGODB + 4)
        try:
            waiting_for(mongo.start(processes, Path(name) / "mongodb", port=port))
            yield mongo.uri([port])
        finally:
            waiting_for(processes.stop_all(grace_s=STOP_GRACE_S))
