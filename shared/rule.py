"""A clause of a directive as code: the rule, its figure, and the refusal that names it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Generic, TypeVar, cast

from pydantic import TypeAdapter

from shared.language import Text

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule(Generic[T]):
    """One clause, carried out. Written once, in the `rules.py` of the service that carries it out.

    `preset` is the figure that holds where an agency has none of its own; None where the clause
    asks for something that has no figure. `part` tells a clause's figures apart where it has several.
    `lacks` says plainly what of the clause is not carried out yet; `paygir directives` shows it.
    """

    clause: str
    says: str
    preset: T
    part: str = ""
    lacks: str = ""

    @property
    def figure(self) -> str:
        """What an agency's own figure for it is kept under: "FOAD-6", or "FOAD-6/ladder" for a part."""
        return f"{self.clause}/{self.part}" if self.part else self.clause

    def read(self, raw: Any) -> T:  # noqa: ANN401 - what came over the wire; checked here
        """A figure as it travels ("PT3H", "2/3", 5) as the preset's type; ValueError if it isn't one."""
        kind: TypeAdapter[T] = TypeAdapter(_type_of(self.preset))
        return kind.validate_python(raw)


def _type_of(preset: Any) -> Any:  # noqa: ANN401 - types are values here
    """A ladder is a tuple, all its steps of one type."""
    if isinstance(preset, tuple):
        steps = cast("tuple[Any, ...]", preset)
        return tuple[type(steps[0]), ...]
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
