"""One form to search by, and digits as people read them."""

import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.persian import fold, latin_digits, persian_digits


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("كتاب", "کتاب"),
        ("علي", "علی"),
        ("موسى", "موسی"),
        ("مکة", "مکه"),
        ("خانهٔ ما", "خانه ما"),
        ("خانۀ ما", "خانه ما"),
        ("آب", "اب"),
        ("مُدیـــر", "مدیر"),
        ("می‌شود", "میشود"),
        ("پرونده\u200f ۱۲٣4", "پرونده 1234"),
        ("  دو \t\n خط\u00a0 ", "دو خط"),
        ("ﻛﺘﺎﺏ", "کتاب"),
        ("PAYGIR Straße", "paygir strasse"),
        ("", ""),
    ],
)
def test_what_is_written_in_many_ways_is_found_in_one(written: str, folded: str) -> None:
    assert fold(written) == folded


@given(text=st.text())
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


def test_no_character_at_all_folds_to_something_that_folds_further() -> None:
    """Random text seldom holds the few characters that come apart in two steps."""
    characters = map(chr, range(sys.maxunicode + 1))
    assigned = (c for c in characters if unicodedata.category(c) not in {"Cn", "Co", "Cs"})

    assert [c for c in assigned if fold(once := fold(c)) != once] == []


@given(text=st.text())
def test_digits_change_and_nothing_else_does(text: str) -> None:
    for turned in (latin_digits(text), persian_digits(text)):
        assert len(turned) == len(text)
        assert all(a == b or (a.isdecimal() and int(a) == int(b)) for a, b in zip(text, turned, strict=True))


def test_digits_of_all_three_kinds_are_turned_both_ways() -> None:
    assert latin_digits("۰۱۲۳۴۵۶۷۸۹ ٠١٢٣٤٥٦٧٨٩ 0123456789") == "0123456789 0123456789 0123456789"
    assert persian_digits("۰۱۲۳۴۵۶۷۸۹ ٠١٢٣٤٥٦٧٨٩ 0123456789") == "۰۱۲۳۴۵۶۷۸۹ ۰۱۲۳۴۵۶۷۸۹ ۰۱۲۳۴۵۶۷۸۹"
