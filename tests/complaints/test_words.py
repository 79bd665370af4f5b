"""What is remembered of words changes none of them, stays small, and holds nobody's number."""

import re
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from services.complaints.domain import words
from services.complaints.domain.words import KEPT, words_of
from shared.persian import fold
from shared.personal import names_a_number

LEFT_OUT = (
    "از به در با بر تا که را و یا این ان برای است هست بود شد شده شود هم نیز من ما شما او انها ها های هایی می "
    "نمی کرد کردند کردم گفت گفتند اما ولی اگر چون پس هر یک سلام and the of to"
)
PLURALS = ("هایشان", "هایمان", "هایتان", "هایی", "هایم", "هایت", "هایش", "های", "ها", "ی")
MOBILE = "09121234567"
WRITTEN = (
    "اداره اداره‌ها ادارهها ها كتاب‌هاي کتــاب مُدیرِ کتاب‌هایشان خانهٔ آب هایی ی می‌شود از و The Straße PERMIT-12a "
    "a_b _ ۱۲۳۴ ٤٥٦ 789 09121234567 ۰۹۱۲۱۲۳۴۵۶۷ ٠٩١٢١٢٣٤٥٦٧ی 0912-123-4567 0912 1234567 0084575948 "
    "۰۰۸۴۵۷۵۹۴۸ ⁰⁹¹²¹²³⁴⁵⁶⁷ ①② ، ؟! « » . ´ ﷺ"
)
UNSEEN = ("\u200c", "\u200f", "\u0640", "\u064e", "\x00", "\x1c", "\u00a0", "\n", " ", "\t")
PIECES = (*WRITTEN.split(), *UNSEEN, "ک" * 40)
TEXTS = st.lists(st.sampled_from(PIECES) | st.just(" ") | st.text(max_size=8), max_size=60)


def plainly(text: str) -> list[str]:
    """The whole text at once, with nothing remembered."""
    found: dict[str, None] = {}
    for word in re.findall(r"[^\W_]+", fold(text)):
        if word in LEFT_OUT.split():
            continue
        endings = [one for one in PLURALS if word.endswith(one) and len(word) - len(one) >= 3]
        stem = word.removesuffix(endings[0]) if endings else word
        if len(stem) >= 2 and not (len(stem) >= 10 and names_a_number(stem)):
            found[stem] = None
    return [*found][:300]


@given(pieces=TEXTS)
@example(pieces=[])
@example(pieces=[f"{a}{b} " for a in PIECES for b in PIECES])
@example(pieces=[f"w{number} " for number in range(4000)])
def test_the_words_are_those_of_the_whole_text_the_first_time_and_when_they_are_remembered(
    pieces: list[str],
) -> None:
    text = "".join(pieces)
    KEPT.clear()

    assert [*words_of(text)] == plainly(text)
    assert [*words_of(text)] == plainly(text)


@given(pieces=TEXTS)
@example(pieces=[f"{piece} " for piece in PIECES])
def test_nothing_with_a_digit_in_it_is_remembered_and_nothing_long(pieces: list[str]) -> None:
    words_of("".join(pieces))

    seen = [unicodedata.normalize("NFKD", piece) for piece in KEPT]
    assert not any(character.isdecimal() for piece in seen for character in piece)
    assert all(len(piece) <= 24 for piece in KEPT)


def test_common_pieces_are_remembered_and_no_more_than_so_many(monkeypatch: pytest.MonkeyPatch) -> None:
    KEPT.clear()
    words_of(f"اداره‌ها کنتور {MOBILE}")
    assert KEPT == {"اداره‌ها": ("اداره",), "کنتور": ("کنتور",)}

    monkeypatch.setattr(words, "KEPT_MAX", 3)
    for text in ("یکم دوم سوم چهارم پنجم", "دوم یکم ششم هفتم", "سوم سوم سوم"):
        assert [*words_of(text)] == plainly(text)
        assert len(KEPT) <= 3
