"""Words with places in braces: whose they are, which places they have, how they read with those filled."""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from string import Formatter

from shared.language import Text

AGENCY = "agency"
"""Known only from the directory, so it is put in when the message is sent."""


class Source(StrEnum):
    """Whose words a message has: versions count for each of them alone."""

    RELEASE = "release"
    PROVINCE = "province"
    AGENCY = "agency"


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """Words as they hold: a version of the agency's own, of the province's, or of the release's."""

    text: str
    source: Source
    version: int


def places_of(text: str) -> Sequence[str] | None:
    """The names in braces, in their order; None where braces are used for anything but `{name}`.

    A name is whatever stands there: who asks compares it with the names that are filled, so that nothing
    but a name gets through to `format_map`.
    """
    try:
        parts = [*Formatter().parse(text)]
    except ValueError:
        return None
    plain = "".join(before if name is None else f"{before}{{{name}}}" for before, name, _, _ in parts)
    return [name for _, name, _, _ in parts if name is not None] if plain == text else None


NOT_SHOWN = Text(
    fa="نویسه‌ای در متن است که روی گوشی نمایش داده نمی‌شود.",
    en="There is a character in it that no phone shows.",
)


def is_shown(text: str) -> bool:
    """Whether a phone shows every character of it."""
    return all(one == "\n" or unicodedata.category(one) not in {"Cc", "Cs"} for one in text)


def filled(text: str, variables: Mapping[str, str], *, agency: str) -> str:
    """As it is sent. What fills a place is never looked into for places."""
    return text.format_map({**variables, AGENCY: agency})
