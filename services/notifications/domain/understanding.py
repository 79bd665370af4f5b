"""What a citizen's SMS means, as far as its words alone tell: in any digits, with words around."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

from shared.identity import CODE_LENGTH, read_code
from shared.persian import fold, latin_digits

CODES_MAX: Final = 20
_TOKEN: Final = re.compile(r"[0-9A-Za-z]+")
_BETWEEN: Final = re.compile(r"[\s\u200b-\u200f\u2010-\u2015\u00a0_.\-]*")
_RATING: Final = re.compile(r"\W*([1-5])(?![0-9])[\s\W]*(.*)", flags=re.DOTALL)
_FIRST_WORD: Final = re.compile(r"\W*(\w+)\W*")
_WORDS: Final = re.compile(r"[\s\u200c\W]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Coded:
    """A tracking code that may stand in a text, and what else it says."""

    code: str
    rest: str


def coded(text: str) -> Sequence[Coded]:
    """Every run of letters and digits in it that a tracking code may be, its check character right."""
    typed = latin_digits(text)
    tokens = list(_TOKEN.finditer(typed))
    found: list[Coded] = []
    for first, begin in enumerate(tokens):
        length = 0
        for last, token in enumerate(tokens[first:], first):
            if last > first and not _BETWEEN.fullmatch(typed[tokens[last - 1].end() : token.start()]):
                break
            length += len(token[0])
            if length >= CODE_LENGTH:
                code = read_code("".join(one[0] for one in tokens[first : last + 1]))
                if code is not None:
                    rest = f"{text[: begin.start()]} {text[token.end() :]}"
                    found.append(Coded(code=code, rest=rest.strip()))
                break
        if len(found) >= CODES_MAX:
            break
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Rating:
    """One digit of five, and why."""

    score: int
    reason: str | None


def rating(text: str) -> Rating | None:
    """The digit that it begins with, and what follows; None where it begins otherwise."""
    found = _RATING.fullmatch(latin_digits(text))
    if found is None:
        return None
    reason = text[found.start(2) :].strip()
    return Rating(score=int(found[1]), reason=reason or None)


def says_one_of(text: str, words: Collection[str]) -> bool:
    """Whether it says one of these words and nothing else."""
    said = _WORDS.sub("", fold(text))
    return said in {_WORDS.sub("", fold(word)) for word in words}


def after_keyword(text: str, words: Collection[str]) -> str | None:
    """What follows one of these words at its beginning; None where it begins otherwise."""
    first = _FIRST_WORD.match(text)
    if first is None or fold(first[1]) not in {fold(word) for word in words}:
        return None
    return text[first.end() :].strip()


def letters(text: str) -> int:
    """How much there is to read in it."""
    return sum(character.isalpha() for character in text)
