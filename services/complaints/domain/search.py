"""What somebody types into the one box by which a case is found, and what they mean by it."""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from services.complaints.domain.words import words_of
from shared.identity import read_code
from shared.language import Text
from shared.mobile import read_mobile
from shared.persian import latin_digits
from shared.rule import Invalid

SOUGHT_MAX: Final = 8
"""Words of a search, the first of them: each more is one more question to the index."""
_ENDING: Final = re.compile(r"(?:0?9[0-9]{2}\*+)?([0-9]{4})")


class By(StrEnum):
    """What a case is found by."""

    CODE = "code"
    MOBILE = "mobile"
    MOBILE_ENDING = "mobile-ending"
    TEXT = "text"


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """`sought` is one code, number or ending, or the words."""

    by: By
    sought: tuple[str, ...]


def read(said: str) -> Search:
    """A tracking code, a mobile, its last four digits (as it is shown masked, too), else words of the text.

    In any digits and letters, with spaces, dashes and half-spaces. Invalid where there is no word in it.
    """
    typed = latin_digits(said)
    if code := read_code("".join(one for one in typed if one.isalnum())):
        return Search(by=By.CODE, sought=(code,))
    if mobile := read_mobile(typed.strip()):
        return Search(by=By.MOBILE, sought=(mobile,))
    if ending := _ENDING.fullmatch(typed.strip()):
        return Search(by=By.MOBILE_ENDING, sought=(ending[1],))
    if words := words_of(said)[:SOUGHT_MAX]:
        return Search(by=By.TEXT, sought=words)
    raise Invalid(
        "/wanted",
        Text(
            fa="واژه‌ای برای جستجو نیست؛ کد پیگیری، شمارهٔ همراه یا چهار رقم آخر آن یا واژه‌ای از متن بنویسید.",
            en="No word to search by: write a tracking code, a mobile or its last four digits, or a word.",
        ),
    )
