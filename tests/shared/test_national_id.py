"""National ids, as people type them and as they are checked."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.national_id import read_national_id

ID = "0499370899"


@pytest.mark.parametrize(
    "typed", [ID, "۰۴۹۹۳۷۰۸۹۹", "٠٤٩٩٣٧٠٨٩٩", "049-937089-9", " 049 9370 899 ", "0790419904", "0084575948"]
)
def test_a_national_id_is_read_however_it_is_typed(typed: str) -> None:
    assert read_national_id(typed) is not None


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "049937089",
        "04993708990",
        "0499370898",
        "x499370899",
        "²499370899",
        *[str(n) * 10 for n in range(10)],
    ],
)
def test_what_is_too_short_or_long_or_fails_the_check_or_repeats_one_digit_is_none(typed: str) -> None:
    assert read_national_id(typed) is None


@given(st.text(alphabet="0123456789", min_size=9, max_size=9).filter(lambda nine: len(set(nine)) > 1))
def test_of_ten_last_digits_exactly_one_fits(nine: str) -> None:
    assert len([last for last in range(10) if read_national_id(f"{nine}{last}")]) == 1


@given(st.text(max_size=50))
def test_no_text_at_all_makes_it_fail(text: str) -> None:
    assert read_national_id(text) is None or len(text) >= 10
