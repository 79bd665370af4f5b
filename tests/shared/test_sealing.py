"""Personal data are unreadable without their person's key, and can't be moved or changed unnoticed."""

import base64
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.sealing import MasterKey, NoKey, Unopenable, new_key, seal, unseal

MASTER = MasterKey(bytes(range(32)))
KEY, OTHER = bytes(range(32)), bytes(32)
MOBILE = "09121234567"


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_what_was_sealed_is_opened_again(text: str) -> None:
    assert unseal(KEY, seal(KEY, text, purpose="c1"), purpose="c1") == text


def test_the_same_text_is_sealed_differently_each_time() -> None:
    first, second = (seal(KEY, MOBILE, purpose="c1") for _ in range(2))

    assert first != second
    assert MOBILE.encode() not in base64.b64decode(first)


def test_no_two_persons_get_the_same_key() -> None:
    assert new_key() != new_key()
    assert len(new_key()) == 32


def test_it_cannot_be_opened_for_another_purpose_or_by_another_key() -> None:
    sealed = seal(KEY, MOBILE, purpose="c1")

    with pytest.raises(Unopenable):
        unseal(KEY, sealed, purpose="c2")
    with pytest.raises(Unopenable):
        unseal(OTHER, sealed, purpose="c1")


@given(st.data())
def test_one_changed_bit_anywhere_is_noticed(data: st.DataObject) -> None:
    content = bytearray(base64.b64decode(seal(KEY, MOBILE, purpose="c1")))
    place = data.draw(st.integers(0, len(content) * 8 - 1))
    content[place // 8] ^= 1 << place % 8

    with pytest.raises(Unopenable):
        unseal(KEY, base64.b64encode(content).decode(), purpose="c1")


@pytest.mark.parametrize("nothing", ["", "not base64!", base64.b64encode(b"short").decode()])
def test_what_was_never_sealed_is_not_opened(nothing: str) -> None:
    with pytest.raises(Unopenable):
        unseal(KEY, nothing, purpose="c1")


def test_the_parts_of_a_keyed_hash_do_not_run_together() -> None:
    assert MASTER.keyed_hash("ab", "c") != MASTER.keyed_hash("a", "bc")
    assert MASTER.keyed_hash("a") != MasterKey(bytes(32)).keyed_hash("a")


def test_the_key_comes_from_a_file_or_the_environment(tmp_path: Path) -> None:
    text = base64.b64encode(bytes(range(32))).decode()
    file = tmp_path / "key"
    file.write_text(text + "\n")

    for master in (
        MasterKey.from_settings(file=file, text=None),
        MasterKey.from_settings(file=None, text=text),
    ):
        assert master.keyed_hash("a") == MASTER.keyed_hash("a")


@pytest.mark.parametrize("text", [None, "", "not base64!", base64.b64encode(bytes(31)).decode()])
def test_without_a_proper_key_nothing_starts(text: str | None, tmp_path: Path) -> None:
    with pytest.raises(NoKey):
        MasterKey.from_settings(file=None, text=text)
    with pytest.raises(NoKey):
        MasterKey.from_settings(file=tmp_path / "missing", text=text)
