"""The figures that an agency may have its own of, of all services.

Each is declared once, in the `rules.py` of its service, by a rule's `leeway`; `paygir docs` writes them down
in `figures.json`, so that the directory, which sets them, need import no service.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction
from pathlib import Path
from types import MappingProxyType
from typing import Any

from pydantic import TypeAdapter

from shared.rule import Leeway, Rule

FILE = Path(__file__).with_name("figures.json")
_KINDS: Mapping[str, TypeAdapter[Any]] = {
    "time": TypeAdapter(timedelta),
    "share": TypeAdapter(Fraction),
    "count": TypeAdapter(int),
}
_KIND_OF = {timedelta: "time", Fraction: "share", int: "count"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Adaptable:
    """A rule whose figure may be set, and the service that asks for it."""

    service: str
    rule: Rule[Any]

    def entry(self) -> dict[str, Any]:
        """As the file has it. ValueError for a rule without leeway."""
        rule, leeway = self.rule, self.rule.leeway
        if leeway is None:
            raise ValueError(f"{rule.figure} has no leeway")
        kind = _KIND_OF[type(leeway.tightest)]
        return {
            "service": self.service,
            "clause": rule.clause,
            "part": rule.part,
            "says": rule.says,
            "kind": kind,
            "preset": rule.plain(rule.preset),
            "tightest": _KINDS[kind].dump_python(leeway.tightest, mode="json"),
            "loosest": _KINDS[kind].dump_python(leeway.loosest, mode="json"),
        }

    @classmethod
    def of(cls, entry: Mapping[str, Any]) -> "Adaptable":
        """Back from the file."""
        kind = _KINDS[entry["kind"]]
        match entry["preset"]:
            case str() | int() as plain:
                preset = kind.validate_python(plain)
            case steps:
                preset = tuple(kind.validate_python(step) for step in steps)
        rule = Rule(
            clause=entry["clause"],
            part=entry["part"],
            says=entry["says"],
            preset=preset,
            leeway=Leeway(
                tightest=kind.validate_python(entry["tightest"]),
                loosest=kind.validate_python(entry["loosest"]),
            ),
        )
        return cls(service=entry["service"], rule=rule)


def _read() -> Mapping[str, Adaptable]:
    found = [Adaptable.of(entry) for entry in json.loads(FILE.read_text("utf-8"))]
    return MappingProxyType({one.rule.figure: one for one in found})


ADAPTABLE: Mapping[str, Adaptable] = _read()
"""By the figure's name."""
