from datetime import date, time, timedelta
from fractions import Fraction

import pytest

from services.meetings import rules
from shared.rule import Figure, Figures


@pytest.mark.clause("PORTAL-10-3")
@pytest.mark.parametrize(
    ("present", "members", "official"),
    [(4, 6, True), (3, 6, False), (5, 7, True), (4, 7, False), (6, 10, False), (7, 10, True), (0, 0, False)],
)
def test_a_meeting_is_official_with_two_thirds_of_the_members_present(
    present: int, members: int, official: bool
) -> None:
    assert rules.has_quorum(present=present, members=members, quorum=Fraction(2, 3)) is official
    assert rules.has_quorum(present=present, members=members, quorum=rules.QUORUM.preset) is official


@pytest.mark.clause("PORTAL-10-3")
@pytest.mark.parametrize(
    ("votes_for", "present", "adopted"),
    [(3, 5, True), (2, 5, False), (2, 4, False), (3, 4, True), (3, 6, False), (1, 1, True), (0, 0, False)],
)
def test_a_decision_holds_with_the_votes_of_more_than_half_of_those_present_and_never_with_a_tie(
    votes_for: int, present: int, adopted: bool
) -> None:
    majority = rules.MAJORITY.preset

    assert rules.is_majority(votes_for=votes_for, present=present, majority=majority) is adopted


def test_an_agency_may_set_each_figure_of_its_own() -> None:
    own = {
        "PORTAL-10-1/week": 1,
        "PORTAL-10-1/weekday": 0,
        "PORTAL-10-1/hours-second-half": ["10:30", "12:00"],
        "PORTAL-10-1/notice": "P10D",
        "PORTAL-10-3": "3/4",
        "PORTAL-10-3/majority": "2/3",
        "PORTAL-10-6": "PT24H",
    }
    day = date(2026, 11, 22)
    figures = Figures.made_of([Figure(name=name, value=value, from_day=day) for name, value in own.items()])

    assert figures.of(rules.WEEK, day) == 1
    assert figures.of(rules.WEEKDAY, day).name == "SATURDAY"
    assert figures.of(rules.HOURS_SECOND_HALF, day) == (time(10, 30), time(12))
    assert figures.of(rules.NOTICE, day) == timedelta(days=10)
    assert (figures.of(rules.QUORUM, day), figures.of(rules.MAJORITY, day)) == (
        Fraction(3, 4),
        Fraction(2, 3),
    )
    assert figures.of(rules.SENDING_TIME, day) == timedelta(hours=24)
