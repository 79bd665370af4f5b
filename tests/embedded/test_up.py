"""`paygir up` starts whole, says what is wrong, and leaves no process behind."""

import asyncio
import contextlib
import signal
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import httpx
import psutil
import pytest
from pymongo import MongoClient

from deploy.embedded import kafka, mongo, ports, topics
from tests.embedded.launcher import all_ended, launched, running

pytestmark = pytest.mark.real


def test_a_second_start_finds_what_the_first_one_kept(tmp_path: Path) -> None:
    with launched(tmp_path, "kafka,mongodb,issuer") as first:
        address = mongo.uri([ports.MONGODB + first.wait_until_up().offset])
        with MongoClient[dict[str, Any]](address) as client:
            client["test"]["things"].insert_one({"_id": "kept"})
        signing_key = (tmp_path / "issuer" / "signing-key.json").read_bytes()
        first.send(signal.SIGINT)
        assert first.end() == 0

    with launched(tmp_path, "kafka,mongodb,issuer", offset=first.offset) as second:
        second.wait_until_up()
        broker = f"{ports.HOST}:{ports.KAFKA + second.offset}"
        with MongoClient[dict[str, Any]](address) as client:
            found = client["test"]["things"].find_one()
        made_again = asyncio.run(topics.make([broker], replication=1))
        servers = second.children()
        second.send(signal.SIGTERM)
        assert second.end() == 0

    assert broker in second.said
    assert found == {"_id": "kept"}
    assert made_again == []
    assert (tmp_path / "issuer" / "signing-key.json").read_bytes() == signing_key
    assert not list(tmp_path.glob("*.new"))
    assert len(servers) == 3
    assert all_ended(servers)


async def test_kill_9_of_the_launcher_leaves_no_process_and_no_harm(tmp_path: Path) -> None:
    with launched(tmp_path, "kafka,mongodb") as first:
        servers = first.wait_until_up().children()
        first.send(signal.SIGKILL)
        first.end()
        assert len(servers) == 2
        assert all_ended(servers)

    with launched(tmp_path, "kafka,mongodb", offset=first.offset) as second:
        second.wait_until_up()
        assert await kafka.answers(f"{ports.HOST}:{ports.KAFKA + second.offset}")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_all_in_order(tmp_path: Path, number: signal.Signals) -> None:
    with launched(tmp_path, "mongodb") as launcher:
        servers = launcher.wait_until_up().children()
        for _ in range(3):  # an impatient person must not cut the stopping short
            launcher.send(number)
            sleep(0.1)
        code = launcher.end()

    assert code == 0
    assert servers
    assert all_ended(servers, within_s=0)


def test_ctrl_c_during_the_start_stops_what_was_started(tmp_path: Path) -> None:
    with launched(tmp_path, "kafka,mongodb") as launcher:
        launcher.wait_until_it_says("MongoDB is ready")
        servers = launcher.children()
        launcher.send(signal.SIGINT)
        code = launcher.end()

    assert code == 0
    assert servers
    assert all_ended(servers)
    assert "Paygir is up" not in launcher.said


def test_a_second_up_in_the_same_folder_is_refused_by_name(tmp_path: Path) -> None:
    with launched(tmp_path, "mongodb") as first:
        first.wait_until_up()
        with launched(tmp_path, "mongodb", offset=first.offset) as second:
            code = second.end()
            first_is_alive = first.process.poll() is None

    assert code == 1
    assert second.complained.startswith("Paygir is already up with this data folder (pid ")
    assert f"(pid {first.process.pid})" in second.complained
    assert second.complained.count("\n") == 1
    assert first_is_alive


def test_a_server_that_dies_stops_the_rest_and_shows_its_log(tmp_path: Path) -> None:
    with launched(tmp_path, "mongodb,issuer") as launcher:
        servers = launcher.wait_until_up().children()
        [mongod] = [server for server in servers if server.name() == "mongod"]
        mongod.kill()
        code = launcher.end()
    last_line = (tmp_path / "logs" / "mongod.log").read_text().splitlines()[-1]

    assert code == 1
    assert "mongod ended by itself" in launcher.complained
    assert launcher.complained.endswith(last_line + "\n")
    assert "Traceback" not in launcher.complained
    assert all_ended(servers)


def test_a_service_can_be_doubled_beside_the_stack(tmp_path: Path) -> None:
    with launched(tmp_path, "kafka,mongodb,issuer,complaints") as stack:
        own = f"http://{ports.HOST}:{ports.SERVICES['complaints'] + stack.wait_until_up().offset}"
        words = ("serve", "complaints", "--role", "worker")
        with running(*words, folder=tmp_path, offset=stack.offset) as worker:
            worker.wait_until_it_says("complaints (worker) on ")
            address = worker.said.split()[-1]
            answers = [_ready(own), _ready(address)]

    assert answers == [200, 200]
    assert address != own


def _ready(address: str) -> int:
    """What /ready says at last, within 30 s."""
    code = 0
    until = monotonic() + 30
    while code != 200 and monotonic() < until:
        with contextlib.suppress(httpx.TransportError):
            code = httpx.get(f"{address}/ready", timeout=5, trust_env=False).status_code
        sleep(0.1)
    return code


def test_an_unknown_part_is_named_with_those_there_are(tmp_path: Path) -> None:
    with launched(tmp_path, "kafak") as launcher:
        code = launcher.end()

    assert code == 1
    assert "no such part: kafak" in launcher.complained
    assert "kafka" in launcher.complained


def test_every_server_listens_on_this_machine_only(tmp_path: Path) -> None:
    with launched(tmp_path, "mongodb,issuer") as launcher:
        listening = [
            connection.laddr.ip
            for server in launcher.wait_until_up().children()
            for connection in server.net_connections("inet")
            if connection.status == psutil.CONN_LISTEN
        ]
        launcher.send(signal.SIGTERM)
        launcher.end()

    assert listening == ["127.0.0.1", "127.0.0.1"]
