"""What docs/subscribing.md prints is run as it is printed."""

import asyncio
import socket
import subprocess
import sys
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import httpx
import pytest
from pymongo.asynchronous.database import AsyncDatabase

from deploy.embedded.places import ROOT
from deploy.embedded.topics import declared
from services.notifications.app import assemble
from services.notifications.settings import Settings
from shared.events.complaints import ComplaintFiled
from shared.events.event import events_topic
from tests.deploy.printed import printed_programs
from tests.notifications.receiver import FILED, comes, happened, log, registered, send, system
from tests.serving import Serving, bearer, serving

ACLS = ROOT / "deploy" / "reader-acls.sh"
STARTS_WITHIN_S = 20


@pytest.fixture
async def running(database: AsyncDatabase[dict[str, Any]]) -> AsyncIterator[Serving]:
    settings = Settings(sandbox=True, webhook_loopback=True)
    async with serving("notifications", settings, assemble, database) as one:
        yield one


def printed() -> str:
    return printed_programs()[0]


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


@asynccontextmanager
async def started(folder: Path, port: int, secret: str) -> AsyncGenerator["asyncio.subprocess.Process"]:
    """The printed receiver, listening."""
    file = folder / "receive.py"
    file.write_text(printed())
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        str(file),
        env={"WEBHOOK_SECRET": secret, "PORT": str(port)},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    try:
        async with asyncio.timeout(STARTS_WITHIN_S):
            while not await _listens(port):
                assert process.returncode is None
                await asyncio.sleep(0.02)
        yield process
    finally:
        with suppress(ProcessLookupError):  # a test ended it, and its end is known already
            process.kill()
        await process.communicate()


async def _listens(port: int) -> bool:
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return False
    writer.close()
    await writer.wait_closed()
    return True


@pytest.mark.real
async def test_the_printed_receiver_takes_what_is_ours_once_and_refuses_what_is_forged(
    running: Serving, tmp_path: Path
) -> None:
    assert len(printed().strip().splitlines()) < 30
    port = free_port()
    told, secret = await registered(running, f"http://127.0.0.1:{port}/")
    async with started(tmp_path, port, secret) as receiver:
        await comes(running, happened(running, ComplaintFiled))
        await send(running)
        [line] = await log(running, told["id"])
        assert [one["code"] for one in line["tries"]] == ["204"]
        assert receiver.stdout is not None
        said = (await receiver.stdout.readline()).decode()
        assert said.startswith(f"{FILED} case-1 {{'agency_id': 'water'")

        async with system() as well:  # what a true one looks like, to forge it and to send it again
            await running.http.put(
                f"/v1/subscriptions/{told['id']}",
                json={"name": "x", "types": [FILED], "url": well.url},
                headers=bearer("water.head"),
            )
            await comes(running, happened(running, ComplaintFiled, "case-2"))
            await send(running)
        [true] = well.got
        forged = {
            "changed": (true.headers, true.body.replace(b"water", b"roads")),
            "unsigned": ({"content-length": true.headers["content-length"]}, true.body),
            "by another": ({**true.headers, "webhook-signature": "v1,AAAA"}, true.body),
        }
        async with httpx.AsyncClient() as http:
            for what, (headers, body) in forged.items():
                answer = await http.post(f"http://127.0.0.1:{port}/", headers=headers, content=body)
                assert answer.status_code == 401, what
            for _ in range(2):
                answer = await http.post(f"http://127.0.0.1:{port}/", headers=true.headers, content=true.body)
                assert answer.status_code == 204
        receiver.kill()
        rest = (await receiver.stdout.read()).decode().splitlines()
        assert [one.split()[1] for one in rest] == ["case-2"]


def test_a_reader_may_read_the_public_topics_and_its_own_groups_and_nothing_else(tmp_path: Path) -> None:
    stand_in = tmp_path / "kafka-acls.sh"
    stand_in.write_text('#!/bin/sh\necho "$@"\n')
    stand_in.chmod(0o755)
    done = subprocess.run(
        [ACLS, "dashboard", "--command-config", "admin.properties"],
        env={"PATH": f"{tmp_path}:/usr/bin:/bin", "BOOTSTRAP": "kafka-1:9092"},
        capture_output=True,
        text=True,
        check=True,
    )
    lines = [line.split() for line in done.stdout.splitlines()]
    topics = [line[line.index("--topic") + 1] for line in lines if "--topic" in line]
    public = [one.name for one in declared() if one.name.endswith(".events")]

    assert sorted(topics) == sorted(public)
    assert {events_topic("complaints")} < set(topics)
    assert [one for one in topics if one in {"paygir.contacts", "paygir.keys"} or "dead" in one] == []
    for line in lines:
        assert line[:5] == [
            "--bootstrap-server",
            "kafka-1:9092",
            "--add",
            "--allow-principal",
            "User:dashboard",
        ]
        operations = {line[at + 1] for at, word in enumerate(line) if word == "--operation"}
        assert operations == ({"Read", "Describe"} if "--topic" in line else {"Read"})
        assert line[-2:] == ["--command-config", "admin.properties"]
    [group] = [line for line in lines if "--topic" not in line]
    assert group[group.index("--group") + 1] == "dashboard."


def test_without_an_account_or_brokers_nobody_is_let_in() -> None:
    for words in ([ACLS], [ACLS, "dashboard"]):
        done = subprocess.run(words, env={"PATH": "/usr/bin:/bin"}, capture_output=True, check=False)
        assert done.returncode != 0
