"""A clause of a directive as code: the rule, its figure, and the refusal that names it."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from typing import Any, Generic, TypeVar, cast

from pydantic import TypeAdapter

from shared.language import Text
from shared.persian import latin_digits

T = TypeVar("T")
S = TypeVar("S", timedelta, Fraction, int)
STEPS_MAX = 12
_WRITTEN: Mapping[type, re.Pattern[str]] = {
    timedelta: re.compile(
        r"P(?=.)([0-9]{1,2}Y)?([0-9]{1,3}D)?(T(?=.)([0-9]{1,4}H)?([0-9]{1,4}M)?([0-9]{1,4}S)?)?"
    ),
    Fraction: re.compile(r"[0-9]{1,4}(/[0-9]{1,4})?"),
    int: re.compile(r"[0-9]{1,10}"),
}
"""Narrower than what is read off the wire: `1e999999999` is a fraction, too, and reckoned for hours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Leeway(Generic[S]):
    """How far an agency's own figure may go, for a ladder each of its steps.

    Which of the two ends is the smaller says which way is tighter: less time, or a larger share or count.
    """

    tightest: S
    loosest: S

    def holds(self, step: S) -> bool:
        """Whether it lies between the ends, both included."""
        return self.is_as_tight(step, self.loosest) and self.is_as_tight(self.tightest, step)

    def is_as_tight(self, step: S, than: S) -> bool:
        """At least as tight as the other one."""
        return step <= than if self.tightest < self.loosest else step >= than


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule(Generic[T]):
    """One clause, carried out. Written once, in the `rules.py` of the service that carries it out.

    `preset` is the figure that holds where an agency has none of its own; None where the clause
    asks for something that has no figure. `part` tells a clause's figures apart where it has several.
    `leeway` is how far an agency's own figure may depart from it: None where it may not at all.
    `lacks` says plainly what of the clause is not carried out yet; `paygir directives` shows it.
    """

    clause: str
    says: str
    preset: T
    part: str = ""
    leeway: Leeway[Any] | None = None
    lacks: str = ""

    @property
    def figure(self) -> str:
        """What an agency's own figure for it is kept under: "FOAD-6", or "FOAD-6/ladder" for a part."""
        return f"{self.clause}/{self.part}" if self.part else self.clause

    def read(self, raw: Any) -> T:  # noqa: ANN401 - what came over the wire; checked here
        """A figure as it travels ("PT3H", "2/3", 5) as the preset's type; ValueError if it isn't one."""
        kind: TypeAdapter[T] = TypeAdapter(_type_of(self.preset))
        return kind.validate_python(raw)

    def plain(self, value: T) -> Any:  # noqa: ANN401 - whatever JSON has
        """A figure as it travels."""
        kind: TypeAdapter[T] = TypeAdapter(_type_of(self.preset))
        return kind.dump_python(value, mode="json")

    def read_own(self, written: str) -> T:
        """A figure as people write it: "PT2H", "3/4", or a ladder's steps, "PT0S PT2H PT4H".

        ValueError where it isn't one, or lies beyond the leeway.
        """
        leeway, ladder = self.leeway, isinstance(self.preset, tuple)
        words = latin_digits(written).split()
        if leeway is None or not 1 <= len(words) <= (STEPS_MAX if ladder else 1):
            raise ValueError(f"{self.figure} has no such figure")
        if not all(_WRITTEN[type(leeway.loosest)].fullmatch(word) for word in words):
            raise ValueError(f"not written like {self.write(self.preset)}")
        value = self.read(words if ladder else words[0])
        steps = _steps(value)
        if not all(map(leeway.holds, steps)) or list(steps) != sorted(steps):
            raise ValueError(f"beyond the leeway of {self.figure}")
        return value

    def write(self, value: T) -> str:
        """A figure as people write it, always the same way."""
        plain = self.plain(value)
        return " ".join(plain) if isinstance(value, tuple) else str(plain)

    def is_as_tight(self, value: T, than: T) -> bool:
        """At least as tight as another figure; a ladder by each step, and with no step less."""
        steps, others = _steps(value), _steps(than)
        if self.leeway is None or len(steps) < len(others):
            return False
        return all(self.leeway.is_as_tight(one, other) for one, other in zip(steps, others, strict=False))


def _steps(value: Any) -> tuple[Any, ...]:  # noqa: ANN401 - types are values here
    return cast("tuple[Any, ...]", value) if isinstance(value, tuple) else (value,)


def _type_of(preset: Any) -> Any:  # noqa: ANN401 - types are values here
    """A ladder is a tuple, all its steps of one type."""
    if isinstance(preset, tuple):
        return tuple[type(_steps(preset)[0]), ...]
    return cast("Any", type(preset))


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """An agency's own figure, under the name its rule gives it, valid from a day (local date) on."""

    name: str
    value: Any
    from_day: date


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of one agency: its own where it has some, the presets for the rest."""

    own: Mapping[str, tuple[Figure, ...]] = field(default_factory=dict[str, tuple[Figure, ...]])
    version: int = 0

    @classmethod
    def made_of(cls, figures: Iterable[Figure], *, version: int = 0) -> "Figures":
        """Collect them, in any order."""
        own: dict[str, tuple[Figure, ...]] = {}
        for figure in sorted(figures, key=lambda figure: figure.from_day):
            own[figure.name] = (*own.get(figure.name, ()), figure)
        return cls(own, version)

    def of(self, rule: Rule[T], on: date) -> T:
        """The figure in force on a local day. Old things are judged by the figures of their day."""
        in_force = [f for f in self.own.get(rule.figure, ()) if f.from_day <= on]
        return rule.read(in_force[-1].value) if in_force else rule.preset


PRESETS = Figures()


class Invalid(Exception):
    """What was asked can't be right, whatever the directives say; `pointer` is the place in the body.

    `others` are more places where it is wrong, told along.
    """

    def __init__(self, pointer: str, detail: Text, *, others: Iterable[tuple[str, Text]] = ()) -> None:
        super().__init__(f"{pointer}: {detail.en}")
        self.pointer, self.detail = pointer, detail
        self.places = ((pointer, detail), *others)


class Refused(Exception):
    """A directive does not allow it. HTTP answer, log, event and minutes all name the clause."""

    def __init__(self, rule: Rule[Any], detail: Text) -> None:
        super().__init__(f"{rule.clause}: {detail.en}")
        self.rule, self.detail = rule, detail
