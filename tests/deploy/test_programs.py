"""The image's own programs: how it starts, how it is asked, and the jobs that run once."""

import base64
import os
import secrets
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from threading import Thread

import pytest
from pymongo import AsyncMongoClient
from pymongo.errors import OperationFailure
from typing_extensions import override

from deploy.embedded import mongo, ports
from deploy.embedded.processes import Processes
from deploy.image.found_mongodb import found
from deploy.image.healthy import is_well, port_of
from tests.real import free_ports

ROOT = Path(__file__).parents[2]
START = ROOT / "deploy" / "image" / "start.py"


def start(*words: str, code: str, cwd: Path, **env: str) -> subprocess.CompletedProcess[str]:
    (cwd / "asked.py").write_text(code)
    return subprocess.run(
        [sys.executable, "-B", START, *words],
        cwd=cwd,
        env={"PATH": "", **env},
        capture_output=True,
        text=True,
        check=False,
    )


def test_it_runs_the_named_module_with_the_rest_of_the_words(tmp_path: Path) -> None:
    code = "import sys; assert __name__ == '__main__'; print(sys.argv[1:], sys.path[0])"

    done = start("asked", "--role", "api", code=code, cwd=tmp_path)

    assert (done.stdout, done.returncode) == (f"['--role', 'api'] {tmp_path}\n", 0), done.stderr


def test_without_a_module_it_says_what_is_wanted(tmp_path: Path) -> None:
    done = start(code="", cwd=tmp_path)

    assert done.returncode == 1
    assert "Name a module" in done.stderr


def test_a_secret_becomes_the_setting_of_its_name_unless_that_is_set(tmp_path: Path) -> None:
    (tmp_path / "PAYGIR_MONGODB").write_text("mongodb://from-file\n")
    (tmp_path / "PAYGIR_KAFKA").write_text("from-file")
    (tmp_path / "master_key").write_text("not a setting")
    code = (
        f"import os, pathlib, sys; sys.path.insert(0, {str(ROOT)!r}); before = set(os.environ)\n"
        "from deploy.image.start import take_secrets; take_secrets(pathlib.Path('.'))\n"
        "print(os.environ['PAYGIR_MONGODB'], os.environ['PAYGIR_KAFKA'], set(os.environ) - before)"
    )

    done = start("asked", code=code, cwd=tmp_path, PAYGIR_KAFKA="set")

    assert done.stdout == "mongodb://from-file set {'PAYGIR_MONGODB'}\n", done.stderr


def test_the_port_is_the_one_that_the_command_names() -> None:
    command = ["python", "deploy/image/start.py", "services.complaints", "--role", "worker", "--port", "8103"]

    assert port_of([*command, ""]) == 8103
    assert port_of(["python", "deploy/image/start.py", "deploy.image.make_topics"]) is None


def test_well_is_an_answer_of_200_and_nothing_else() -> None:
    from http.server import BaseHTTPRequestHandler, HTTPServer

    class Service(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200 if self.path == "/live" else 503)
            self.end_headers()

        @override
        def log_message(self, format: str, *args: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Service) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        port = server.server_port
        assert is_well(port, "/live")
        assert not is_well(port, "/ready")
        server.shutdown()
    assert not is_well(port, "/live")


@pytest.fixture
async def strangers(tmp_path: Path) -> AsyncIterator[list[int]]:
    """Three new members that ask for a password and belong to no set yet, by their ports."""
    processes, key = Processes(tmp_path / "logs"), tmp_path / "key"
    key.write_bytes(base64.b64encode(os.urandom(256)))
    key.chmod(0o400)
    members = free_ports(ports.MONGODB + 1, ports.MONGODB + 2, ports.MONGODB + 3)
    try:
        for port in members:
            folder = tmp_path / str(port)
            folder.mkdir()
            member = processes.spawn(
                f"mongod-{port}",
                [
                    *(mongo.program(), "--replSet", "rs0", "--port", str(port), "--bind_ip", ports.HOST),
                    *("--dbpath", folder, "--nounixsocket", "--keyFile", key),
                    *("--wiredTigerCacheSizeGB", "0.25", "--oplogSize", "64"),
                ],
                env=mongo.environment(),
            )
            await member.wait_until(lambda port=port: mongo.answers(port))
        yield members
    finally:
        await processes.stop_all(grace_s=2)


@pytest.mark.real
async def test_a_set_is_founded_once_and_opens_only_to_its_users(strangers: list[int]) -> None:
    password = secrets.token_urlsafe(24)
    names = ",".join(f"{ports.HOST}:{port}" for port in strangers)
    address = f"mongodb://paygir:{password}@{names}/?replicaSet=rs0&authSource=admin"
    first, administrator = f"{ports.HOST}:{strangers[0]}", secrets.token_urlsafe(24)

    assert await found(address, first=first, administrator_password=administrator) is True
    assert await found(address, first=first, administrator_password=administrator) is False

    async with AsyncMongoClient[dict[str, object]](address, w="majority") as services:
        await services["paygir_complaints"]["complaints"].insert_one({"_id": "1"})
        with pytest.raises(OperationFailure):
            await services.admin.command("createUser", "other", pwd=password, roles=["root"])
    async with AsyncMongoClient[dict[str, object]](f"mongodb://{names}/?replicaSet=rs0") as nobody:
        with pytest.raises(OperationFailure, match="requires authentication"):
            await nobody["paygir_complaints"]["complaints"].find_one({})
