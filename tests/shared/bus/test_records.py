"""A record as it came, whoever sent it."""

import pytest
from pymongo.errors import ConfigurationError, DocumentTooLarge

from shared.bus.records import REDRIVE_HEADER, Received, may_pass


def received(*headers: tuple[str, bytes]) -> Received:
    return Received(topic="t", partition=3, offset=7, key=None, value=None, headers=headers)


@pytest.mark.parametrize(
    ("headers", "is_for"),
    [
        ((), True),
        (((REDRIVE_HEADER, b"paygir.reporting.turns"),), True),
        (((REDRIVE_HEADER, b"paygir.reporting.facts"),), False),
        (((REDRIVE_HEADER, b"\xff"),), False),
    ],
    ids=["from its publisher", "sent back to this one", "sent back to another", "no text at all"],
)
def test_a_record_is_for_all_or_for_the_one_it_was_sent_back_to(
    headers: tuple[tuple[str, bytes], ...], is_for: bool
) -> None:
    assert received(*headers).is_for("paygir.reporting.turns") is is_for


def test_a_record_says_where_it_lies() -> None:
    assert received().origin == "t/3/7"


def test_a_member_that_is_just_coming_back_is_no_reason_to_bury_a_record() -> None:
    assert may_pass(ConfigurationError("Sessions are not supported by this MongoDB deployment"))
    assert not may_pass(DocumentTooLarge("18 MB"))
