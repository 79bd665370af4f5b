"""`paygir up`: everything on this machine, until Ctrl-C."""

import asyncio
import contextlib
import os
import resource
from enum import StrEnum
from typing import Annotated

import typer

from deploy.embedded import environment, places, ports, stack
from deploy.embedded.broken import Broken
from deploy.embedded.environment import Idp
from deploy.embedded.say import say


class Clock(StrEnum):
    """Which time the services see."""

    SYSTEM = "system"
    SCALED = "scaled"


class Issuer(StrEnum):
    """Who signs tokens."""

    DEV = "dev"
    KEYCLOAK = "keycloak"
    NONE = "none"


def up(
    only: Annotated[str, typer.Option(help="Parts or services, comma separated: kafka,mongodb")] = "",
    idp: Annotated[
        Issuer, typer.Option(help="keycloak: a real one; none: that of PAYGIR_ISSUER")
    ] = Issuer.DEV,
    clock: Annotated[Clock, typer.Option(help="scaled: `paygir clock set` makes hours pass")] = Clock.SYSTEM,
    demo: Annotated[bool, typer.Option(help="Load the demo province into a new database")] = True,
) -> None:
    """Start Kafka, MongoDB and all services here; Ctrl-C stops everything."""
    names = _names(only)
    if idp is Issuer.KEYCLOAK and "issuer" in environment.given():
        raise Broken(
            fa="PAYGIR_ISSUER تنظیم شده است؛ آن را بردارید یا --idp keycloak را ننویسید.",
            en="PAYGIR_ISSUER is set: unset it, or leave out --idp keycloak.",
        )
    if idp is Issuer.NONE:
        names -= {"issuer"}
    _raise_file_limit()
    wanted = stack.Wanted(
        folder=places.data_folder(),
        names=names,
        scaled_clock=clock is Clock.SCALED,
        demo=demo,
        idp=Idp.KEYCLOAK if idp is Issuer.KEYCLOAK else Idp.DEV,
    )
    asyncio.run(_run(wanted))


async def _run(wanted: stack.Wanted) -> None:
    task = asyncio.current_task()
    assert task is not None  # noqa: S101  asyncio.run made one
    stack.cancel_on_signals(task)
    with contextlib.suppress(asyncio.CancelledError):  # somebody asked to stop: that is no failure
        async with stack.up(wanted) as running:
            _show_addresses(running)
            await running.watch()
    say(fa="همه‌چیز متوقف شد.", en="All stopped.")


def _names(only: str) -> frozenset[str]:
    everything = stack.everything()
    asked = frozenset(filter(None, (name.strip() for name in only.split(",")))) or everything
    if unknown := asked - everything:
        listed, known = ", ".join(sorted(unknown)), ", ".join(sorted(everything))
        raise Broken(
            fa=f"چنین بخشی وجود ندارد: {listed}. بخش‌ها: {known}",
            en=f"There is no such part: {listed}. There are: {known}",
        )
    return asked


def _show_addresses(running: stack.Stack) -> None:
    where, names = running.where, running.wanted.names
    lines = {"kafka": ",".join(where.kafka), "mongodb": where.mongodb, "issuer": where.issuer}
    for name in stack.services():
        lines[name] = f"http://{ports.HOST}:{ports.SERVICES[name] + ports.offset()}"
    say(fa="\nپیگیر آماده است:", en="\nPaygir is up:")
    for name, address in lines.items():
        if name in names:
            say(fa=f"  {name:14}{address}", en=f"  {name:14}{address}")
    pid, folder = os.getpid(), running.wanted.folder
    say(
        fa=f"داده‌ها و گزارش‌ها در {folder} (pid {pid}). برای توقف Ctrl-C را بزنید.",
        en=f"Data and logs are in {folder} (pid {pid}). Ctrl-C stops all.",
    )


def _raise_file_limit() -> None:
    """Kafka keeps a file open for each partition; a soft limit of 256 is too low for them."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    with contextlib.suppress(ValueError):  # macOS names a hard limit it does not accept
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
