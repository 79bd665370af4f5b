"""Ids are in order of time, derived ones are the same for ever, and codes survive being read aloud."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.identity import CROCKFORD, derived_id, new_code, new_id, read_code, show_code

CODE = "3TMJWP0K48R6TF3J"


def test_new_ids_are_unlike_and_in_order_of_time() -> None:
    ids = [new_id() for _ in range(1000)]

    assert len(set(ids)) == 1000
    assert sorted(ids) == ids


def test_a_derived_id_is_the_same_for_the_same_parts_in_every_release() -> None:
    assert derived_id("e1:1", "letter") == "57f6cf48-2666-5b51-b888-a4bfcae68736"
    assert derived_id("e1:1", "letter") != derived_id("e1:1letter")


def test_a_code_has_sixteen_characters_that_nobody_confuses() -> None:
    codes = {new_code() for _ in range(200)}

    assert len(codes) == 200
    assert {len(code) for code in codes} == {16}
    assert not set("".join(codes)) & set("ILOU")
    assert all(read_code(code) == code for code in codes)


def test_a_code_is_read_as_people_write_it() -> None:
    shown = show_code(CODE)

    assert [len(group) for group in shown.split("-")] == [4, 4, 4, 4]
    for written in (shown, shown.lower(), f"  {CODE[:8]} {CODE[8:]} ", CODE.replace("0", "o")):
        assert read_code(written) == CODE
    assert read_code(CODE.replace("1", "l").replace("0", "O")) == CODE


@given(st.integers(0, 15), st.sampled_from(CROCKFORD))
def test_one_wrong_character_is_noticed(place: int, other: str) -> None:
    if other != CODE[place]:
        assert read_code(CODE[:place] + other + CODE[place + 1 :]) is None


@pytest.mark.parametrize("text", ["", CODE[:-1], CODE + "0", "۰" * 16, "*" * 16])
def test_what_is_no_code_is_none(text: str) -> None:
    assert read_code(text) is None
