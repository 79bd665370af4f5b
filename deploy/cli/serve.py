"""`paygir serve`: one service by itself, beside what is already up."""

import os
import sys
from enum import StrEnum
from typing import Annotated

import typer

from deploy.cli.services import must_be_a_service
from deploy.embedded import environment, places, ports
from deploy.embedded.broken import Broken
from deploy.embedded.say import say

NEXT_PORTS = range(10, 300, 10)


class Role(StrEnum):
    """What one process of a service does."""

    API = "api"
    WORKER = "worker"
    ALL = "all"


def serve(
    service: Annotated[str, typer.Argument(help="Its folder under services/")],
    role: Annotated[Role, typer.Option(help="Requests, consumers and sweeps, or both")] = Role.ALL,
    port: Annotated[int, typer.Option(help="0: its own, or the next free one")] = 0,
) -> None:
    """Run one service in this terminal; run it again to double it."""
    must_be_a_service(service)
    folder = places.data_folder()
    listening = port or _free_port(ports.SERVICES[service] + ports.offset())
    env = environment.of_service(
        environment.addresses(environment.idp_of(folder)),
        folder,
        scaled_clock=environment.clock_file(folder).exists(),
    )
    address = f"http://{ports.HOST}:{listening}"
    say(fa=f"{service} ({role}) روی {address}", en=f"{service} ({role}) on {address}")
    os.chdir(places.ROOT)
    words = [sys.executable, "-m", f"services.{service}", "--role", role, "--port", str(listening)]
    os.execve(sys.executable, words, env)  # noqa: S606


def _free_port(own: int) -> int:
    for port in (own, *(own + more for more in NEXT_PORTS)):
        if ports.is_free(port):
            return port
    raise Broken(
        fa=f"از درگاه {own} به بعد درگاه آزادی نیست؛ با --port یکی را نام ببرید.",
        en=f"No port from {own} on is free; name one with --port.",
    )
