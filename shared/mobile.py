"""Iranian mobile numbers: read from whatever a person types, kept as E.164, shown masked."""

import re
from typing import Final

import phonenumbers
from phonenumbers import NumberParseException, PhoneMetadata, PhoneNumberFormat, PhoneNumberType

from shared.persian import latin_digits

LENGTH_MAX: Final = 40  # far more than any number with its spaces; nothing longer is looked at
_IRAN = PhoneMetadata.metadata_for_region("IR")
assert _IRAN is not None and _IRAN.mobile is not None  # noqa: S101, PT018 - the library knows Iran
# The usual forms, by the library's own pattern of Iranian mobiles, so that both ways agree.
_USUAL: Final = re.compile(rf"(?:\+98|0098|98|0)?({_IRAN.mobile.national_number_pattern})", flags=re.ASCII)
BETWEEN: Final = str.maketrans("", "", " -\u200c\u00a0")


def read_mobile(text: str) -> str | None:
    """`+989121234567` from an Iranian mobile written in any way and digits; None if it isn't one."""
    if len(text) > LENGTH_MAX:
        return None
    typed = latin_digits(text).translate(BETWEEN)
    if usual := _USUAL.fullmatch(typed):
        return f"+98{usual[1]}"
    try:
        number = phonenumbers.parse(typed, "IR")
    except NumberParseException:
        return None
    if not phonenumbers.is_valid_number_for_region(number, "IR"):
        return None
    if phonenumbers.number_type(number) != PhoneNumberType.MOBILE or number.extension:
        return None
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)


def masked(mobile: str) -> str:
    """`0912***4567`, of what `read_mobile` gave: enough to know one's own by, too little to ring."""
    return f"0{mobile[3:6]}***{mobile[-4:]}"
