"""Kavenegar's published client, unchanged: installed apart, talking by TLS to the address that it knows."""

import asyncio
import hashlib
import json
import os
import shutil
import ssl
import subprocess
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import uvicorn
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from fastapi import FastAPI

from deploy.embedded.places import ROOT
from shared.clock import wall_now

LOCKS = Path(__file__).parent / "clients"
PLACE = ROOT / "var" / "kavenegar-client"
HOST = "api.kavenegar.com"
FLAGS = ("--no-deps", "--require-hashes", "--disable-pip-version-check", "-q")
CALLS = """
import json, sys
from kavenegar import APIException, KavenegarAPI
key, calls = json.load(sys.stdin)
api, said = KavenegarAPI(key), []
for method, params in calls:
    try:
        said.append(getattr(api, method)(params))
    except APIException as error:
        said.append(str(error.args[0], "utf-8"))
print(json.dumps(said))
"""
CONNECTED = b"HTTP/1.1 200 Connection established\r\n\r\n"


def installed() -> Path:
    """Where the client is, built of what its hash says with what its hash says."""
    locks = [LOCKS / "build.lock", LOCKS / "requirements.lock"]
    stamp = hashlib.sha256(b"".join(one.read_bytes() for one in locks) + sys.version.encode()).hexdigest()
    place = PLACE / stamp
    if place.exists():
        return place
    making = PLACE / f"{stamp}.{os.getpid()}"
    tools, client = making / "tools", making / "client"
    pip = [sys.executable, "-m", "pip", "install", *FLAGS]
    subprocess.run([*pip, "--only-binary=:all:", "--target", tools, "-r", locks[0]], check=True)
    subprocess.run(
        [*pip, "--no-binary=kavenegar", "--no-build-isolation", "--target", client, "-r", locks[1]],
        check=True,
        env={**os.environ, "PYTHONPATH": str(tools)},
    )
    with suppress(OSError):
        client.rename(place)  # whoever was first
    shutil.rmtree(making)
    return place


@dataclass(frozen=True, slots=True)
class Published:
    """A program that uses it, in a process of its own."""

    key: str
    environment: dict[str, str]

    async def calls(self, *calls: tuple[str, dict[str, Any] | None]) -> list[Any]:
        """What each method gives, or what it raises."""
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-c",
            CALLS,
            env=self.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        said, _ = await process.communicate(json.dumps([self.key, calls]).encode())
        assert process.returncode == 0
        return json.loads(said)


@asynccontextmanager
async def published(app: FastAPI, key: str, folder: Path) -> AsyncGenerator[Published]:
    """It asks for its host through a proxy, as in many an agency; there our service answers in that name."""
    place = await asyncio.to_thread(installed)
    certificate, private_key = _certificate(folder)
    config = uvicorn.Config(
        app,
        port=0,
        lifespan="off",
        log_config=None,
        access_log=False,
        ssl_certfile=str(certificate),
        ssl_keyfile=str(private_key),
        ssl_version=ssl.PROTOCOL_TLS_SERVER,
    )
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110 - uvicorn tells of it by nothing else
        await asyncio.sleep(0.01)
    port: int = server.servers[0].sockets[0].getsockname()[1]

    async def tunnel(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """CONNECT for the one host, carried to the service."""
        asked = await reader.readuntil(b"\r\n\r\n")
        assert asked.startswith(f"CONNECT {HOST}:443 ".encode())
        back, forth = await asyncio.open_connection("127.0.0.1", port)
        writer.write(CONNECTED)
        await asyncio.gather(_pour(reader, forth), _pour(back, writer))

    proxy = await asyncio.start_server(tunnel, "127.0.0.1", 0)
    through = f"http://127.0.0.1:{proxy.sockets[0].getsockname()[1]}"
    names = {"HTTPS_PROXY": through, "REQUESTS_CA_BUNDLE": str(certificate), "PYTHONPATH": str(place)}
    try:
        yield Published(key, {"PATH": os.environ["PATH"], **names})
    finally:
        proxy.close()
        server.should_exit = True
        await serving


async def _pour(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(ConnectionError):
        while part := await reader.read(65_536):
            writer.write(part)
            await writer.drain()
        writer.close()


def _certificate(folder: Path) -> tuple[Path, Path]:
    """In that host's name, its own authority."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOST)])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(wall_now() - timedelta(days=1))
        .not_valid_after(wall_now() + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(HOST)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, SHA256())
    )
    files = folder / "certificate.pem", folder / "key.pem"
    files[0].write_bytes(made.public_bytes(Encoding.PEM))
    files[1].write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return files
