"""`paygir dlq`: the records that a service could not work, and how each is mended."""

import asyncio
import json
from typing import Annotated

import typer
from aiokafka.errors import KafkaError

from deploy.cli.replay import owner_of, tell_again
from deploy.cli.services import PATIENCE_MS, all_databases
from deploy.embedded import environment
from deploy.embedded.broken import Broken
from deploy.embedded.say import say
from shared.bus.dead_letters import DeadLetter, mark_done, open_letters, redrive
from shared.bus.effects import Mend
from shared.cloudevents import Envelope, Unreadable
from shared.directives.catalogue import SERVICES
from shared.mongo import connect
from shared.outbox.kafka import producer

app = typer.Typer(no_args_is_help=True, help="List, show and mend dead letters.")
Service = Annotated[str, typer.Argument(help="The service that could not work the record")]
Place = Annotated[str, typer.Argument(help="The letter, as `paygir dlq list` names it: 0/17")]


@app.command("list")
def list_(service: Annotated[str | None, typer.Argument(help="Only this service's")] = None) -> None:
    """Print all that nobody has mended yet."""
    for letter in asyncio.run(_open([service] if service else [*SERVICES])):
        print(letter.service, letter.place, letter.at.isoformat(timespec="seconds"), letter.mend, end=" ")
        print(letter.subscription, letter.origin, letter.error.splitlines()[0] if letter.error else "")


@app.command()
def show(service: Service, place: Place) -> None:
    """Print one whole, as JSON."""
    letter = _find(asyncio.run(_open([service])), place)
    headers = {name: value.decode(errors="backslashreplace") for name, value in letter.headers}
    whole = {
        "at": letter.at.isoformat(),
        "subscription": letter.subscription,
        "origin": letter.origin,
        "error": letter.error,
        "mend": letter.mend,
        "key": _text(letter.key),
        "headers": headers,
        "value": _text(letter.value),
    }
    print(json.dumps(whole, ensure_ascii=False, indent=2))


@app.command("redrive")
def redrive_(
    service: Service,
    place: Annotated[str | None, typer.Argument(help="One letter: 0/17")] = None,
    *,
    all_: Annotated[bool, typer.Option("--all", help="All open letters of the service")] = False,
) -> None:
    """Send a record to its subscription once more; for a projection, replay the record's aggregate."""
    if all_ != (place is None):
        raise typer.BadParameter("Give a letter, or --all.")
    asyncio.run(_mend(service, place))


@app.command()
def close(service: Service, place: Place) -> None:
    """Take a letter off the list that somebody looked at and that needs nothing more."""
    asyncio.run(_close(service, place))


async def _mend(service: str, place: str | None) -> None:
    letters = await _open([service])
    for letter in letters if place is None else [_find(letters, place)]:
        try:
            await _mend_one(letter)
        except Broken as broken:
            if place is not None:
                raise
            print(broken.said())


async def _mend_one(letter: DeadLetter) -> None:
    async with producer(environment.addresses().kafka) as one:
        match letter.mend:
            case Mend.REDRIVE:
                await redrive(one, letter)
            case Mend.REPLAY:
                await _replay(letter)
                await mark_done(one, letter)
            case Mend.RESEND:
                raise Broken(
                    fa=f"{letter.place}: تنها فرستندهٔ این رکورد می‌تواند آن را دوباره بفرستد.",
                    en=f"{letter.place}: only the sender of this record can send it again.",
                )
    say(fa=f"{letter.place}: انجام شد.", en=f"{letter.place}: done.")


async def _replay(letter: DeadLetter) -> None:
    try:
        aggregate = Envelope.read(letter.headers, letter.value).subject
    except Unreadable:
        raise Broken(
            fa=f"{letter.place}: رویداد ما نیست و چیزی برای بازپخش ندارد؛ «paygir dlq close» را بزنید.",
            en=f"{letter.place}: no event of ours, so there is nothing to replay; use `paygir dlq close`.",
        ) from None
    async with connect(environment.addresses().mongodb, timeout_ms=PATIENCE_MS) as client:
        await tell_again(await owner_of(await all_databases(client), aggregate), aggregate)


async def _close(service: str, place: str) -> None:
    letter = _find(await _open([service]), place)
    async with producer(environment.addresses().kafka) as one:
        await mark_done(one, letter)


async def _open(services: list[str]) -> list[DeadLetter]:
    servers = environment.addresses().kafka
    try:
        return [letter for service in services for letter in await open_letters(servers, service)]
    except KafkaError as error:
        raise Broken(
            fa=f"رکوردهای پردازش‌نشده از {', '.join(servers)} خوانده نشد: {error!r}",
            en=f"The dead letters can't be read from {', '.join(servers)}: {error!r}",
        ) from error


def _find(letters: list[DeadLetter], place: str) -> DeadLetter:
    for letter in letters:
        if letter.place == place:
            return letter
    raise Broken(fa=f"رکورد پردازش‌نشده‌ای با نشانی {place} باز نیست.", en=f"No open letter is at {place}.")


def _text(data: bytes | None) -> str | None:
    return None if data is None else data.decode(errors="backslashreplace")
