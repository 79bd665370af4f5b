"""Numbers of people in what somebody wrote: where a text is kept open, it must hold none."""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from shared.national_id import read_national_id
from shared.persian import latin_digits

_MOBILE: Final = re.compile(r"(?:\+98|0098|98|0)?9[0-9]{9}")
_GROUPS: Final = re.compile(r"\+?[0-9]+(?:[ \-\u200c\u00a0]\+?[0-9]+)*")
_BETWEEN: Final = re.compile(r"[ \-\u200c\u00a0]")
_SHORTEST, _LONGEST = 10, 14
_AS_NATIONAL_IDS_ARE_WRITTEN: Final = {(10,), (3, 6, 1), (4, 3, 3)}


def names_a_number(text: str) -> bool:
    """Whether an Iranian mobile or a national id stands in it, in any digits, with spaces or dashes."""
    for found in _GROUPS.finditer(latin_digits(text)):
        for groups in _neighbours(_BETWEEN.split(found[0])):
            number = "".join(groups)
            if _MOBILE.fullmatch(number):
                return True
            written = tuple(len(group) for group in groups)
            if written in _AS_NATIONAL_IDS_ARE_WRITTEN and read_national_id(number):
                return True
    return False


def _neighbours(groups: Sequence[str]) -> Iterator[Sequence[str]]:
    """Every run of groups that is as long as a number."""
    for start in range(len(groups)):
        length = 0
        for end in range(start, len(groups)):
            length += len(groups[end])
            if length > _LONGEST:
                break
            if length >= _SHORTEST:
                yield groups[start : end + 1]
