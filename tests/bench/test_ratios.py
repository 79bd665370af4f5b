"""The bench's own reckoning: what counts as held, and that nothing is made to look better."""

import pytest

from tests.bench.http_load import request_of
from tests.bench.ratios import Counted, Measured, NotMeasured, Promise, at, spread
from tests.bench.report import lines_of, verdict

FASTER = Promise(id="P1", says="a rate", goal=1.3, floor=1.0)
CHEAPER = Promise(id="P3", says="a cost", goal=10, floor=15, at_most=True, unit="%")


@pytest.mark.parametrize(
    ("promise", "median", "said"),
    [
        (FASTER, 1.3, "goal met"),
        (FASTER, 1.29, "floor held"),
        (FASTER, 1.0, "floor held"),
        (FASTER, 0.99, "**UNDER THE FLOOR**"),
        (CHEAPER, 10, "goal met"),
        (CHEAPER, 10.1, "floor held"),
        (CHEAPER, 15, "floor held"),
        (CHEAPER, 15.1, "**UNDER THE FLOOR**"),
    ],
)
def test_the_median_of_the_rounds_decides(promise: Promise, median: float, said: str) -> None:
    outcome = Measured(promise=promise, ratios=[0.0, median, 1000.0])

    assert verdict(outcome) == said
    assert outcome.floor_held is (said != "**UNDER THE FLOOR**")


def test_one_lost_record_breaks_what_must_be_exact() -> None:
    clean = Counted(id="P9", says="kills", faults={"lost": 0, "doubled": 0}, seen={"events": 9})
    lost = Counted(id="P9", says="kills", faults={"lost": 1, "doubled": 0}, seen={"events": 9})

    assert clean.floor_held
    assert not lost.floor_held
    assert verdict(lost) == "**BROKEN**"


def test_what_was_not_measured_is_said_and_is_no_success() -> None:
    outcome = NotMeasured(id="P8", says="against another", why="it is not installed")

    assert verdict(outcome) == "not measured"
    assert "| P8 | against another | it is not installed |  |  | not measured |" in lines_of([outcome])


def test_the_spread_shows_median_least_and_most() -> None:
    assert spread([3.0, 1.0, 2.0]) == "2.00 [1.00-3.00]"
    assert spread([5000.0, 4000.0, 4500.4]) == "4,500 [4,000-5,000]"


def test_a_share_of_times_is_read_off_the_sorted_ones() -> None:
    times = [float(number) for number in range(1, 101)]

    assert at(times, 0.5) == 51
    assert at(times, 0.99) == 100
    assert at([7.0], 0.99) == 7


def test_a_request_says_how_long_its_body_is() -> None:
    request = request_of("127.0.0.1", 8103, "/v1/complaints", "{«}".encode())

    assert request.startswith(b"POST /v1/complaints HTTP/1.1\r\nhost: 127.0.0.1:8103\r\n")
    assert b"content-length: 4\r\n\r\n" in request
