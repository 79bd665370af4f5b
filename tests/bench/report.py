"""The outcome as a table for people, and as docs/performance.md."""

import os
import platform
from collections.abc import Sequence
from pathlib import Path

from deploy.embedded import kafka, mongo
from shared.clock import wall_now
from tests.bench.ratios import Counted, Measured, NotMeasured, Outcome, spread

PAGE = Path(__file__).parents[2] / "docs" / "performance.md"


def verdict(outcome: Outcome) -> str:
    """One word or two."""
    if isinstance(outcome, NotMeasured):
        return "not measured"
    if isinstance(outcome, Counted):
        return "held" if outcome.floor_held else "**BROKEN**"
    if outcome.goal_met:
        return "goal met"
    return "floor held" if outcome.floor_held else "**UNDER THE FLOOR**"


def lines_of(outcomes: Sequence[Outcome]) -> list[str]:
    """The table, and below it what each figure was made of."""
    lines = ["| id | what | measured | goal | floor | |", "| --- | --- | --- | --- | --- | --- |"]
    made_of: list[str] = []
    for outcome in outcomes:
        if isinstance(outcome, Measured):
            cells = [outcome.in_words, outcome.promise.goal_in_words, outcome.promise.floor_in_words]
            lines.append(_row(outcome.promise.id, outcome.promise.says, *cells, verdict(outcome)))
            figures = "; ".join(f"{name}: {spread(values)}" for name, values in outcome.figures.items())
            made_of.append(f"- {outcome.promise.id}: {figures}.")
        elif isinstance(outcome, Counted):
            faults = ", ".join(f"{count} {name}" for name, count in outcome.faults.items())
            lines.append(_row(outcome.id, outcome.says, faults, "0", "0", verdict(outcome)))
            made_of.append(
                f"- {outcome.id}: {', '.join(f'{n:,} {name}' for name, n in outcome.seen.items())}."
            )
        else:
            lines.append(_row(outcome.id, outcome.says, outcome.why, "", "", verdict(outcome)))
    return [*lines, "", "Made of:", "", *made_of]


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


def page(outcomes: Sequence[Outcome], command: str, load_average: float) -> str:
    """The whole of docs/performance.md."""
    head = f"""\
# Performance

Written by `{command}` on {wall_now():%d %B %Y}.

Figures are **ratios between two measures taken in turn in one run**, as median [least-most] over the rounds:
those carry over to other machines, rates don't. The floor is what a change must hold; the command ends
with code 1 if one isn't held.

The machine: {machine()}; load average {load_average:.1f} before the run.
Everything ran on it at once: the service (access and tracing on), API and worker, Kafka {kafka.VERSION}
and MongoDB {mongo.VERSION} (one broker, one member, with a server's memory and their files on a disk),
and the program that made the load.
"""
    return "\n".join([head, *lines_of(outcomes), ""])


def machine() -> str:
    """Cores, processor, memory, kernel; no name."""
    model = next(
        (
            line.partition(":")[2].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if line.startswith("model name")
        ),
        platform.machine(),
    )
    memory_gib = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / (1 << 30)
    python = platform.python_version()
    kernel = platform.release().split("-")[0]
    return f"{os.cpu_count()} cores, {model}, {memory_gib:.0f} GiB, Linux {kernel}, Python {python}"
