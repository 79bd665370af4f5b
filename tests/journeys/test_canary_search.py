"""The search for the canary sees it in every spelling and place: a blind search would find nothing."""

import pytest

from tests.journeys.canary import MARKS, Hits, found_in, spellings


@pytest.mark.parametrize(
    ("what", "spelling"), [(mark.what, one) for mark in MARKS for one in spellings(mark.what)]
)
def test_a_mark_is_found_in_every_spelling(what: str, spelling: str) -> None:
    assert what in found_in(f'{{"at": 7, "said": "{spelling}"}}')
    assert what in found_in(f"متن {spelling} متن".encode())


@pytest.mark.parametrize(
    "harmless", ["0912***4321", "9127654320", "فرخنده", "c" * 32, "", "۰۹۱۲ ۷۶۵", "قنات"]
)
def test_what_tells_nobody_is_not_found(harmless: str) -> None:
    assert found_in(harmless) == []


def test_a_document_is_searched_in_its_values_names_and_bytes() -> None:
    hits = Hits()
    hits.search_document(
        "db.things",
        {"a": [{"b": "09127654321"}], "pending": {"value": b"09127654321"}, "9127654321": 1, "c": 7},
    )

    assert hits.places() == {"db.things:a.b", "db.things:pending.value", "db.things:(name)"}
