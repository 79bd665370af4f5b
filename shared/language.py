"""What people read, in both languages the province's systems are asked in."""

from typing import NamedTuple


class Text(NamedTuple):
    """One thing said in Persian and in English."""

    fa: str
    en: str

    def in_(self, language: str) -> str:
        """English for "en", Persian for everything else: it is the province's language."""
        return self.en if language == "en" else self.fa
