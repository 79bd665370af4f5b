from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest

from services.reporting import rules
from services.reporting.domain.card import Card, Follow, Issuing, Rank, percent
from services.reporting.domain.figures import count
from shared.calendar.jalali import JalaliQuarter
from shared.rule import PRESETS, Figure, Figures

AUTUMN = JalaliQuarter(1405, 3)
NOW = datetime(2026, 11, 21, tzinfo=UTC)


def judged(figures: Figures = PRESETS, **counts: int) -> Card:
    """A card with these numbers; all others 0."""
    numbers = {name.replace("_", "-"): number for name, number in counts.items()}
    return Card.of("water", AUTUMN, {**count([], NOW), **numbers}, figures, NOW)


@pytest.mark.clause("FOAD-8")
@pytest.mark.parametrize(
    ("in_time", "late", "rank", "follows"),
    [
        (9000, 1000, Rank.EXCELLENT, Follow.REWARD),
        (8999, 1001, Rank.GOOD, Follow.REWARD),
        (7500, 2500, Rank.GOOD, Follow.REWARD),
        (7499, 2501, Rank.MEDIUM, Follow.TRAINING_THEN_DECISION),
        (5000, 5000, Rank.MEDIUM, Follow.TRAINING_THEN_DECISION),
        (4999, 5001, Rank.WEAK, Follow.TRAINING_THEN_DECISION),
        (0, 10_000, Rank.WEAK, Follow.TRAINING_THEN_DECISION),
    ],
)
def test_excellent_and_good_are_rewarded_and_medium_gets_training_and_then_a_decision(
    in_time: int, late: int, rank: Rank, follows: Follow
) -> None:
    card = judged(received=10_000, in_time=in_time, late=late)

    assert (card.rank, card.follows) == (rank, follows)


@pytest.mark.clause("FOAD-8")
def test_time_and_satisfaction_weigh_four_times_as_much_as_meetings_and_decisions() -> None:
    card = judged(
        received=4,
        in_time=3,
        late=1,
        satisfied=1,
        not_satisfied=2,
        meetings_official=1,
        meetings_not_official=1,
        decisions_in_time=1,
        decisions_late=4,
    )

    assert card.score == (
        (4 * Fraction(3, 4) + 4 * Fraction(1, 3) + Fraction(1, 2) + Fraction(1, 5)) / (4 + 4 + 1 + 1)
    )


@pytest.mark.clause("FOAD-8")
def test_what_had_no_occasion_neither_helps_nor_harms() -> None:
    assert judged(received=4, in_time=3, late=1).score == Fraction(3, 4)
    assert judged(received=4, in_time=3, late=1, satisfied=1).score == (Fraction(3, 4) + 1) / 2


@pytest.mark.clause("FOAD-8")
def test_an_agency_without_any_case_is_not_excellent() -> None:
    card = judged(meetings_official=3, decisions_in_time=3)

    assert (card.rank, card.follows, card.ranked_score) == (Rank.NO_CASES, Follow.NOTHING, None)


@pytest.mark.clause("FOAD-8")
def test_while_no_case_is_due_there_is_no_rank_yet() -> None:
    card = judged(received=3, running=3, meetings_official=3)

    assert (card.rank, card.follows, card.ranked_score) == (Rank.NOT_YET, Follow.NOTHING, None)


@pytest.mark.clause("FOAD-8")
def test_the_provinces_own_figure_holds_from_its_day_and_an_older_quarter_keeps_its_measure() -> None:
    first_of_winter = Figure(name="FOAD-8/excellent", value="19/20", from_day=date(2026, 12, 22))
    stricter = Figures.made_of([first_of_winter])
    counts = {**count([], NOW), "received": 100, "in-time": 94, "late": 6}

    autumn, winter = (Card.of("water", quarter, counts, stricter, NOW) for quarter in (AUTUMN, AUTUMN.next()))
    assert (autumn.rank, winter.rank) == (Rank.EXCELLENT, Rank.GOOD)


@pytest.mark.clause("FOAD-2")
def test_satisfaction_is_measured_exactly_and_not_at_all_where_nobody_spoke() -> None:
    assert rules.share(part=2, rest=1) == Fraction(2, 3)
    assert rules.share(part=0, rest=1) == 0
    assert rules.share(part=0, rest=0) is None


@pytest.mark.parametrize(
    ("share", "shown"),
    [
        (Fraction(2, 3), "66.7"),
        (Fraction(1, 3), "33.3"),
        (Fraction(1, 2000), "0.1"),
        (Fraction(1, 2001), "0.0"),
        (Fraction(8995, 10_000), "90.0"),
        (Fraction(1), "100.0"),
        (Fraction(0), "0.0"),
    ],
)
def test_a_percentage_has_one_decimal_and_half_a_tenth_goes_up(share: Fraction, shown: str) -> None:
    assert str(percent(share)) == shown


def test_what_is_shown_as_ninety_percent_may_still_be_below_it() -> None:
    card = judged(received=10_000, in_time=8995, late=1005)

    assert card.score is not None
    assert (percent(card.score), card.rank) == (Decimal("90.0"), Rank.GOOD)


@pytest.mark.clause("FOAD-7")
def test_a_turn_is_due_fifteen_days_after_the_quarters_end_and_moves_on_once() -> None:
    joined = datetime(2026, 10, 1, tzinfo=UTC)
    due = datetime(2027, 1, 5, 20, 30, tzinfo=UTC)
    turn, _ = Issuing.begin("water", joined, PRESETS)

    assert (turn.quarter, turn.is_due(due - timedelta(milliseconds=1)), turn.is_due(due)) == (
        "1405-Q3",
        False,
        True,
    )
    moved, _ = turn.issued("1405-Q3", PRESETS)
    assert (moved.quarter, moved.issues_at) == ("1405-Q4", datetime(2027, 4, 4, 20, 30, tzinfo=UTC))
    assert moved.issued("1405-Q3", PRESETS) == (moved, [])
    assert turn.issued("1405-Q1", PRESETS) == (turn, [])
