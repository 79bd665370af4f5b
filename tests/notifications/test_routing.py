"""By which gateway a message goes, and how a gateway that does badly is left alone and comes back."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.notifications.domain.breaker import Breaker
from services.notifications.domain.health import LEAST, Minute, health
from services.notifications.domain.quiet import quiet_until
from services.notifications.domain.routing import Way, choose

NOW = datetime(2026, 11, 21, 5, 30, tzinfo=UTC)  # nine in Tehran
WITHIN = timedelta(minutes=5)
MESSAGES = [f"message-{number}" for number in range(6000)]


def shares(*ways: Way) -> Counter[str | None]:
    """How many of the messages each takes."""
    return Counter(choose(ways, one) for one in MESSAGES)


def test_each_gateway_takes_as_many_messages_as_its_weight_says() -> None:
    taken = shares(Way(name="a", weight=3), Way(name="b", weight=1))

    assert 0.72 < taken["a"] / len(MESSAGES) < 0.78


def test_a_message_goes_the_same_way_each_time_and_few_change_theirs_when_one_leaves() -> None:
    ways = [Way(name=name, weight=1) for name in "abc"]
    before = [choose(ways, one) for one in MESSAGES]
    after = [choose(ways[:2], one) for one in MESSAGES]

    assert before == [choose(reversed(ways), one) for one in MESSAGES]
    assert [now for was, now in zip(before, after, strict=True) if was != "c" and was != now] == []


def test_one_that_refused_a_message_has_it_only_when_all_others_refused_it_as_often() -> None:
    once, never = Way(name="a", weight=9, refused=1), Way(name="b", weight=1)

    assert set(shares(once, never)) == {"b"}
    assert set(shares(once, Way(name="b", weight=1, refused=2))) == {"a"}


def test_one_without_weight_takes_only_what_no_other_would() -> None:
    reserve = Way(name="reserve", weight=0)

    assert set(shares(reserve, Way(name="a", weight=0.01))) == {"a"}
    assert set(shares(reserve, Way(name="a", weight=1, refused=1))) == {"reserve"}
    assert choose([], "m") is None


def minutes(*, ago: int, of: int = 5, **counts: int) -> list[Minute]:
    """So many minutes alike, the newest so long ago."""
    return [Minute(at=NOW - timedelta(minutes=ago + one), **counts) for one in range(of)]


def test_a_gateway_that_refuses_loses_its_weight_and_gets_it_back_slowly() -> None:
    failing = minutes(ago=0, handed=20, failed=20)
    healthy = [
        health(failing, NOW + timedelta(minutes=late), receipts_within=None) for late in range(0, 15, 2)
    ]

    assert healthy[0] < 0.1
    assert healthy == sorted(healthy)
    assert all(later - sooner < 0.3 for sooner, later in pairwise(healthy))
    assert healthy[-1] > 0.8


def test_a_gateway_that_takes_everything_and_delivers_nothing_loses_its_weight_too() -> None:
    lying, good = minutes(ago=7, handed=20, took=20), minutes(ago=7, handed=20, took=20, receipts=20)

    assert health(lying, NOW, receipts_within=WITHIN) < 0.1
    assert health(good, NOW, receipts_within=WITHIN) == 1.0
    assert health(lying, NOW, receipts_within=None) == 1.0


def test_receipts_are_missed_only_when_their_time_is_over() -> None:
    just = [Minute(at=NOW - WITHIN - timedelta(seconds=59), handed=50, took=50)]

    assert health(just, NOW, receipts_within=WITHIN) == 1.0
    assert health(just, NOW + timedelta(seconds=1), receipts_within=WITHIN) < 0.1


@given(
    counts=st.lists(
        st.tuples(*[st.integers(min_value=0, max_value=500)] * 4, st.integers(min_value=0, max_value=30))
    )
)
def test_a_weight_is_never_lost_for_ever_and_never_more_than_whole(
    counts: list[tuple[int, int, int, int, int]],
) -> None:
    given_minutes = [
        Minute(at=NOW - timedelta(minutes=ago), handed=handed, failed=failed, took=took, receipts=receipts)
        for handed, failed, took, receipts, ago in counts
    ]

    assert LEAST <= health(given_minutes, NOW, receipts_within=WITHIN) <= 1.0


def test_after_five_faults_in_a_row_a_gateway_is_left_alone_for_ten_seconds() -> None:
    breaker = Breaker()
    for _ in range(4):
        breaker = breaker.failed(NOW)
    assert breaker.lets(NOW)
    assert breaker.went(NOW).failed(NOW).lets(NOW)
    breaker = breaker.failed(NOW)

    assert not breaker.lets(NOW + timedelta(seconds=10) - timedelta.resolution)
    assert breaker.lets(NOW + timedelta(seconds=10))


def test_what_was_under_way_when_it_was_left_alone_makes_the_pause_no_longer() -> None:
    breaker = Breaker()
    for _ in range(40):
        breaker = breaker.failed(NOW)

    assert breaker.lets(NOW + timedelta(seconds=10))


def test_then_one_message_tries_it_and_each_fault_doubles_the_pause_up_to_five_minutes() -> None:
    breaker, now, pauses = Breaker(), NOW, list[float]()
    for _ in range(5):
        breaker = breaker.failed(now)
    for _ in range(7):
        assert breaker.open_until is not None
        pauses.append((breaker.open_until - now).total_seconds())
        now = breaker.open_until
        breaker = breaker.tried(now)
        assert not breaker.lets(now)  # the others wait for the one
        breaker = breaker.failed(now)

    assert pauses == [10, 20, 40, 80, 160, 300, 300]
    assert breaker.went(now) == Breaker(changed_at=now)


@pytest.mark.parametrize(
    ("hour", "minute", "until"),
    [(20, 59, None), (21, 0, 32), (23, 59, 32), (0, 0, 8), (7, 59, 8), (8, 0, None), (12, 0, None)],
)
def test_in_quiet_hours_nothing_goes_until_the_morning(hour: int, minute: int, until: int | None) -> None:
    midnight = datetime(2026, 11, 20, 20, 30, tzinfo=UTC)
    now = midnight + timedelta(hours=hour, minutes=minute)

    ends = quiet_until(now, from_hour=21, until_hour=8)
    assert ends == (None if until is None else midnight + timedelta(hours=until))


def test_quiet_hours_within_a_day_and_none_at_all() -> None:
    assert quiet_until(NOW, from_hour=9, until_hour=10) == NOW + timedelta(hours=1)
    assert quiet_until(NOW, from_hour=9, until_hour=9) is None
    assert quiet_until(NOW, from_hour=24, until_hour=8) is None
