"""A clause's figure is the agency's own where it has one, from its day on; else the preset."""

from datetime import date, timedelta
from fractions import Fraction

import pytest

from shared.language import Text
from shared.rule import PRESETS, Figure, Figures, Refused, Rule

REPLY = Rule(clause="X-1", says="Answered within three hours.", preset=timedelta(hours=3))
QUORUM = Rule(clause="X-2", says="Two thirds.", preset=Fraction(2, 3))
LADDER = Rule(clause="X-3", says="Step by step.", preset=(timedelta(hours=3), timedelta(hours=6)))
DAY = date(2026, 11, 22)
DAY_BEFORE = DAY - timedelta(days=1)


def test_without_a_figure_of_its_own_an_agency_has_the_preset() -> None:
    assert PRESETS.of(REPLY, DAY) == timedelta(hours=3)


def test_its_own_figure_holds_from_its_day_on_and_not_the_day_before() -> None:
    own = Figures.made_of([Figure(name="X-1", value="PT2H", from_day=DAY)])

    assert own.of(REPLY, DAY_BEFORE) == timedelta(hours=3)
    assert own.of(REPLY, DAY) == timedelta(hours=2)
    assert own.of(QUORUM, DAY) == Fraction(2, 3)


def test_the_newest_figure_in_force_holds_in_whatever_order_they_came() -> None:
    later = Figure(name="X-1", value="PT1H", from_day=DAY)
    earlier = Figure(name="X-1", value="PT2H", from_day=DAY_BEFORE)

    for figures in ([later, earlier], [earlier, later]):
        own = Figures.made_of(figures)
        assert [own.of(REPLY, day) for day in (DAY_BEFORE, DAY)] == [timedelta(hours=2), timedelta(hours=1)]


def test_a_clause_with_several_figures_keeps_them_apart() -> None:
    steps = Rule(clause="X-1", part="ladder", says="Then one hour.", preset=timedelta(hours=1))
    own = Figures.made_of([Figure(name="X-1/ladder", value="PT2H", from_day=DAY)])

    assert (own.of(REPLY, DAY), own.of(steps, DAY)) == (timedelta(hours=3), timedelta(hours=2))


def test_a_figure_is_read_as_it_travels() -> None:
    assert REPLY.read("PT3H30M") == timedelta(hours=3, minutes=30)
    assert QUORUM.read("3/4") == Fraction(3, 4)
    assert LADDER.read(["PT1H", "PT2H", "PT4H"]) == (
        timedelta(hours=1),
        timedelta(hours=2),
        timedelta(hours=4),
    )


@pytest.mark.parametrize("raw", ["soon", None, {"hours": 3}, []])
def test_what_is_no_figure_is_refused(raw: object) -> None:
    for rule in (REPLY, QUORUM):
        with pytest.raises(ValueError):  # noqa: PT011 - pydantic's own
            rule.read(raw)


def test_a_refusal_names_its_clause() -> None:
    refusal = Refused(QUORUM, Text(fa="حد نصاب نیست.", en="No quorum."))

    assert refusal.rule.clause == "X-2"
    assert str(refusal) == "X-2: No quorum."
