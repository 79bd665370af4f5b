"""`paygir clock`: the scaled clock of a demo."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from deploy.embedded import environment, places
from deploy.embedded.broken import Broken
from shared.clock import FileClock

app = typer.Typer(no_args_is_help=True, help="Show or set the scaled clock of `paygir up --clock scaled`.")


@app.command("show")
def show() -> None:
    """Print the time the services see."""
    print(_clock().now().isoformat())


@app.command("set")
def set_(
    to: Annotated[datetime | None, typer.Option(help="UTC; never back")] = None,
    scale: Annotated[float | None, typer.Option(min=0.0, help="Times as fast as the wall clock")] = None,
) -> None:
    """Jump forward, or make time pass faster, in all services at once."""
    clock = _clock()
    clock.set(to=to.replace(tzinfo=UTC) if to else None, scale=scale)
    print(clock.now().isoformat())


def _clock() -> FileClock:
    file = environment.clock_file(places.data_folder())
    if not file.exists():
        raise Broken(
            fa="ساعت نمایشی در کار نیست. با «paygir up --clock scaled» آغاز کنید.",
            en="There is no scaled clock. Start with `paygir up --clock scaled`.",
        )
    return FileClock(file)
