"""The words that a complaint is found by: one form for the many ways in which a word is written."""

import re
from typing import Final

from shared.persian import fold
from shared.personal import names_a_number

WORDS_MAX: Final = 300
"""Of one complaint, the first of them: each is a key in an index, and filing must stay cheap."""
_SHORTEST, _STEM_MIN, _NUMBER_MIN = 2, 3, 10
_WORD: Final = re.compile(r"[^\W_]+")
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
    found = dict.fromkeys(_stem(word) for word in _WORD.findall(fold(text)) if word not in _IN_EVERY_TEXT)
    said = (word for word in found if len(word) >= _SHORTEST and not _is_of_somebody(word))
    return tuple(said)[:WORDS_MAX]


def _stem(word: str) -> str:
    """Without the ending of a plural: what is looked for in the one is found in the other."""
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _STEM_MIN:
            return word[: -len(ending)]
    return word


def _is_of_somebody(word: str) -> bool:
    return len(word) >= _NUMBER_MIN and names_a_number(word)
