"""Runs the measures and writes the report: `paygir bench [--only P1,P4] [--rounds N] [--seconds S]`."""

import argparse
import logging
import os
import sys
from collections.abc import Awaitable, Callable, Sequence

import uvloop

from tests.bench import draining, guarantee, kills, latency, lists, posting, projection, relay
from tests.bench.django_peer import compare
from tests.bench.ratios import Outcome
from tests.bench.report import PAGE, lines_of, page
from tests.bench.stage import Stage, prepare, real_parts

Measure = Callable[..., Awaitable[Sequence[Outcome]]]
MEASURES: dict[tuple[str, ...], Measure] = {
    ("P1", "P2"): posting.measure,
    ("P3",): guarantee.measure,
    ("P4",): latency.measure,
    ("P5",): relay.measure,
    ("P6",): projection.measure,
    ("P7",): draining.measure,
    ("P8",): compare.measure,
    ("P9",): kills.measure,
    ("P10",): lists.measure,
}
ALL = [id_ for ids in MEASURES for id_ in ids]


async def run(stage: Stage, only: frozenset[str], *, rounds: int, seconds: float) -> list[Outcome]:
    """The chosen measures, one after another."""
    await prepare(stage)
    outcomes: list[Outcome] = []
    for ids, measure in MEASURES.items():
        if only.isdisjoint(ids):
            continue
        _say(f"{' and '.join(ids)} ...")
        outcomes += await measure(stage, rounds=rounds, seconds=seconds)
    return outcomes


def main() -> None:
    """Code 1 when a floor isn't held."""
    parser = argparse.ArgumentParser(prog="paygir bench", description=__doc__)
    parser.add_argument("--only", default=",".join(ALL), help="such as P1,P4; then only printed")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--seconds", type=float, default=4.0, help="of each measure in a round")
    parser.add_argument("--no-page", action="store_true", help="docs/performance.md stays as it is")
    asked = parser.parse_args()
    only = frozenset(asked.only.upper().split(","))
    if unknown := only.difference(ALL):
        parser.error(f"no such figure: {', '.join(sorted(unknown))}; there are {', '.join(ALL)}")
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)  # it says each new topic as an error
    if "P8" in only and (why := compare.missing()):
        _say(f"P8 will not be measured: {why}.")  # now, not when the others have taken their half hour
    load_average = os.getloadavg()[0]
    with real_parts() as stage:
        outcomes = uvloop.run(run(stage, only, rounds=asked.rounds, seconds=asked.seconds))
    _say("\n".join(lines_of(outcomes)))
    if only.issuperset(ALL) and not asked.no_page:
        command = f"paygir bench --rounds {asked.rounds} --seconds {asked.seconds:g}"
        PAGE.write_text(page(outcomes, command, load_average))
    sys.exit(0 if all(outcome.floor_held for outcome in outcomes) else 1)


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
