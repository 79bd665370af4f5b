"""The clauses that bind report cards: figures and yes-or-no questions, nothing else.

The directives say that cards are issued and agencies ranked, not how the rank is reckoned: weights and
thresholds are our presets. They are asked of the province, not of the agency: all are measured alike.
"""

from collections.abc import Iterable
from datetime import timedelta
from fractions import Fraction

from shared.rule import Rule

SATISFACTION = Rule(
    clause="FOAD-2",
    says="The people's satisfaction and dissatisfaction are measured; who gave no verdict is shown apart.",
    preset=None,
)
ISSUED_AFTER = Rule(
    clause="FOAD-7",
    says="Every three months each agency gets its own report card: so long after the quarter's end.",
    # By then the last day's cases are answered, after Nowruz too, and had their seven days for a verdict.
    preset=timedelta(days=15),
)
EXCELLENT = Rule(
    clause="FOAD-8",
    part="excellent",
    says="From this score on an agency is excellent, and is rewarded.",
    lacks="What follows a rank is named; whether it was done nobody follows up yet.",
    preset=Fraction(9, 10),
)
GOOD = Rule(
    clause="FOAD-8",
    part="good",
    says="From this score on an agency is good, and is rewarded.",
    preset=Fraction(3, 4),
)
MEDIUM = Rule(
    clause="FOAD-8",
    part="medium",
    says="From this score on an agency is medium: it gets training, and then a decision. Below it is weak.",
    preset=Fraction(1, 2),
)
WEIGHT_IN_TIME = Rule(
    clause="FOAD-8",
    part="weight-in-time",
    says="What the share of cases answered in time weighs in the score.",
    preset=Fraction(4),
)
WEIGHT_SATISFIED = Rule(
    clause="FOAD-8",
    part="weight-satisfied",
    says="What the share of satisfied citizens weighs in the score.",
    preset=Fraction(4),
)
WEIGHT_MEETINGS = Rule(
    clause="FOAD-8",
    part="weight-meetings",
    says="What the share of official meetings weighs in the score.",
    preset=Fraction(1),
)
WEIGHT_DECISIONS = Rule(
    clause="FOAD-8",
    part="weight-decisions",
    says="What the share of meetings whose decisions were sent in time weighs in the score.",
    preset=Fraction(1),
)


def share(*, part: int, rest: int) -> Fraction | None:
    """The part's share of both; None where there is neither."""
    return Fraction(part, part + rest) if part + rest else None


def score(weighed: Iterable[tuple[Fraction | None, Fraction]]) -> Fraction | None:
    """The weighted mean of the shares there are: what had no occasion neither helps nor harms."""
    there = [(one, weight) for one, weight in weighed if one is not None]
    weight = sum((weight for _, weight in there), Fraction(0))
    if not weight:
        return None
    return sum((one * weight for one, weight in there), Fraction(0)) / weight
