"""A country's public holidays. Lunar ones lying ahead are estimates; a calendar's overrides mend them."""

from collections.abc import Mapping
from datetime import date
from functools import lru_cache

import holidays

from shared.language import Text
from shared.persian import persian_digits

YEARS_KEPT = 64


@lru_cache(maxsize=YEARS_KEPT)
def holidays_of(country: str, gregorian_year: int) -> Mapping[date, Text]:
    """Each holiday of a Gregorian year, with what is kept on it."""
    persian, english = (
        holidays.country_holidays(country, years=gregorian_year, language=language)
        for language in ("fa_IR", "en_US")
    )
    return {
        day: Text(persian_digits(name.replace("; ", "، ")), english[day])
        for day, name in sorted(persian.items())
    }
