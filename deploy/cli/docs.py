"""`paygir docs`: freezes the events' schemas, and writes the pages that are drawn from the code."""

from pathlib import Path

import typer

from deploy.cli import directives
from deploy.contracts import asyncapi, figures, moves, page
from deploy.contracts.breaking import breaks
from deploy.contracts.listeners import listeners
from deploy.contracts.schemas import freeze, frozen, schemas
from shared.events.catalogue import public_events
from shared.figures import FILE

ROOT = Path(__file__).parents[2]


def docs() -> None:
    """Freeze the events' schemas, and write anew what else is drawn from the code."""
    promised, now = frozen(), schemas()
    broken = breaks(promised, now)
    if broken:
        print("\n".join(broken))
        print("An event only gets more fields, with a default; else it is a new class with `version = 2`.")
        raise typer.Exit(1)
    for name, schema in now.items():
        if promised.get(name) != schema:
            print(f"frozen: {freeze(name, schema).relative_to(ROOT)}")
    for name, text in pages().items():
        path = ROOT / name
        if not path.exists() or path.read_text("utf-8") != text:
            path.write_text(text, "utf-8")
            print(f"written: {path.relative_to(ROOT)}")


def pages() -> dict[str, str]:
    """The generated files, by where they lie."""
    declared = public_events()
    heard = listeners(declared)
    return {
        "docs/events.md": page.page(declared, heard),
        "docs/asyncapi.yaml": asyncapi.document(declared, heard),
        "docs/complaints.md": moves.page(),
        "docs/directives.md": directives.page(),
        str(FILE.relative_to(ROOT)): figures.text(),
    }
