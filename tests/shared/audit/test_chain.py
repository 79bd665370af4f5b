"""From when on an entry that no digest names is no longer new."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from shared.audit.chain import Covered, Named, slipped_in
from tests.shared.audit.forger import plausible

COVERED = Covered(datetime(2026, 11, 22, 9, tzinfo=UTC), 7)
INSTANT = timedelta(milliseconds=1)
FIVE_MINUTES = timedelta(minutes=5)


def write_id(at: datetime, *, version: int = 7) -> str:
    """A UUID of that moment."""
    since_epoch_ms = (at - datetime(1970, 1, 1, tzinfo=UTC)) // INSTANT
    return str(UUID(int=(since_epoch_ms << 80) | (version << 76) | (2 << 62)))


def document(at: datetime, **fields: Any) -> dict[str, Any]:
    return {**plausible("e1", write_id=write_id(at)), **fields}


@pytest.mark.parametrize(
    ("at", "found"),
    [
        (COVERED.to - FIVE_MINUTES - INSTANT, True),
        (COVERED.to - FIVE_MINUTES, False),
        (COVERED.to, False),
        (COVERED.to + FIVE_MINUTES, False),
    ],
)
def test_what_was_written_five_minutes_before_a_digest_is_in_it(at: datetime, found: bool) -> None:
    finding = slipped_in("errands", document(at), [], COVERED)

    assert (finding is not None) is found
    if finding is not None:
        assert (finding.entry, finding.digest) == (1, 7)


def test_what_says_itself_that_it_waits_for_a_digest_is_left_to_it() -> None:
    old = document(COVERED.to - timedelta(days=1), undigested=True)

    assert slipped_in("errands", old, [], COVERED) is None
    assert slipped_in("errands", {**old, "undigested": "yes"}, [], COVERED) is not None


def test_where_no_digest_covers_anything_nothing_slips_in() -> None:
    assert slipped_in("errands", document(COVERED.to - timedelta(days=1)), [], None) is None


def test_what_a_digest_names_is_in_it() -> None:
    old = document(COVERED.to - timedelta(days=1))

    assert slipped_in("errands", old, [Named("water", 1, "ab", 3)], COVERED) is None


@pytest.mark.parametrize("id_", ["", "x", None, 5, {}, write_id(COVERED.to, version=4)])
def test_a_write_whose_id_tells_no_time_counts_as_old(id_: Any) -> None:
    forged = document(COVERED.to)
    forged["history"][0]["write_id"] = id_

    assert slipped_in("errands", forged, [], COVERED) is not None
