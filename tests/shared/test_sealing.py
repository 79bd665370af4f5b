"""Personal data are unreadable without the province's key, and can't be moved or changed unnoticed."""

import base64
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.sealing import MasterKey, NoKey, Sealed, Unopenable, contact_id

MASTER = MasterKey(bytes(range(32)))
OTHER = MasterKey(bytes(32))
MOBILE = "09121234567"


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_what_was_sealed_is_opened_again(text: str) -> None:
    assert MASTER.open(MASTER.seal(text, purpose="c1"), purpose="c1") == text


def test_the_same_text_is_sealed_differently_each_time() -> None:
    first, second = (MASTER.seal(MOBILE, purpose="c1") for _ in range(2))

    assert first.sealed != second.sealed
    assert first.wrapped_key != second.wrapped_key
    assert MOBILE.encode() not in base64.b64decode(first.sealed)


def test_it_cannot_be_opened_for_another_purpose_or_by_another_key() -> None:
    sealed = MASTER.seal(MOBILE, purpose="c1")

    with pytest.raises(Unopenable):
        MASTER.open(sealed, purpose="c2")
    with pytest.raises(Unopenable):
        OTHER.open(sealed, purpose="c1")


def test_it_cannot_be_opened_once_its_own_key_is_deleted_or_anothers_is_put_there() -> None:
    sealed, another = (MASTER.seal(MOBILE, purpose="c1") for _ in range(2))

    for key in ("", another.wrapped_key):
        with pytest.raises(Unopenable):
            MASTER.open(replace(sealed, wrapped_key=key), purpose="c1")


@given(st.data())
def test_one_changed_bit_anywhere_is_noticed(data: st.DataObject) -> None:
    sealed = MASTER.seal(MOBILE, purpose="c1")
    field = data.draw(st.sampled_from(["sealed", "wrapped_key"]))
    content = bytearray(base64.b64decode(getattr(sealed, field)))
    place = data.draw(st.integers(0, len(content) * 8 - 1))
    content[place // 8] ^= 1 << place % 8
    changed: Sealed = replace(sealed, **{field: base64.b64encode(content).decode()})

    with pytest.raises(Unopenable):
        MASTER.open(changed, purpose="c1")


def test_a_persons_contact_is_the_same_at_one_agency_and_unlike_at_another() -> None:
    at_water = contact_id(MASTER, "water", MOBILE)

    assert at_water == contact_id(MASTER, "water", MOBILE)
    assert at_water != contact_id(MASTER, "roads", MOBILE)
    assert at_water != contact_id(OTHER, "water", MOBILE)
    assert MOBILE not in at_water


def test_the_parts_of_a_keyed_hash_do_not_run_together() -> None:
    assert MASTER.keyed_hash("ab", "c") != MASTER.keyed_hash("a", "bc")


def test_the_key_comes_from_a_file_or_the_environment(tmp_path: Path) -> None:
    text = base64.b64encode(bytes(range(32))).decode()
    file = tmp_path / "key"
    file.write_text(text + "\n")
    sealed = MASTER.seal(MOBILE, purpose="c1")

    for master in (
        MasterKey.from_settings(file=file, text=None),
        MasterKey.from_settings(file=None, text=text),
    ):
        assert master.open(sealed, purpose="c1") == MOBILE


@pytest.mark.parametrize("text", [None, "", "not base64!", base64.b64encode(bytes(31)).decode()])
def test_without_a_proper_key_nothing_starts(text: str | None, tmp_path: Path) -> None:
    with pytest.raises(NoKey):
        MasterKey.from_settings(file=None, text=text)
    with pytest.raises(NoKey):
        MasterKey.from_settings(file=tmp_path / "missing", text=text)
