"""`paygir roles`: who may do what, in each service."""

import importlib
from collections.abc import Iterator

from rich.box import SIMPLE
from rich.console import Console
from rich.table import Table

from deploy.embedded.broken import language
from deploy.embedded.places import ROOT
from shared.access.who import May
from shared.language import Text

EVERYBODY = Text(fa="همه", en="everybody")
WIDTH_COLUMNS = 110


def roles() -> None:
    """Print every service's access table, read from its code."""
    console = Console(width=WIDTH_COLUMNS)
    spoken = language()
    for service, permissions in access_tables():
        table = Table(
            Text(fa="کار", en="action").in_(spoken), box=SIMPLE, title=service, title_justify="left"
        )
        table.add_column(Text(fa="یعنی", en="means").in_(spoken))
        table.add_column(Text(fa="نقش‌ها", en="roles").in_(spoken), overflow="fold")
        for may in permissions:
            who = EVERYBODY.in_(spoken) if may.to_all else ", ".join(sorted(may.roles))
            table.add_row(may.name, may.says.in_(spoken), who)
        console.print(table)


def access_tables() -> Iterator[tuple[str, list[May]]]:
    """Each service that has an `access.py`, with all that can be done there."""
    for path in sorted((ROOT / "services").glob("*/access.py")):
        service = path.parent.name
        table = importlib.import_module(f"services.{service}.access")
        yield service, [value for value in vars(table).values() if isinstance(value, May)]
