"""Iranian national ids: ten digits, the last of which checks the others."""

from typing import Final

from shared.persian import latin_digits

DIGITS: Final = 10
_ELEVEN: Final = 11
_BETWEEN: Final = str.maketrans("", "", " -\u200c\u00a0")


def read_national_id(text: str) -> str | None:
    """The ten digits of a national id typed in any digits, with spaces or dashes; None if it isn't one."""
    typed = latin_digits(text).translate(_BETWEEN)
    if len(typed) != DIGITS or not (typed.isascii() and typed.isdecimal()):
        return None
    digits = [int(digit) for digit in typed]
    # Ten times the same digit passes the sum, and is nobody's.
    return typed if len(set(digits)) > 1 and digits[-1] == _check_digit(digits[:-1]) else None


def _check_digit(digits: list[int]) -> int:
    weighted = sum(weight * digit for weight, digit in zip(range(DIGITS, 1, -1), digits, strict=True))
    rest = weighted % _ELEVEN
    return rest if rest < 2 else _ELEVEN - rest  # noqa: PLR2004 - the rule's own figure
