"""A clause's figure is the agency's own where it has one, from its day on; else the preset."""

from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pytest

from shared.language import Text
from shared.rule import PRESETS, Figure, Figures, Leeway, Refused, Rule

REPLY = Rule(clause="X-1", says="Answered within three hours.", preset=timedelta(hours=3))
QUORUM = Rule(clause="X-2", says="Two thirds.", preset=Fraction(2, 3))
LADDER = Rule(clause="X-3", says="Step by step.", preset=(timedelta(hours=3), timedelta(hours=6)))
HOUR = timedelta(hours=1)
OWN_REPLY = Rule(
    clause="X-1", says="", preset=3 * HOUR, leeway=Leeway(tightest=timedelta(minutes=15), loosest=24 * HOUR)
)
OWN_QUORUM = Rule(
    clause="X-2",
    says="",
    preset=Fraction(2, 3),
    leeway=Leeway(tightest=Fraction(1), loosest=Fraction(1, 2)),
)
OWN_LADDER = Rule(
    clause="X-3",
    says="",
    preset=(0 * HOUR, 2 * HOUR),
    leeway=Leeway(tightest=0 * HOUR, loosest=70 * HOUR),
)
DAY = date(2026, 11, 22)
DAY_BEFORE = DAY - timedelta(days=1)


OWN_COUNT = Rule(clause="X-4", says="", preset=20, leeway=Leeway(tightest=50, loosest=5))


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


@pytest.mark.parametrize(
    ("rule", "written", "value"),
    [
        (OWN_REPLY, "PT2H", 2 * HOUR),
        (OWN_REPLY, "PT120M", 2 * HOUR),
        (OWN_REPLY, " PT۲H ", 2 * HOUR),
        (OWN_REPLY, "PT15M", timedelta(minutes=15)),
        (OWN_REPLY, "P1D", 24 * HOUR),
        (OWN_QUORUM, "3/4", Fraction(3, 4)),
        (OWN_QUORUM, "1/1", Fraction(1)),
        (OWN_QUORUM, "1/2", Fraction(1, 2)),
        (OWN_LADDER, "PT0S PT1H PT3H", (0 * HOUR, HOUR, 3 * HOUR)),
        (OWN_LADDER, "PT30M", (timedelta(minutes=30),)),
        (OWN_COUNT, "5", 5),
        (OWN_COUNT, "۵۰", 50),
    ],
)
def test_a_figure_of_ones_own_is_read_as_people_write_it_and_written_so_again(
    rule: Rule[Any], written: str, value: object
) -> None:
    assert rule.read_own(written) == value
    assert rule.read_own(rule.write(value)) == value


@pytest.mark.parametrize(
    ("rule", "written"),
    [
        *((OWN_REPLY, text) for text in ("", "P", "PT", "P1DT", "3", "PT2H PT1H", "-PT2H", "P1Y", "2/3")),
        (OWN_REPLY, "PT14M59S"),
        (OWN_REPLY, "P1DT1S"),
        (OWN_REPLY, "PT99999H"),
        *((OWN_QUORUM, text) for text in ("1/0", "0.7", "nan", "1e999999999", "1_0/20", "PT2H", "2/3 3/4")),
        (OWN_QUORUM, "49/100"),
        (OWN_QUORUM, "101/100"),
        *((OWN_LADDER, text) for text in ("", "PT2H PT1H", "PT71H", " ".join(["PT1H"] * 13))),
        (REPLY, "PT2H"),
        *((OWN_COUNT, text) for text in ("", "4", "51", "-5", "5.0", "1e1", "5 6", "12345678901")),
    ],
)
def test_what_is_no_figure_or_beyond_the_leeway_is_refused(rule: Rule[Any], written: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - pydantic's own too
        rule.read_own(written)


@pytest.mark.parametrize(
    ("rule", "value", "than", "tight"),
    [
        (OWN_REPLY, 3 * HOUR, 3 * HOUR, True),
        (OWN_REPLY, 2 * HOUR, 3 * HOUR, True),
        (OWN_REPLY, 4 * HOUR, 3 * HOUR, False),
        (OWN_QUORUM, Fraction(3, 4), Fraction(2, 3), True),
        (OWN_QUORUM, Fraction(3, 5), Fraction(2, 3), False),
        (OWN_LADDER, (0 * HOUR, HOUR), (0 * HOUR, 2 * HOUR), True),
        (OWN_LADDER, (0 * HOUR, HOUR, HOUR), (0 * HOUR, 2 * HOUR), True),
        (OWN_LADDER, (HOUR, HOUR), (0 * HOUR, 2 * HOUR), False),
        (OWN_LADDER, (0 * HOUR,), (0 * HOUR, 2 * HOUR), False),
        (REPLY, HOUR, HOUR, False),
        (OWN_COUNT, 20, 20, True),
        (OWN_COUNT, 50, 20, True),
        (OWN_COUNT, 19, 20, False),
    ],
)
def test_less_time_is_tighter_and_a_larger_share_and_a_ladder_with_no_step_later_or_less(
    rule: Rule[Any], value: object, than: object, *, tight: bool
) -> None:
    assert rule.is_as_tight(value, than) is tight


def test_a_figure_of_years_is_read_as_it_is_written() -> None:
    kept = Rule(
        clause="X-4",
        says="",
        preset=timedelta(days=5 * 365),
        leeway=Leeway(tightest=timedelta(days=30), loosest=timedelta(days=10 * 365)),
    )

    assert kept.write(kept.preset) == "P5Y"
    assert kept.read_own("P2Y30D") == timedelta(days=760)
    for beyond in ("P11Y", "P29D", "P100Y", "Y", "PY"):
        with pytest.raises(ValueError):  # noqa: PT011 - pydantic's own too
            kept.read_own(beyond)
