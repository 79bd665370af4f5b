"""Persian letters and digits: one form to search and match by, and digits as people read them.

What a person wrote is kept as written; `fold` is for the copy that is searched.
"""

import unicodedata
from typing import Final

_PERSIAN: Final = "۰۱۲۳۴۵۶۷۸۹"
_ARABIC: Final = "٠١٢٣٤٥٦٧٨٩"
_LATIN: Final = "0123456789"
_TO_LATIN: Final = str.maketrans(_PERSIAN + _ARABIC, _LATIN * 2)
_TO_PERSIAN: Final = str.maketrans(_LATIN + _ARABIC, _PERSIAN * 2)
_ONE_FORM: Final = {"ي": "ی", "ى": "ی", "ك": "ک", "ڪ": "ک", "ة": "ه", "ە": "ه", "ہ": "ه", "ھ": "ه"}
_KEPT_BELOW: Final = 0x2100  # a text of all the characters there are must not fill the memory
_TATWEEL: Final = "\u0640"
_UNSEEN: Final = {
    "Mn",
    "Me",
    "Cf",
    "Cc",
}  # vowel marks; the half-space and its kin; control characters


def latin_digits(text: str) -> str:
    """Persian and Arabic digits as 0 to 9; all else as it is."""
    return text.translate(_TO_LATIN)


def persian_digits(text: str) -> str:
    """Latin and Arabic digits as ۰ to ۹; all else as it is."""
    return text.translate(_TO_PERSIAN)


def _fold_character(character: str) -> str:
    if character.isspace():
        return " "
    parts = unicodedata.normalize("NFKD", character).casefold()
    seen = (c for c in parts if c != _TATWEEL and unicodedata.category(c) not in _UNSEEN)
    return latin_digits("".join(_ONE_FORM.get(c, c) for c in seen))


class _Folding(dict[int, str]):
    """What a character folds to; kept for the scripts in daily use."""

    def __missing__(self, code: int) -> str:
        folded = _fold_character(chr(code))
        if code < _KEPT_BELOW:
            self[code] = folded
        return folded


_FOLDING: Final = _Folding()


def fold(text: str) -> str:
    """The form to search and match by: «كتاب‌هاي ۱۲» and «کتابهای 12» are one; twice changes nothing.

    Digits become Latin, Arabic letters Persian, capitals small; half-spaces, tatweel and vowel
    marks (so also the marks of آ, أ and ئ) go; white space becomes single spaces.
    """
    return " ".join(text.translate(_FOLDING).split())
