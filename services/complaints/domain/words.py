"""The words that a complaint is found by: one form for the many ways in which a word is written."""

import re
from collections.abc import Iterator
from itertools import chain
from typing import Final

from shared.persian import fold
from shared.personal import names_a_number

WORDS_MAX: Final = 300
"""Of one complaint, the first of them: each is a key in an index, and filing must stay cheap."""
KEPT_MAX: Final = 20_000
"""Pieces whose words are kept in memory, some 5 MB: people write the same few thousand again and again."""
_SHORTEST, _STEM_MIN, _NUMBER_MIN, _KEPT_LENGTH = 2, 3, 10, 24
_WORD: Final = re.compile(r"[^\W_]+")
_DIGIT: Final = re.compile(r"\d")
# In the form that `fold` leaves: without half-spaces and vowel marks.
_ENDINGS: Final = ("هایشان", "هایمان", "هایتان", "هایی", "هایم", "هایت", "هایش", "های", "ها", "ی")
_IN_EVERY_TEXT: Final = frozenset(
    _WORD.findall(
        "از به در با بر تا که را و یا این ان برای است هست بود شد شده شود هم نیز من ما شما او انها "
        "ها های هایی می نمی کرد کردند کردم گفت گفتند اما ولی اگر چون پس هر یک سلام and the of to"
    )
)


def words_of(text: str) -> tuple[str, ...]:
    """The words of a text in the form that is compared, each once, in their order.

    «اداره‌ها», «ادارهها» and «اداره ها» are one: a space may stand where a half-space belongs. Without those
    that stand in every text, and without numbers of people: these are found by the person's key only.
    """
    pieces = dict.fromkeys(text.split())  # each once, before more is done with it
    found = dict.fromkeys(chain.from_iterable(map(KEPT.__getitem__, pieces)))
    return tuple(found)[:WORDS_MAX]


class _Kept(dict[str, tuple[str, ...]]):
    """The words of a piece of text without spaces. All is forgotten when it gets too much."""

    def __missing__(self, piece: str) -> tuple[str, ...]:
        folded = fold(piece)
        words = tuple(_words_in(folded))
        # A digit may be part of somebody's number, and what is long is written once.
        if len(piece) <= _KEPT_LENGTH and not _DIGIT.search(folded):
            if len(self) >= KEPT_MAX:
                self.clear()
            self[piece] = words
        return words


KEPT: Final = _Kept()


def _words_in(folded: str) -> Iterator[str]:
    for word in dict.fromkeys(_WORD.findall(folded)):
        if word not in _IN_EVERY_TEXT:
            stem = _stem(word)
            if len(stem) >= _SHORTEST and not _is_of_somebody(stem):
                yield stem


def _stem(word: str) -> str:
    """Without the ending of a plural: what is looked for in the one is found in the other."""
    if not word.endswith(_ENDINGS):
        return word
    fits = (one for one in _ENDINGS if word.endswith(one) and len(word) - len(one) >= _STEM_MIN)
    return word[: -len(next(fits, "")) or None]


def _is_of_somebody(word: str) -> bool:
    return len(word) >= _NUMBER_MIN and names_a_number(word)
