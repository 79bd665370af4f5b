"""`paygir directives`: every clause, what carries it out, what proves it, what is missing."""

import json
from collections.abc import Iterable
from itertools import groupby
from pathlib import Path
from typing import Annotated

import typer
from rich.box import SIMPLE
from rich.console import Console
from rich.table import Table
from rich.text import Text as Words

from shared.directives.catalogue import DIRECTIVES, SERVICES, Directive
from shared.directives.evidence import gather
from shared.directives.standing import ListWouldGrow, Standing, standings, write_list

ROOT = Path(__file__).parents[2]
NOT_YET = ROOT / "tests" / "architecture" / "not_yet.txt"
WIDTH_COLUMNS = 100


def directives(
    *,
    missing: Annotated[
        bool, typer.Option("--missing", help="Only clauses that lack a rule or a test.")
    ] = False,
    service: Annotated[str | None, typer.Option(help="Only clauses of this service.")] = None,
    fa: Annotated[bool, typer.Option("--fa", help="The directives' own Persian wording.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
    as_page: Annotated[bool, typer.Option("--page", help="The catalogue as docs/directives.md.")] = False,
    write_not_yet: Annotated[
        bool, typer.Option("--write-not-yet", help="Strike what is done off the list of the rest.")
    ] = False,
) -> None:
    """Every clause of the directives: carried out by what, proved by which tests, what is missing."""
    if service is not None and service not in SERVICES:
        raise typer.BadParameter(f"The services are {', '.join(SERVICES)}.")
    if as_page:
        print(page(), end="")
        return
    evidence = gather(ROOT)
    if write_not_yet:
        try:
            struck_off = write_list(NOT_YET, evidence)
        except ListWouldGrow as refusal:
            print(f"Not carried out and not on the list, which may only shrink: {refusal}")
            raise typer.Exit(1) from None
        print(f"Struck off: {', '.join(struck_off) or 'nothing'}")
        return
    shown = [
        standing
        for standing in standings(evidence)
        if not (missing and standing.done) and (service is None or service in standing.clause.services)
    ]
    if as_json:
        print(json.dumps([_plain(standing) for standing in shown], ensure_ascii=False, indent=2))
    else:
        _print(shown, "fa" if fa else "en")


def _plain(standing: Standing) -> dict[str, object]:
    clause = standing.clause
    return {
        "id": clause.id,
        "kind": clause.kind,
        "services": clause.services,
        "says": clause.says._asdict(),
        "carried_out_by": [rule.where for rule in standing.rules],
        "proved_by": [proof.where for proof in standing.proofs],
        "missing": standing.missing,
    }


def _print(shown: Iterable[Standing], language: str) -> None:
    console = Console(width=WIDTH_COLUMNS, highlight=False, soft_wrap=False)
    of_clause = {clause.id: d for d in DIRECTIVES for clause in d.clauses}
    counts = Table("directive", *COUNTED, box=SIMPLE, show_footer=True)
    totals = [0] * len(COUNTED)
    for directive, group in groupby(shown, lambda standing: of_clause[standing.clause.id]):
        standings_ = list(group)
        console.print(_table(directive, standings_, language))
        counted = _counted(standings_)
        counts.add_row(directive.id, *map(str, counted))
        totals = [total + count for total, count in zip(totals, counted, strict=True)]
    for column, footer in zip(counts.columns, ("all", *map(str, totals)), strict=True):
        column.footer = footer
    console.print(counts)


COUNTED = ("clauses", "carried out", "proved", "done", "missing")


def _counted(standings_: list[Standing]) -> list[int]:
    """In the order of COUNTED. A clause is done when it is proved wherever it is carried out."""
    done = sum(s.done for s in standings_)
    return [
        len(standings_),
        sum(bool(s.rules) for s in standings_),
        sum(bool(s.proofs) for s in standings_),
        done,
        len(standings_) - done,
    ]


def _table(directive: Directive, standings_: list[Standing], language: str) -> Table:
    heading = f"{directive.id}: {directive.title.in_(language)}"
    table = Table(title=heading, title_justify="left", box=SIMPLE, show_lines=True, expand=True)
    table.add_column("clause", width=14)
    table.add_column("says", ratio=5)
    table.add_column("carried out by, proved by", ratio=6, overflow="fold")
    table.add_column("missing", width=13)
    for standing in standings_:
        clause = standing.clause
        evidence = [*(r.where for r in standing.rules), *(p.where for p in standing.proofs)]
        table.add_row(
            Words(f"{clause.id}\n{clause.kind}"),
            Words(clause.says.in_(language)),
            Words("\n".join(evidence)),
            Words("\n".join(standing.missing)),
        )
    return table


def page() -> str:
    """The whole catalogue as a Markdown page. Who carries a clause out isn't on it: that changes daily."""
    lines = ["# The five directives, clause by clause", "", ABOUT]
    for directive in DIRECTIVES:
        lines += ["", f"## {directive.id}: {directive.title.en}", ""]
        facts = [directive.source.en]
        facts += [f"{directive.articles} articles"] if directive.articles else []
        facts += [f"approved on {directive.approved_on}"] if directive.approved_on else []
        lines += [_right_to_left(directive.title.fa), "", f"{'; '.join(facts)}."]
        lines += ["", "| id | kind | services | in our words | in the directive's words |"]
        lines += ["| --- | --- | --- | --- | --- |"]
        for clause in directive.clauses:
            services = "all" if clause.services == SERVICES else ", ".join(clause.services)
            says = f"{clause.says.en} | {_right_to_left(clause.says.fa)}"
            lines.append(f"| {clause.id} | {clause.kind} | {services} | {says} |")
    return "\n".join(lines) + "\n"


def _right_to_left(words: str) -> str:
    return f'<span dir="rtl">{words}</span>'


ABOUT = """\
Written by `paygir directives --page` from `shared/directives/*.toml`; change it there.
`paygir directives` tells what carries each clause out and which tests prove it.

- **rule**: the software carries it out or enforces it by itself.
- **feature**: the software gives people the means.
- **duty**: people owe it; the software knows when it falls due, counts the evidence, reminds and reports.
- **context**: an aim or a structure; it becomes configuration."""
