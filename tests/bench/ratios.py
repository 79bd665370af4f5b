"""What is promised, what was measured, and whether it holds. Ratios carry over from machine to machine."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """A figure to reach: the goal, and the floor under which a change doesn't go in.

    `at_most` is for costs and times, where less is better.
    """

    id: str
    says: str
    goal: float
    floor: float
    at_most: bool = False
    unit: str = "x"

    def reached(self, value: float, limit: float) -> bool:
        """Whether a value is on the right side of a limit."""
        return value <= limit if self.at_most else value >= limit

    @property
    def goal_in_words(self) -> str:
        return f"{'<=' if self.at_most else '>='} {self.goal:g} {self.unit}"

    @property
    def floor_in_words(self) -> str:
        return f"{'<=' if self.at_most else '>='} {self.floor:g} {self.unit}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """One ratio a round, and the figures it was made of (per round, in words of their own)."""

    promise: Promise
    ratios: Sequence[float]
    figures: Mapping[str, Sequence[float]] = field(default_factory=dict[str, Sequence[float]])

    @property
    def floor_held(self) -> bool:
        """The median decides: a single round on a busy machine says little."""
        return self.promise.reached(median(self.ratios), self.promise.floor)

    @property
    def goal_met(self) -> bool:
        return self.promise.reached(median(self.ratios), self.promise.goal)

    @property
    def in_words(self) -> str:
        return f"{spread(self.ratios)} {self.promise.unit}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """What must not happen even once, how often it did; `seen` tells how much there was to go wrong."""

    id: str
    says: str
    faults: Mapping[str, int]
    seen: Mapping[str, int]

    @property
    def floor_held(self) -> bool:
        return not any(self.faults.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class NotMeasured:
    """Why a promise could not be looked at here. Not a failure, and not a proof."""

    id: str
    says: str
    why: str

    @property
    def floor_held(self) -> bool:
        return True


Outcome = Measured | Counted | NotMeasured


def spread(values: Sequence[float]) -> str:
    """Median and range, to three figures."""
    return f"{short(median(values))} [{short(min(values))}-{short(max(values))}]"


def short(value: float) -> str:
    """Thousands without a fraction, ratios with two digits."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.2f}"


def at(sorted_values: Sequence[float], share: float) -> float:
    """The value below which this share of them lies."""
    return sorted_values[min(len(sorted_values) - 1, int(len(sorted_values) * share))]
